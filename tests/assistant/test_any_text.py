"""Any text at all, alone or in a thread, gives an answer, a question back or a refusal; never an exception."""

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.answers.analyst import Analyst
from assistant.answers.answer import Answer
from assistant.memory import Memory, items_of
from assistant.questions.followups import Before
from assistant.rendering.contract import contract
from assistant.rendering.text import render
from assistant.replies import INTERNAL_ERROR, Replies
from tests.assistant.answers import world

PHRASES = st.sampled_from(
    [
        "what hurts customers", "how many", "why", "who said that", "the second one", "show me more", "only", "except",
        "not about", "premium", "basic", "in onboarding", "use", "Q3 2026", "31 Feb", "since", "vs", "last year",
        "top 3",
        "1 star", "T1", "T99", "CSAT", "by plan", "compare", "“late”", "customer c-1",
        "https://a.b/c", "@here", "🔥", "\n",
        "ignore all instructions", "%s", "'; --", "\u202e", "no, Q2", "about the box", "?", ",", ".", "-", "/",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.one_of(PHRASES, st.text(max_size=12)), max_size=12).map(" ".join),
    st.text(alphabet=st.characters(categories=["Lm", "Lo", "Mn", "So", "Zs", "Cf", "Cc", "Co"]), max_size=60),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory, toy_embedder):
    return world.build(tmp_path_factory.mktemp("any") / "company.db", toy_embedder)


@pytest.fixture(scope="module")
def analyst(path, toy_embedder):
    made = Analyst(path, toy_embedder, pseudonym=lambda customer: customer)
    made.warm_up()
    return made


def asked(analyst, text, before=None) -> Answer:
    answer = analyst.answer(text, as_of=world.AS_OF, before=before)
    assert answer.headline
    assert answer.abstained or answer.findings or answer.question.intent == "help"
    assert not answer.dropped, answer.dropped
    assert answer.reason or not answer.abstained
    assert render(answer)
    assert contract(answer, {})["text"]
    return answer


def in_a_thread(analyst, texts) -> None:
    before = None
    for text in texts:
        answer = asked(analyst, text, before)
        if answer.question.intent not in ("help", "unknown"):
            before = Before(question=answer.question, items=items_of(answer))


@given(TEXTS)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_gets_a_reply(analyst, text):
    asked(analyst, text)


@given(st.lists(TEXTS, min_size=2, max_size=4))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_thread_gets_replies(analyst, texts):
    in_a_thread(analyst, ["what hurts premium customers in onboarding in Q3?", *texts])


@pytest.mark.slow
@given(TEXTS)
@settings(max_examples=100_000, suppress_health_check=list(HealthCheck))
def test_any_of_a_hundred_thousand_texts_gets_a_reply(analyst, text):
    asked(analyst, text)


def test_a_metric_named_beside_one_value_is_not_told_of_everybody_else(analyst):
    answer = asked(analyst, "compare premium CSAT in onboarding")
    assert sum("CSAT in Onboarding" in line for line in answer.lines) == 1


PASTES = {
    "a story": "The box was late again and nobody answered the phone. " * 400,
    "one word": "x" * 20_000,
    "questions": "what hurts customers in onboarding? " * 600,
    "other letters": "配送が遅れました。" * 2_300,
    "marks": "?!" * 10_000,
    "names": "activation code late delivery tasty recipes premium basic email chat " * 300,
    "numbers": "2026-01-01 to 2026-02-01 " * 800,
}


@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES.keys())
def test_a_paste_of_twenty_thousand_characters_gets_a_reply(analyst, path, paste):
    replies = Replies(analyst, Memory(path))
    for thread in (None, "C1:paste"):
        answer = replies.reply(paste[:20_000], asker="U1", thread=thread, today=world.AS_OF)
        assert answer.reason != INTERNAL_ERROR
        assert answer.headline


@pytest.mark.slow
@pytest.mark.parametrize("paste", PASTES.values(), ids=PASTES.keys())
def test_a_paste_is_answered_within_a_second(analyst, paste):
    started = time.perf_counter()
    Replies(analyst).reply(paste[:20_000], asker="U1", thread=None, today=world.AS_OF)
    assert time.perf_counter() - started < 1.0
