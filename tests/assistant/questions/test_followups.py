"""Half a sentence in a thread is understood by the question before it; a sentence of its own starts afresh."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.questions.followups import Before, follow
from assistant.questions.record import from_json, to_json
from assistant.questions.understanding import understand
from assistant.questions.understood import summary_line
from tests.assistant.questions.asked_company import AS_OF, COMPANY

ITEMS = ("theme:T1", "theme:T12", "theme:T3")


def heard(text):
    return understand(text, COMPANY, as_of=AS_OF)


def after(first, *texts, items=ITEMS):
    """Return the question that the last text asks in a thread."""
    question = heard(first)
    for text in texts:
        question = follow(text, Before(question=question, items=items), COMPANY, as_of=AS_OF) or heard(text)
    return question


def said(question):
    return question.intent, summary_line(question, COMPANY)


@pytest.mark.parametrize(
    ("first", "then", "intent", "line"),
    [
        ("what hurts customers in onboarding?", "and in retention?", "pain_points", "Retention"),
        ("what hurts customers in onboarding?", "what about use?", "pain_points", "Use"),
        ("what hurts customers in onboarding?", "only enterprise", "pain_points", "Onboarding · enterprise"),
        ("what hurts customers in onboarding?", "enterprise only", "pain_points", "Onboarding · enterprise"),
        ("what hurts enterprise customers?", "and basic?", "pain_points", "basic"),
        ("what hurts enterprise customers?", "basic too", "pain_points", "enterprise or basic"),
        ("what hurts enterprise customers?", "also in onboarding", "pain_points", "Onboarding · enterprise"),
        ("what hurts enterprise customers?", "all customers", "pain_points", ""),
        ("what hurts customers in Q3?", "no, Q2", "pain_points", "Q2 2026"),
        ("what hurts customers in Q3?", "I meant in retention", "pain_points", "Retention · Q3 2026"),
        ("was Q3 better than Q2 in use?", "no, retention", "compare", "Retention · Q3 2026 · compared with Q2 2026"),
        ("what hurts customers in Q3?", "not Q3 but Q2", "pain_points", "Q2 2026"),
        ("what hurts customers in Q3?", "any time", "pain_points", ""),
        ("what hurts customers in Q3?", "what about last year", "pain_points", "2025"),
        ("what hurts customers in Q3?", "not by phone", "pain_points", "Q3 2026 · without phone"),
        ("what hurts customers in Q3?", "compared with Q2?", "pain_points", "Q3 2026 · compared with Q2 2026"),
        ("how did onboarding do in Q3?", "vs the previous quarter", "compare",
         "Onboarding · Q3 2026 · compared with Q2 2026"),
        ("how did onboarding do in Q3?", "against Q2?", "compare", "Onboarding · Q3 2026 · compared with Q2 2026"),
        ("what hurts enterprise customers by email?", "in August, on all channels", "pain_points",
         "August 2026 · enterprise"),
        ("what hurts enterprise customers by email?", "any plan", "pain_points", "email"),
        ("what hurts customers in onboarding?", "why?", "drivers", "Onboarding"),
        ("what hurts customers in onboarding?", "show me quotes", "quotes", "Onboarding · complaints"),
        ("what hurts customers in onboarding?", "how many?", "count", "Onboarding · complaints"),
        ("what hurts customers in onboarding?", "who said that?", "people", "Onboarding · complaints"),
        ("what do people say about delivery?", "chart it", "trend", "about “delivery”"),
        ("what do people say about delivery?", "is it getting worse?", "trend", "about “delivery”"),
        ("what do people say about delivery?", "and refunds?", "quotes", "about “refunds”"),
        ("what do people say about delivery?", "only complaints", "quotes", "about “delivery” · complaints"),
        ("what do people say about delivery?", "only 1-star reviews", "quotes", "about “delivery” · rated 1"),
        ("what do people say about delivery?", "by plan?", "compare", "about “delivery” · basic or plus or enterprise"),
        ("what is CSAT in onboarding?", "and NPS?", "metric", "Onboarding · NPS"),
        ("what is CSAT in onboarding?", "and in retention?", "metric", "Retention · CSAT"),
        ("how is onboarding doing?", "and CSAT?", "metric", "Onboarding · CSAT"),
        ("what hurts customers in onboarding?", "the second one", "theme", "Onboarding · T12 (late delivery)"),
        ("what hurts customers?", "tell me about number 3", "theme", "T3 (app crashes at login)"),
        ("what hurts customers?", "quotes for the last one", "quotes", "T3 (app crashes at login)"),
        ("what hurts customers?", "has the first one got worse?", "trend", "T1 (card not delivered)"),
    ],
)  # fmt: skip
def test_what_is_said_replaces_its_like_and_all_else_stays(first, then, intent, line):
    assert said(after(first, then)) == (intent, line)


def test_the_same_part_of_the_map_is_asked_of_another_stage():
    """Whether its owner or its touchpoints are meant stands in the words before."""
    then = after("who owns onboarding?", "and retention?")
    assert (then.intent, then.stages) == ("map", ("retention",))
    assert "owns" in then.text


@pytest.mark.parametrize("first", ["what are the touchpoints of onboarding?", "who complains most in onboarding?"])
def test_what_tells_no_course_is_compared_by_a_comparison(first):
    assert after(first, "compared with last month?").intent == "compare"


def test_a_thread_goes_on_over_several_turns():
    question = after("what hurts customers in onboarding?", "and in retention?", "only enterprise", "in Q3", "quotes?")
    assert said(question) == ("quotes", "Retention · complaints · Q3 2026 · enterprise")


@pytest.mark.parametrize(
    "text",
    [
        "what hurts customers in use?",
        "how many complaints came by email in May 2026?",
        "why did CSAT drop in onboarding?",
        "what do people say about refunds?",
        "how is retention doing?",
        "what is the weather like?",
        "thanks!",
        "help",
        "",
        "🔥",
    ],
)
def test_a_sentence_of_its_own_carries_nothing_over(text):
    before = Before(question=heard("what hurts enterprise customers in onboarding in Q3?"), items=ITEMS)
    assert follow(text, before, COMPANY, as_of=AS_OF) is None


def test_more_goes_on_where_the_list_stopped():
    more = after("top 3 pain points in onboarding", "show me more")
    assert (more.intent, more.limit, more.skip, more.stages) == ("pain_points", 3, 3, ("onboarding",))
    again = after("top 3 pain points in onboarding", "show me more", "2 more")
    assert (again.limit, again.skip) == (2, 6)
    assert after("top 3 pain points in onboarding", "show me more", "and in use?").skip == 0
    assert after("how many complaints are there about refunds?", "show me more").intent == "quotes"


def test_an_item_that_was_not_listed_is_named_as_unknown():
    unknown = after("what hurts customers?", "the fifth one").unknown
    assert [(one.kind, one.asked) for one in unknown] == [("item", "the fifth one")]


def test_an_offered_question_is_asked_by_yes_or_by_its_number():
    offered = ("ask:What hurts customers in Use?", "ask:What is CSAT in Onboarding?")
    assert said(after("quotes from platinum customers", "yes", items=offered)) == ("pain_points", "Use")
    assert said(after("quotes from platinum customers", "the second", items=offered))[0] == "metric"


def test_a_new_period_drops_the_baseline():
    question = after("how did onboarding do in Q3 compared with Q2?", "and in May?")
    assert (question.period.label, question.baseline) == ("May 2026", None)


def test_what_was_unknown_can_be_corrected():
    question = after("quotes from platinum customers about delivery", "no, enterprise")
    assert (question.unknown, question.filters, question.topic) == ((), {"plan": ("enterprise",)}, "delivery")


def test_a_question_survives_its_record():
    question = after("what hurts enterprise customers in Q3 compared with Q2?", "show me quotes", "only 1-star reviews")
    assert from_json(to_json(question)) == question
    unknown = heard("quotes from platinum customers")
    assert from_json(to_json(unknown)) == unknown


@pytest.mark.parametrize("text", ["", "{", "[]", '{"text": "x"}', '{"text": 1, "intent": 2, "period": 3}', "null"])
def test_a_record_that_cannot_be_read_is_nobodys_question(text):
    assert from_json(text) is None


TURNS = st.lists(
    st.one_of(
        st.text(max_size=60),
        st.sampled_from(
            ["and", "why?", "the second one", "only", "except", "no,", "more", "what about", "in Q2", "enterprise",
             "it", "chart it", "#9", "not Q3 but", "yes", "all customers", "vs last year", "by plan"]
        ),
    ),
    min_size=1, max_size=4,
)  # fmt: skip


@given(TURNS)
@settings(max_examples=150)
def test_any_words_in_a_thread_give_a_question_that_can_be_kept(texts):
    question = after("what hurts enterprise customers in onboarding in Q3?", *texts)
    assert question.text == texts[-1]
    assert set(question.stages) <= {stage.id for stage in COMPANY.stages}
    assert 1 <= question.limit <= 20
    assert from_json(to_json(question)) == question
    assert isinstance(summary_line(question, COMPANY), str)
