"""Conditions are never passed over: each is linked, or named as unknown; words that only frame are no subject."""

import pytest

from assistant.questions.followups import Before, follow
from assistant.questions.understanding import understand
from assistant.questions.vocabulary import Vocabulary
from knowledge.journey import Stage
from knowledge.metrics import Metric
from tests.assistant.questions.asked_company import AS_OF

SHOP = Vocabulary(
    stages=(Stage(id="use", name="Use"), Stage(id="retention", name="Retention")),
    channels=("store visit", "phone note", "chat", "survey"),
    segments={"tier": ("small", "grand"), "country": ("Spain", "Italy", "France")},
    metrics=(Metric(id="csat", name="CSAT"), Metric(id="churn", name="Churn")),
)


def asked(*texts):
    question = None
    for text in texts:
        after = follow(text, Before(question=question), SHOP, as_of=AS_OF) if question else None
        question = after or understand(text, SHOP, as_of=AS_OF)
    return question


def strange(question):
    return {unknown.asked for unknown in question.unknown}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("what do pensioners say about delivery?", "pensioners"),
        ("how many complaints came from men?", "men"),
        ("are students happier than small customers?", "students"),
        ("what hurts younger customers?", "younger"),
        ("complaints from people over 60", "over 60"),
        ("what do the under-25s like?", "under-25s"),
        ("quotes from customers aged 30 to 40", "aged 30 to 40"),
    ],
)
def test_what_people_are_is_unknown_where_no_column_holds_it(text, name):
    assert name in strange(asked(text))


@pytest.mark.parametrize(
    "text",
    ["feedback about the student discount", "quotes about the men's range", "complaints about orders over 50 euros"],
)
def test_it_may_still_be_a_part_of_the_subject(text):
    question = asked(text)
    assert not question.unknown
    assert question.topic


@pytest.mark.parametrize("text", ["customers over 30 days late", "people over 10 times a month unhappy"])
def test_a_number_of_something_is_no_age(text):
    assert not asked(text).unknown


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("how many complaints came by phone?", ("phone note",)),
        ("compare phone vs chat", ("phone note", "chat")),
        ("what came in via store", ("store visit",)),
        ("store, phone and chat: where are people unhappy?", ("store visit", "phone note", "chat")),
    ],
)
def test_a_word_of_one_value_alone_means_that_value(text, channels):
    question = asked(text)
    assert set(question.filters["channel"]) == set(channels)
    assert not question.unknown


def test_a_kind_of_channel_beside_a_known_one_is_not_passed_over():
    assert strange(asked("compare fax and chat")) == {"fax"}


@pytest.mark.parametrize(
    "text",
    [
        "what have we fixed that broke again?",
        "sorry, what hurts people most?",
        "anything that popped up in October that we've never heard before?",
        "what's brand new?",
        "how much feedback came in over christmas, 20 dec - 2 jan?",
        "good news first: what do small customers rave about?",
    ],
)
def test_framing_is_no_subject(text):
    assert asked(text).topic is None


def test_a_holiday_is_a_subject_where_it_is_asked_about():
    assert asked("what did people say about the christmas menu in december?").topic == "christmas menu"


@pytest.mark.parametrize(
    "text",
    [
        "how many customers will we lose next month?",
        "how much churn do we expect next quarter?",
        "will small customers quit?",
    ],
)
def test_what_is_to_come_is_not_told(text):
    assert asked(text).intent == "unknown"


IN_SPAIN = {"country": {"Spain"}}


@pytest.mark.parametrize(
    ("first", "then", "filters", "without"),
    [
        ("compare Spain and Italy", "swap italy for france", {"country": {"Spain", "France"}}, {}),
        ("what hurts small customers?", "grand instead of small", {"tier": {"grand"}}, {}),
        ("what hurts customers in Italy?", "instead of italy, spain", IN_SPAIN, {}),
        ("what hurts small customers?", "not the surveys tho", {"tier": {"small"}}, {"channel": {"survey"}}),
        ("quotes from small customers", "no. of chats from Spain in week 28", {"channel": {"chat"}, **IN_SPAIN}, {}),
    ],
)
def test_what_follows_swaps_leaves_out_or_starts_anew(first, then, filters, without):
    question = asked(first, then)
    assert {name: set(values) for name, values in question.filters.items()} == filters
    assert {name: set(values) for name, values in question.without.items()} == without


def test_a_stage_a_time_and_a_topic_are_swapped_too():
    assert asked("what hurts customers in use?", "retention instead of use").stages == ("retention",)
    assert asked("how many complaints in June?", "swap june for july").period.label == "July 2026"
    assert asked("quotes about portions", "prices instead of portions").topic == "prices"


@pytest.mark.parametrize("then", ["and ebit?", "and gross margin?", "and warehouse costs?"])
def test_after_a_metric_what_is_none_is_an_unknown_metric(then):
    (unknown,) = asked("csat in june?", then).unknown
    assert unknown.kind == "metric"


@pytest.mark.parametrize("then", ["and the target?", "and in july?", "and churn?", "and last year?"])
def test_after_a_metric_its_target_its_time_and_others_are_known(then):
    assert not asked("csat in june?", then).unknown


def test_what_heads_a_stage_is_not_passed_over():
    assert strange(asked("gross margin in use last quarter?")) == {"gross margin"}
    assert asked("warehouse stock in use last quarter").topic == "warehouse stock"
    assert asked("overview in use last quarter").topic is None


def test_shorthand_is_read():
    assert asked("are small customers happier than grand ones w/ the recipes").topic == "recipes"
    assert asked("give me 2 from the small customers").limit == 2
