"""What comes before customers leave: the small company, with and without a trail planted in it."""

from datetime import UTC, datetime, timedelta

import pytest

from assistant.answers.analyst import Analyst, reply
from assistant.answers.trail import asked
from assistant.answers.verify import verify
from assistant.questions.question import Question
from knowledge.feedback import Feedback, Point
from knowledge.scope import Scope
from knowledge.store import DerivedRow, PointRow, open_store
from knowledge.store.tallies import SqlTallies
from tests.assistant.answers import world
from tests.assistant.answers.test_verify import _assert_caught, _forgeries, _with_finding, _wrong_values

CHURN = "what do customers complain about before they cancel?"


def plant(path):
    """Let 30 customers complain about late delivery and two thirds of them then in retention; 60 others come twice."""
    items, derived = [], []
    for i in range(90):
        late = i < 30
        for visit, (stage, mood, theme) in enumerate((
            ("use", -0.6, "T2") if late else ("use", 0.7, "T3"),
            ("retention", -0.8, "T4") if (late and i % 3) or i % 10 == 9 else ("use", 0.7, "T3"),
        )):  # fmt: skip
            at = datetime(2026, 2, 1, tzinfo=UTC) + timedelta(days=40 * visit + i % 20)
            items.append(
                Feedback(id=f"P-{i}-{visit}", text=f"Piece {visit} of {i}.", source="t", at=at, customer=f"p{i}")
            )
            derived.append((stage, mood, theme))
    with open_store(path) as store:
        store.feedback.upsert(items)
        rows = store.feedback.rows([item.id for item in items])
        store.feedback.set_derived([
            DerivedRow(row=rows[item.id], stage=stage, stage_confidence=0.9, staged_by="test", sentiment=mood)
            for item, (stage, mood, _) in zip(items, derived, strict=True)
        ])  # fmt: skip
        store.points.add([(rows[i.id], [Point(start=0, end=len(i.text), text=i.text)]) for i in items])
        store.points.assign([
            PointRow(row=rows[item.id], n=0, theme=theme, strength=0.9)
            for item, (*_, theme) in zip(items, derived, strict=True)
        ])  # fmt: skip


@pytest.fixture
def planted(own_company, toy):
    plant(own_company)
    return Analyst(own_company, toy)


def question(text=CHURN, **slots):
    return Question(text=text, intent="drivers", **slots)


@pytest.mark.parametrize(
    ("text", "stages", "meant"),
    [
        (CHURN, (), True),
        ("what leads to churn?", (), True),
        ("what comes before complaints in retention?", ("retention",), True),
        ("which complaints precede leaving?", (), True),
        ("what leads to low CSAT in use?", ("use",), False),
        ("why do customers leave?", (), False),
        ("what led to the drop in onboarding?", ("onboarding",), False),
    ],
)
def test_a_question_about_a_trail_is_told_from_one_about_reasons(text, stages, meant):
    assert asked(question(text, stages=stages)) is meant


def test_a_planted_trail_is_named_with_its_lift_and_called_association(planted):
    answer = planted.answer_question(question(), as_of=world.AS_OF)
    assert answer.headline.startswith("Before a complaint in Retention, customers complained about: ")
    assert "late delivery" in answer.headline
    (step,) = [f for f in answer.claims if f.theme_id == "T2"]
    assert step.numbers["lift_low"] > 1
    assert step.numbers["trail_q"] >= step.numbers["trail_p"]
    assert any("times as often (95% interval" in line for line in answer.lines)
    assert any("not thereby the cause" in caveat for caveat in answer.caveats)
    assert any("does not tell who left" in caveat for caveat in answer.caveats)
    assert answer.findings.index(step) in {quote.finding for quote in answer.evidence}
    assert not answer.dropped


def test_without_a_trail_it_says_that_there_is_none_beyond_chance(analyst):
    asked_ = question("what comes before complaints in use?", stages=("use",))
    answer = analyst.answer_question(asked_, as_of=world.AS_OF)
    assert answer.headline.startswith("No trail beyond chance: of")
    assert not answer.abstained


def test_too_few_who_came_back_is_said_with_what_it_takes(analyst):
    asked_ = question(filters={"channel": ("chat",), "plan": ("premium",)})
    answer = analyst.answer_question(asked_, as_of=world.AS_OF)
    assert (answer.abstained, answer.reason) == (True, "too_few_to_compare")
    assert "It takes 10 of these" in answer.headline


def test_the_stage_of_a_question_is_that_of_the_outcome(planted):
    answer = planted.answer_question(
        question("what comes before complaints in use?", stages=("use",)), as_of=world.AS_OF
    )
    assert "a complaint in Use" in answer.headline
    assert not any("does not tell who left" in caveat for caveat in answer.caveats)
    assert not answer.dropped


def test_arrays_and_sql_agree_on_who_spoke_when(planted, own_company):
    with open_store(own_company) as store:
        context = planted.context(store, as_of=world.AS_OF)
        for scope in (Scope(), Scope(stages=("use",)), Scope(filters={"plan": ("premium",)}, counted=False)):
            one, other = context.tallies.voices(scope), SqlTallies(store.db).voices(scope)
            assert (one.row.tolist(), one.day.tolist()) == (other.row.tolist(), other.day.tolist())
            same = {(a, b) for a, b in zip(one.customer.tolist(), other.customer.tolist(), strict=True)}
            assert len(same) == len(set(one.customer.tolist())) == len(set(other.customer.tolist()))


@pytest.mark.parametrize("slots", [{}, {"filters": {"plan": ("basic",)}}])
def test_whatever_is_altered_in_a_trail_is_caught(planted, own_company, slots):
    with open_store(own_company) as store:
        answer = reply(question(**slots), planted.context(store, as_of=world.AS_OF))
        assert verify(answer, store) == answer
        for index, finding in enumerate(answer.findings):
            for key, value in finding.numbers.items():
                for wrong in _wrong_values(value):
                    forged = _with_finding(answer, index, _with(finding, key, wrong))
                    _assert_caught(forged, store, index, f"{key}: {value!r} -> {wrong!r}")
            for forgery in _forgeries(finding):
                _assert_caught(_with_finding(answer, index, forgery), store, index, str(forgery.scope))


def _with(finding, key, value):
    from dataclasses import replace

    return replace(finding, numbers={**finding.numbers, key: value})
