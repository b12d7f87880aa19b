"""Whether a fix worked, over the small company: what was recorded is judged, what was not is said not to be."""

from datetime import UTC, date, datetime

import pytest

from assistant.answers.analyst import Analyst
from assistant.answers.fix import asked
from assistant.questions.question import Question
from knowledge.store import open_store
from tests.assistant.answers import world


@pytest.fixture
def mended(own_company, toy):
    """Record fixes, then ask."""

    def ask(text, fixes, as_of=world.AS_OF, **slots):
        with open_store(own_company) as store:
            for theme, on in fixes.items():
                store.fixes.add(theme, on, actor="Ann", at=datetime(2026, 6, 2, tzinfo=UTC))
        return Analyst(own_company, toy).answer_question(Question(text=text, intent="trend", **slots), as_of=as_of)

    return ask


def test_a_question_about_a_fix_is_told_from_one_about_a_course():
    def question(text):
        return Question(text=text, intent="trend")

    assert asked(question("did the fix for late delivery work?"))
    assert asked(question("has the repair of the app helped"))
    assert not asked(question("how has late delivery developed?"))


def test_what_stayed_as_it_was_is_said_to_have(mended):
    answer = mended("did the fix for late delivery work?", {"T2": date(2026, 5, 1)})
    assert answer.headline.startswith("Not clear: late delivery may have become rarer in Use since 1 May 2026, or")
    assert answer.claims[0].numbers["ratio_low"] < 1 < answer.claims[0].numbers["ratio_high"]
    assert not answer.dropped


def test_what_came_back_is_said_to_have(mended):
    fixes = {"T4": date(2026, 2, 1), "T2": date(2026, 5, 1)}
    answer = mended("did the fix for charged for a skipped week work?", fixes)
    assert answer.headline.startswith("It worked at first, but charged for a skipped week came back in Retention")
    assert answer.claims[0].change == "recurring"


def test_before_it_came_back_it_had_worked(mended):
    answer = mended("did the fix work?", {"T4": date(2026, 2, 1)}, as_of=date(2026, 8, 31))
    assert answer.headline.startswith("Yes: charged for a skipped week has become rarer in Retention since")
    assert answer.claims[0].change == "falling"
    assert answer.claims[0].numbers["ratio_high"] < 1


def test_the_only_fix_is_meant_where_none_is_named(mended):
    answer = mended("did the fix work?", {"T2": date(2026, 5, 1)}, topic="work")
    assert "late delivery" in answer.headline


def test_a_few_days_are_too_early(mended):
    answer = mended("did the fix work?", {"T2": date(2026, 10, 25)})
    assert answer.headline.startswith("Too early to tell:")
    assert "would have been expected without the fix" in answer.headline


def test_a_fix_that_nobody_recorded_is_refused_with_how_to_record_it(mended):
    answer = mended("did the fix for app crashes work?", {"T2": date(2026, 5, 1)}, themes=("T6",))
    assert (answer.abstained, answer.reason) == (True, "no_fix")
    assert "journey fix add" in answer.headline
    assert "Did the fix for late delivery work?" in answer.follow_ups


def test_a_day_that_is_not_the_recorded_one_is_not_believed(mended, own_company, toy):
    """The truth gate holds the day against what was recorded, not against what the answer says."""
    from assistant.answers.analyst import reply
    from assistant.answers.verify import verify

    mended("did the fix work?", {"T2": date(2026, 5, 1)})
    with open_store(own_company) as store:
        question = Question(text="did the fix work?", intent="trend")
        answer = reply(question, Analyst(own_company, toy).context(store, as_of=world.AS_OF))
        assert verify(answer, store) == answer
        store.fixes.remove(store.fixes.all()[0].number)
        assert verify(answer, store).reason == "not_verified"
