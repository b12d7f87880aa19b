"""Each kind of question over the small company: the story planted for it is told, in plain words, with its rows."""

import re
import threading
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import HANDLERS, Analyst
from assistant.answers.answer import Finding
from assistant.answers.wording import SENTENCES, course
from assistant.questions.question import Question, Unknown
from knowledge.feedback import Feedback
from knowledge.periods import Period
from knowledge.scope import Scope
from knowledge.store import open_store, prepare
from tests.assistant.answers import world

Q3 = Period(start=date(2026, 7, 1), end=date(2026, 10, 1), label="Q3 2026")


@pytest.fixture
def put(analyst):
    """Ask a question that is understood already."""

    def ask_it(intent, **slots):
        return analyst.answer_question(Question(text="?", intent=intent, **slots), as_of=world.AS_OF)

    return ask_it


def count_planned(theme, months=range(12)):
    return sum(world.PLAN[theme][2][i] for i in months)


def themes_of(answer):
    return [finding.theme_id for finding in answer.claims if finding.kind == "theme"]


def test_pain_points_are_themes_ranked_by_complaints_without_what_is_mostly_praised(put):
    answer = put("pain_points")
    assert themes_of(answer) == ["T2", "T1", "T4", "T6"]
    top = answer.claims[0]
    assert top.numbers["count"] == count_planned("T2") + 1  # one piece is undated
    assert top.numbers["complaints"] + top.numbers["praise"] == top.numbers["count"]
    assert "late delivery" in answer.headline
    assert not answer.abstained


def test_a_pain_says_what_speaks_against_it(put):
    line = put("pain_points").lines[0]
    assert re.search(r"\d+ of 49 are positive in tone\.", line)


def test_a_spike_is_called_rising_and_a_steady_theme_is_not(put):
    changes = {f.theme_id: f.change for f in put("pain_points", period=Q3).claims}
    assert changes["T1"] == "rising"
    assert changes["T2"] == "steady"


def test_a_period_is_compared_with_the_one_before(put):
    spike = next(f for f in put("pain_points", period=Q3).claims if f.theme_id == "T1")
    assert spike.numbers["count"] == count_planned("T1", [8, 9, 10])
    assert spike.numbers["previous"] == count_planned("T1", [5, 6, 7])
    assert 0 < spike.numbers["p_value"] < 0.01


def test_a_limit_is_kept(put):
    assert len(put("pain_points", limit=2).claims) == 2


def test_without_themes_complaints_are_listed_one_by_one(put):
    answer = put("pain_points", topic="sorry no such words but invoice file")
    assert answer.abstained or answer.claims[0].kind == "quotes"


def test_a_stage_summary_tells_volume_mood_metrics_and_pains(put):
    answer = put("stage_summary", stages=("onboarding",), period=Q3)
    stage = answer.claims[0]
    assert (stage.kind, stage.stage, stage.name) == ("stage", "onboarding", "Onboarding")
    assert stage.numbers["low"] < stage.numbers["complaint_share"] < stage.numbers["high"]
    kinds = [finding.kind for finding in answer.claims]
    assert kinds.count("metric") == 2
    assert "T1" in themes_of(answer)
    assert "Onboarding, Q3 2026" in answer.headline


def test_a_metric_that_falls_month_by_month_is_called_falling_and_short_of_its_target(put):
    csat = put("metric", metrics=("csat",), stages=("onboarding",)).claims[0]
    assert csat.numbers["value"] == pytest.approx(3.5)
    assert csat.change == "falling"
    assert csat.numbers["status"] == "below"


def test_a_share_with_n_has_an_interval_and_a_test(put):
    found = put("metric", metrics=("conversion",), stages=("onboarding",), period=Q3).claims[0]
    assert found.numbers["n"] == 1500
    assert found.numbers["low"] < found.numbers["value"] < found.numbers["high"]
    assert found.change == "falling"


def test_a_metric_never_imported_is_refused(put):
    answer = put("metric", metrics=("nps",))
    assert (answer.abstained, answer.reason) == (True, "no_such_metric")
    assert answer.follow_ups


@pytest.mark.parametrize(
    "slots", [{}, {"filters": {"plan": ("premium",)}}, {"period": Q3, "without": {"plan": ("basic",)}}]
)
def test_a_metric_without_a_value_here_says_where_it_has_one(put, slots):
    answer = put("metric", metrics=("conversion",), stages=("retention",), **slots)
    assert (answer.reason, answer.dropped) == ("no_metric_value", ())
    assert "Conversion has no value in Retention" in answer.headline
    assert "It is measured in Onboarding" in answer.headline


def test_stages_are_set_side_by_side(put):
    answer = put("stage_performance")
    assert [f.stage for f in answer.claims if f.kind == "stage"] == ["onboarding", "use", "retention"]
    assert "CSAT in Onboarding" in answer.headline


def test_counts_are_exact(put):
    answer = put("count", stages=("onboarding",), period=Q3)
    found = answer.claims[0]
    assert found.numbers["count"] == len(found.rows) == count_planned("T1", [8, 9, 10])
    assert answer.headline.startswith("23 pieces of feedback in Onboarding, Q3 2026.")


def test_nothing_of_something_is_an_answer_not_a_refusal(put):
    october = Period(start=date(2026, 5, 1), end=date(2026, 6, 1), label="May 2026")
    answer = put("count", themes=("T6",), period=october)
    assert not answer.abstained
    assert answer.headline.startswith("No pieces of feedback")


def test_a_count_by_topic_says_about_and_how_it_was_found(put):
    answer = put("count", topic="recipes tasty")
    assert answer.headline.startswith("About ")
    assert any("search" in caveat for caveat in answer.caveats)


def test_a_topic_that_is_a_themes_name_is_counted_exactly(put):
    answer = put("count", topic="Late Delivery")
    assert answer.claims[0].numbers["count"] == 49
    assert not any("search" in caveat for caveat in answer.caveats)
    assert answer.question.topic == "Late Delivery"
    assert {quote.theme_id for quote in answer.evidence} == {answer.claims[0].theme_id}


def test_quotes_keep_to_the_mood_and_come_from_different_customers(put, store):
    answer = put("quotes", stages=("use",), polarity="praise")
    assert len(answer.evidence) == 5
    texts = store.feedback.by_row([q.row for q in answer.evidence])
    assert len({texts[q.row].customer for q in answer.evidence}) == 5
    derived = store.feedback.derived([q.row for q in answer.evidence])
    assert all(derived[q.row].sentiment >= 0.2 for q in answer.evidence)


def test_a_theme_tells_its_size_course_place_and_words(put):
    answer = put("theme", themes=("T4",))
    assert "charged for a skipped week (T4)" in answer.headline
    text = " ".join(answer.lines)
    for part in ("first heard", "Retention 30", "Nov 6", "Typical words"):
        assert part in text


def test_an_unknown_theme_is_refused(put):
    assert put("theme", themes=("T77",)).abstained


def test_what_returns_after_quiet_comes_first_among_what_recurs(put):
    answer = put("recurring")
    assert themes_of(answer)[0] == "T4"
    assert answer.claims[0].change == "recurring"
    assert "T6" not in themes_of(answer)


def test_what_is_new_is_found_and_what_is_steady_is_not(put):
    answer = put("emerging")
    changes = {f.theme_id: f.change for f in answer.claims}
    assert changes["T6"] == "new"
    assert "T2" not in changes


def test_a_trend_lists_its_months(put):
    answer = put("trend", themes=("T1",))
    found = answer.claims[0]
    assert [n for _, n, _ in found.series] == [*world.PLAN["T1"][2]]
    assert found.change == "rising"


def test_whether_something_got_better_is_told_by_how_many_complain(ask):
    answer = ask("is the delivery being late getting better?")
    assert answer.question.intent == "trend"
    assert not answer.dropped
    assert any(re.match(r"Of this, \d+% complaints \(95% interval", line) for line in answer.lines)
    assert not [line for line in ask("late delivery over time").lines if line.startswith("Of this")]


def test_getting_worse_without_a_subject_names_the_themes_that_move(put):
    answer = put("trend")
    moving = {f.theme_id: f.change for f in answer.claims if f.kind == "theme"}
    assert moving["T6"] == "rising"
    assert "T2" not in moving


def test_what_was_mended_long_ago_does_not_head_the_pains_of_today(tmp_path, toy):
    plan = {**world.PLAN, "T1": ("onboarding", -0.7, (15, 15, 12, 9, 2, 0, 0, 0, 0, 0, 0, 0), world.PLAN["T1"][3])}
    analyst = Analyst(world.build(tmp_path / "mended.db", toy, plan), toy)
    question = Question(text="?", intent="pain_points")
    answer = analyst.answer_question(question, as_of=world.AS_OF)
    assert themes_of(answer)[-1] == "T1"
    assert answer.claims[-2 if answer.claims[-1].kind == "coverage" else -1].change == "gone"
    within = Period(start=date(2025, 11, 1), end=date(2026, 2, 1), label="winter")
    then = analyst.answer_question(Question(text="?", intent="pain_points", period=within), as_of=world.AS_OF)
    assert themes_of(then)[0] == "T1"


def test_two_sides_are_compared_by_a_test(put):
    one, other = [f for f in put("compare", stages=("onboarding", "use")).claims if f.kind == "stage"]
    assert one.change == "rising"  # more complaints than the other side
    assert other.change == "falling"
    assert one.numbers["p_value"] < 0.001


def test_of_several_sides_none_is_called_the_worst_where_their_intervals_overlap(ask):
    close = ask("compare email, chat and review")
    assert close.headline.startswith("No side has clearly the largest share of complaints")
    apart = ask("compare onboarding, use and retention")
    assert apart.headline.startswith("The largest share of complaints")
    assert "onboarding" in apart.headline.lower()


def test_feedback_from_before_the_stretch_that_is_looked_at_is_not_denied(tmp_path, toy):
    """A test of recurrence looks at two years; that there is nothing in them is not that there is nothing."""
    path = world.build(tmp_path / "old.db", toy)
    with open_store(path) as store:
        store.feedback.upsert([
            Feedback(id="old", text="Lost in the post.", source="s", at=datetime(2019, 1, 5, tzinfo=UTC),
                     segments={"plan": "gold"})
        ])  # fmt: skip
    analyst = Analyst(path, toy)
    for text in ("what keeps coming back for gold customers?", "what is new for gold customers?"):
        answer = analyst.answer(text, as_of=world.AS_OF)
        assert answer.reason == "no_feedback_in_period"
        assert "the only piece is of 5 January 2019" in answer.headline


def test_nothing_then_and_nothing_now_is_no_course():
    known = Finding(kind="theme", numbers={"count": 0, "previous": 0, "p_value": 1.0}, before=Scope(period=Q3))
    assert course(known) == ""
    assert course(replace(known, numbers={**known.numbers, "count": 3})) != ""


def test_nothing_to_compare_is_asked_back(tmp_path, toy):
    path = tmp_path / "short.db"
    prepare(path)
    with open_store(path) as store:
        store.feedback.upsert([Feedback(id="a", text="late", source="t", at=datetime(2026, 10, 1, tzinfo=UTC))])
    answer = Analyst(path, toy).answer_question(Question(text="?", intent="compare"), as_of=world.AS_OF)
    assert answer.reason == "nothing_to_compare"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("which touchpoints are there in onboarding?", "sign-up form and welcome mail"),
        ("who owns retention?", "Team Stay"),
        ("which pains does the map note in onboarding?", "Codes get lost (welcome mail)"),
        ("what opportunities were noted in use?", "Offer evening slots"),
    ],
)
def test_the_map_answers(analyst, text, expected):
    stage = next(s for s in ("onboarding", "retention", "use") if s in text)
    answer = analyst.answer_question(Question(text=text, intent="map", stages=(stage,)), as_of=world.AS_OF)
    assert expected in answer.headline


def test_people_appear_under_pseudonyms(put):
    answer = put("people", polarity="complaint")
    counts = [f.numbers["count"] for f in answer.claims[1:]]
    assert counts == sorted(counts, reverse=True)
    assert any("pseudonyms" in caveat for caveat in answer.caveats)


def test_drivers_name_what_changed_and_claim_no_cause(put):
    answer = put("drivers", stages=("onboarding",), metrics=("csat",), period=Q3)
    assert "T1" in themes_of(answer)
    assert any("cause" in caveat for caveat in answer.caveats)


def test_help_says_what_is_held(ask):
    answer = ask("help")
    assert "245 pieces of feedback" in answer.headline
    assert answer.follow_ups


@pytest.mark.parametrize(
    "intent", sorted(set(HANDLERS) - {"help", "unknown", "map", "metric", "stage_performance", "funnel"})
)
def test_a_period_without_feedback_is_refused_with_what_the_data_covers(put, intent):
    answer = put(intent, period=Period(start=date(2019, 1, 1), end=date(2020, 1, 1), label="2019"), themes=("T1",))
    assert answer.abstained
    assert answer.reason == "no_feedback_in_period"
    assert "2025" in answer.headline
    assert not answer.evidence


@pytest.mark.parametrize("intent", sorted(HANDLERS))
def test_an_empty_file_gives_a_refusal_or_help_never_an_error(tmp_path, toy, intent):
    path = tmp_path / "empty.db"
    prepare(path)
    answer = Analyst(path, toy).answer_question(Question(text="?", intent=intent), as_of=world.AS_OF)
    assert answer.headline
    assert answer.abstained or intent == "help"


@pytest.mark.parametrize("intent", sorted(set(HANDLERS) - {"help"}))
def test_an_unknown_value_is_named_with_the_nearest(put, intent):
    answer = put(intent, unknown=(Unknown(kind="plan", asked="gold", nearest=("basic", "premium")),))
    assert answer.reason == "unknown_plan"
    assert "“gold”" in answer.headline
    assert "basic or premium" in answer.headline


def test_a_single_piece_of_feedback_can_be_asked_everything(tmp_path, toy):
    path = tmp_path / "one.db"
    prepare(path)
    with open_store(path) as store:
        store.feedback.upsert([Feedback(id="a", text="Too late, too warm.", source="t")])
    analyst = Analyst(path, toy)
    for intent in HANDLERS:
        answer = analyst.answer_question(Question(text="?", intent=intent, topic="late"), as_of=world.AS_OF)
        assert answer.headline
        assert answer.dropped == ()


def test_words_go_all_the_way(ask):
    answer = ask("What hurts customers in onboarding in Q3 2026?")
    assert answer.question.intent == "pain_points"
    assert "activation code fails" in answer.headline
    assert answer.elapsed_ms > 0


def test_answers_are_the_same_every_time_and_in_every_thread(analyst, ask):
    expected = ask("what hurts customers?")
    found = []

    def work():
        found.append(analyst.answer("what hurts customers?", as_of=world.AS_OF))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(a.headline, a.lines, a.evidence) for a in found] == [
        (expected.headline, expected.lines, expected.evidence)
    ] * 6


def test_new_feedback_is_seen_by_the_next_question(own_company, toy):
    analyst = Analyst(own_company, toy)
    question = Question(text="?", intent="count")
    before = analyst.answer_question(question, as_of=world.AS_OF).claims[0].numbers["count"]
    with open_store(own_company) as store:
        store.feedback.upsert([Feedback(id="new", text="One more.", source="t")])
    assert analyst.answer_question(question, as_of=world.AS_OF).claims[0].numbers["count"] == before + 1


def test_every_sentence_has_no_exclamation_mark_and_every_template_a_reason():
    assert len(SENTENCES) > 50
    for key, template in SENTENCES.items():
        assert template.__doc__, key


def test_a_file_per_kind_of_question():
    modules = [handler.__module__.rsplit(".", 1)[-1] for handler in HANDLERS.values()]
    assert sorted(modules) == sorted(HANDLERS)
