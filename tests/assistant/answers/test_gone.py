"""What has gone away is told by when it was last heard; what was never heard before is asked of what is new."""

import pytest

from assistant.answers.time_asked import went_away
from tests.assistant.answers import world


@pytest.fixture(scope="module")
def mended(tmp_path_factory, toy):
    """Return an analyst over a company whose activation codes work since March, and whose boxes are on time."""
    from assistant.answers.analyst import Analyst

    stage, mood, _, texts = world.PLAN["T1"]
    plan = {**world.PLAN, "T1": (stage, mood, (9, 9, 9, 9, 9, 0, 0, 0, 0, 0, 0, 0), texts)}
    return Analyst(world.build(tmp_path_factory.mktemp("mended") / "company.db", toy, plan), toy)


def test_a_problem_that_fell_silent_is_named_with_the_day_it_was_last_heard(mended):
    answer = mended.answer("which problems have gone away?", as_of=world.AS_OF)
    assert answer.question.intent == "recurring"
    assert answer.headline.startswith("Gone quiet: activation code fails, last heard on ")
    assert "March 2026" in answer.headline
    assert any("gone quiet (none in the" in line or "gone quiet (0 in the" in line for line in answer.lines)
    assert not any("charged for a skipped week" in line for line in answer.lines), "that one is back"
    assert not answer.dropped


def test_nothing_gone_is_said_to_be_so(ask):
    answer = ask("which problems have disappeared?")
    assert answer.headline.startswith(("No problem has gone", "Gone quiet", "All but gone"))
    assert not answer.dropped


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("which problems have gone away?", True),
        ("what issues have disappeared since spring?", True),
        ("what problems never go away?", False),
        ("which issues won't go away?", False),
        ("what keeps coming back?", False),
    ],
)
def test_what_has_gone_is_told_apart_from_what_never_goes(text, gone):
    assert went_away(text) is gone


def test_what_was_never_heard_before_is_what_is_new(ask):
    plain, wordy = ask("what is new in october?"), ask("anything new that we've never heard before in october?")
    assert wordy.question.intent == "emerging"
    assert wordy.headline == plain.headline
    assert "app crashes" in wordy.headline


def test_a_positive_tone_of_the_whole_piece_is_not_called_praise_of_a_problem(ask):
    answer = ask("what hurts customers?")
    assert any("positive in tone" in line for line in answer.lines)
    assert not any("praise it" in line or "praises it" in line for line in answer.lines)
