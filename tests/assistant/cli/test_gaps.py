"""`journey gaps`: what could not be answered, grouped and counted."""

from datetime import date

from assistant.cli.gaps import grouped, why
from knowledge.threads import Gap

DAY = date(2026, 11, 1)


def gap(asked, reason="not_understood", day=DAY):
    return Gap(day=day, asked=asked, reason=reason)


def test_questions_of_the_same_words_are_one_group():
    found = grouped([
        gap("What about gold customers?", "unknown_segment"), gap("gold customers: what about them", "unknown_segment"),
        gap("tell a joke"), gap("what about gold customers?", "not_understood"),
    ])  # fmt: skip
    assert (found[0].count, found[0].reason) == (2, "unknown_segment")
    assert sorted(g.count for g in found) == [1, 1, 2]


def test_the_latest_stand_first_among_equals():
    found = grouped([gap("one", day=date(2026, 10, 1)), gap("two", day=DAY)])
    assert [g.asked for g in found] == ["two", "one"]


def test_a_reason_without_words_of_its_own_is_still_told():
    assert why("unknown_rating") == "unknown rating"


def test_the_command_lists_what_was_refused(run_journey):
    assert "Every question has been answered" in run_journey("gaps").output
    run_journey("ask", "what is the weather like in Ulm?", "--as-of", "2026-11-01")
    listed = run_journey("gaps").output
    assert "not understood" in listed
    assert "weather" in listed
    assert '"reason": "not_understood"' in run_journey("gaps", "--json").output
