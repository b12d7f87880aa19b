"""Questions as people ask them: intent and every slot, filled or empty."""

from pathlib import Path

import pytest

from assistant.questions.question import Question
from assistant.questions.understanding import understand
from tests.assistant.questions.asked_company import AS_OF, COMPANY


def _asked() -> list[tuple[str, str, str]]:
    tables = [(Path(__file__).parent / name).read_text("utf-8") for name in ("asked.txt", "held_out.txt")]
    lines = "\n".join(tables).splitlines()
    return [tuple(part.strip() for part in line.split("|")) for line in lines if line and not line.startswith("#")]


def said(question: Question) -> set[str]:
    """Return the filled slots as the table writes them."""
    slots = {f"{name}={','.join(getattr(question, name))}" for name in ("stages", "metrics", "themes")}
    slots |= {f"filters={name}:{','.join(values)}" for name, values in question.filters.items()}
    slots |= {f"without={name}:{','.join(values)}" for name, values in question.without.items()}
    slots |= {f"unknown={unknown.kind}" for unknown in question.unknown}
    slots |= {f"{name}={value.label}" for name in ("period", "baseline") if (value := getattr(question, name))}
    slots |= {f"{name}={value}" for name in ("polarity", "topic") if (value := getattr(question, name))}
    slots |= {f"rating={question.rating[0]:g}-{question.rating[1]:g}"} if question.rating else set()
    slots |= {f"limit={question.limit}"} if question.limit != 5 else set()
    return {slot for slot in slots if not slot.endswith("=")}


@pytest.mark.parametrize(("intent", "text", "slots"), _asked())
def test_a_question_gets_its_intent_and_exactly_its_slots(intent, text, slots):
    question = understand(text, COMPANY, as_of=AS_OF)
    wanted = {slot.strip() for slot in slots.split(";") if slot.strip()}
    if question.intent == "unknown":
        wanted, found = set(), set()
    else:
        found = said(question)
    assert (question.intent, sorted(found)) == (intent, sorted(wanted))


def test_the_table_covers_every_intent_with_three_families():
    counts = {}
    for intent, _, _ in _asked():
        counts[intent] = counts.get(intent, 0) + 1
    del counts["funnel"]  # a family of its own, tested where event logs are
    assert len(counts) == 16
    assert min(counts.values()) >= 8
    assert sum(counts.values()) >= 150


@pytest.mark.parametrize(
    ("text", "name"),
    [("how are we doing against acmeboxes", "acmeboxes"), ("is our service cheaper than Acmeboxes?", "Acmeboxes"),
     ("how do we stack up against the competition", "competition")],
)  # fmt: skip
def test_another_company_is_named_as_unknown(text, name):
    question = understand(text, COMPANY, as_of=AS_OF)
    assert [(unknown.kind, unknown.asked) for unknown in question.unknown] == [("competitor", name)]


def test_a_customer_id_is_never_a_topic_even_where_nobody_can_be_found():
    question = understand("what does customer k-77 say?", COMPANY, as_of=AS_OF)
    assert question.topic is None
    assert [(unknown.kind, unknown.asked) for unknown in question.unknown] == [("customer", "k-77")]
