"""Questions about conversion, time and drop-off, answered from an event log, and checked like all else."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst
from assistant.answers.verify import verify
from assistant.answers.wording_time import lasting
from assistant.rendering.charts import Funnel
from assistant.rendering.charts_from import chart_of
from assistant.rendering.contract import contract
from knowledge.events import DAY_MS, Case, EventStage
from knowledge.store import open_store
from tests.assistant.answers import world

STAGES = (
    EventStage(id="applied", name="Applied"),
    EventStage(id="approved", name="Approved"),
    EventStage(id="onboarding", name="Onboarding"),
    EventStage(id="refused", name="Refused", end=True),
)
JANUARY = date(2026, 1, 1)


def ways() -> list[Case]:
    """100 apply in January, 60 of them gold; 50 are approved after two days, 20 get on, 30 are refused. March: same."""
    made = []
    for n in range(200):
        day = JANUARY.toordinal() + (0 if n < 100 else 59)
        start = (day - date(1970, 1, 1).toordinal()) * DAY_MS
        visits = [(0, start)]
        if n % 100 < 50:
            visits.append((1, start + 2 * DAY_MS))
            if n % 100 < 20:
                visits.append((2, start + 5 * DAY_MS))
        elif n % 100 < 80:
            visits.append((3, start + DAY_MS))
        plan = "gold" if n % 100 < 60 else "free"
        made.append(Case(customer=f"c{n}", day=day, until=visits[-1][1], visits=tuple(visits), segments={"tier": plan}))
    return made


@pytest.fixture
def logged(own_company):
    with open_store(own_company) as store:
        store.events.save("loans", STAGES, ways(), other=0, events=1, at=datetime(2026, 4, 1, tzinfo=UTC))
    return own_company


@pytest.fixture
def asked(logged, toy):
    analyst = Analyst(logged, toy)
    return lambda text: analyst.answer(text, as_of=world.AS_OF)


@pytest.mark.parametrize(
    "question",
    ["what is the conversion from applied to approved?", "how many customers get from applied to approved?",
     "conversion rate from Applied to Approved", "what share went from applied to approved?"],
)  # fmt: skip
def test_a_conversion_is_counted_with_its_interval(asked, question):
    answer = asked(question)
    assert answer.headline == (
        "Of 200 cases that entered Applied, 100 went on to Approved: 50% (95% interval 43% to 57%)."
    )
    assert "From Applied to Approved took 2 days (median" in answer.lines[0]
    assert not answer.dropped


def test_it_is_counted_for_those_who_began_then_and_against_those_before(asked):
    answer = asked("what was the conversion from applied to approved in March 2026?")
    assert answer.headline.startswith("Of 100 cases that began in March 2026 and entered Applied, 50 went on")
    assert not answer.dropped


def test_a_segment_of_the_log_filters_its_cases(asked):
    answer = asked("what is the conversion from applied to approved for gold?")
    assert answer.headline.startswith("Of 120 cases (tier gold) that entered Applied, 100 went on to Approved: 83%")


def test_a_way_of_several_stages_is_counted_in_order(asked):
    answer = asked("how many get from applied to approved to onboarding?")
    assert answer.headline.startswith(
        "Of 100 cases that came through Applied and Approved, 40 went on to Onboarding: 40%"
    )


def test_the_time_in_a_stage_is_that_of_those_who_left_it(asked):
    answer = asked("how long does approved take?")
    assert answer.headline == "Approved takes 3 days (median of the 40 of 100 cases that have gone on)."
    assert (
        "60 cases are in Approved still; 30 of them (50%) without an event for 30 days: taken as lost." in answer.lines
    )


@pytest.mark.parametrize(
    "question", ["where do people drop off?", "where do we lose customers?", "funnel of customers"]
)
def test_drop_off_names_the_worst_step_and_tells_of_all(asked, question):
    answer = asked(question)
    assert answer.headline == "Most do not go on from Applied to Approved: 100 of 200 cases (50%)."
    assert "Approved to Onboarding: 40 of 100, 40%; median 3 days." in answer.lines
    assert "Of all that entered Applied, 60 (30%) came to Refused." in answer.lines
    assert not answer.dropped


def test_a_funnel_is_drawn_from_the_findings(asked, logged):
    with open_store(logged) as store:
        chart = chart_of(asked("where do people drop off?"), store)
    assert isinstance(chart, Funnel)
    assert [(step.label, step.count) for step in chart.steps] == [
        ("Applied", 200),
        ("Approved", 100),
        ("Onboarding", 40),
    ]


@pytest.mark.parametrize("key", ["cases", "reached", "share", "median", "p90", "pending"])
def test_an_altered_number_is_dropped(asked, logged, key):
    answer = asked("what is the conversion from applied to approved?")
    one, *rest = answer.findings
    wrong = replace(one, numbers={**one.numbers, key: float(one.numbers[key]) + 1})
    with open_store(logged) as store:
        checked = verify(replace(answer, findings=(wrong, *rest)), store)
    assert checked.dropped
    assert wrong not in checked.findings


def test_cases_that_nobody_asked_about_are_dropped(asked, logged):
    answer = asked("what is the conversion from applied to approved?")
    one, *rest = answer.findings
    wrong = replace(one, scope=one.scope.on(filters={"tier": ("gold",)}))
    with open_store(logged) as store:
        assert verify(replace(answer, findings=(wrong, *rest)), store).abstained


def test_without_a_log_it_says_so_and_what_to_do(ask):
    answer = ask("where do people drop off?")
    assert (answer.abstained, answer.reason) == (True, "no_event_log")
    assert "journey import events" in answer.headline


def test_a_stage_that_the_log_lacks_is_told(asked):
    answer = asked("what is the conversion from applied to retention?")
    assert (answer.abstained, answer.reason) == (True, "no_such_stage_in_log")


def test_no_case_is_told(asked):
    answer = asked("what was the conversion from applied to approved in June 2026?")
    assert (answer.abstained, answer.reason) == (True, "no_cases")
    assert "began in June 2026" in answer.headline


def test_json_holds_the_numbers(asked):
    found = contract(asked("what is the conversion from applied to approved?"), {})["findings"][0]
    assert (found["kind"], found["cases"], found["reached"], found["share"]) == ("events", 200, 100, 0.5)
    assert found["name"] == "Applied → Approved"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "under a second"), (1, "1 second"), (90, "90 seconds"), (188.8, "3.1 minutes"), (20_471, "5.7 hours"),
     (36 * 3600, "36 hours"), (1_194_616, "13.8 days"), (400 * 86400, "400 days")],
)  # fmt: skip
def test_durations_are_written_in_their_own_unit(seconds, words):
    assert lasting(seconds) == words


def test_a_stage_with_a_plain_name_is_known_between_from_and_to(asked):
    assert asked("what is the conversion from use to retention?").question.stages == ("use", "retention")
