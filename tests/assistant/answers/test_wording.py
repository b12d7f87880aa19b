"""Wording: plain British English, singular and plural right, numbers that do not mislead at the ends."""

from datetime import date

import pytest

from assistant.answers import wording
from assistant.answers.answer import Finding
from assistant.answers.metric_lines import value
from assistant.answers.wording import Names, count, during, listing, number, p, percent, where
from assistant.answers.wording_time import lasting_between
from knowledge.periods import Period
from knowledge.scope import Scope


def period(start, end):
    return Period(start=start, end=end, label="as asked")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234, "1,234"),
        (-0.5, "−0.5"),
        (3.0, "3"),
        (3.14159, "3.14"),
        (1234567.5, "1,234,567.5"),
        (-0.001, "0"),
    ],
)
def test_numbers(value, text):
    assert number(value) == text


def test_counts_agree_with_their_nouns():
    assert count(1, "mention") == "1 mention"
    assert count(2, "mention") == "2 mentions"
    assert count(0, "piece of feedback", "pieces of feedback") == "no pieces of feedback"


@pytest.mark.parametrize(
    ("share", "text"), [(0, "0%"), (0.001, "under 1%"), (0.184, "18%"), (0.999, "over 99%"), (1, "100%")]
)
def test_shares_near_the_ends_do_not_become_none_or_all(share, text):
    assert percent(share) == text


def test_p_values():
    assert p(0.00001) == "p under 0.001"
    assert p(0.0042) == "p = 0.0042"
    assert p(0.31) == "p = 0.31"


def test_lists():
    assert listing(["a"]) == "a"
    assert listing(["a", "b", "c"]) == "a, b and c"
    assert listing(["a", "b"], "or") == "a or b"


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2026, 7, 1), date(2026, 10, 1), "in Q3 2026"),
        (date(2026, 8, 1), date(2026, 11, 1), "from August to October 2026"),
        (date(2025, 11, 1), date(2026, 2, 1), "from November 2025 to January 2026"),
        (date(2026, 5, 3), date(2026, 5, 4), "on 3 May 2026"),
        (date(2026, 5, 3), date(2026, 6, 1), "from 3 May 2026 to 31 May 2026"),
        (date(2026, 5, 3), None, "since 3 May 2026"),
        (None, date(2026, 5, 3), "before 3 May 2026"),
    ],
)
def test_periods_are_named_by_their_days_not_by_the_words_of_the_asker(start, end, text):
    assert during(period(start, end)) == text


def test_a_scope_in_words():
    scope = Scope(stages=("onboarding",), period=period(date(2026, 7, 1), date(2026, 10, 1)),
                  filters={"plan": ("basic", "premium")}, without={"channel": ("email",)})  # fmt: skip
    words = where(scope, Names(stages={"onboarding": "Sign-up"}))
    assert words == " in Sign-up, Q3 2026 (plan basic or premium; not channel email)"
    assert where(Scope(), Names()) == ""


def test_no_template_shouts_or_misspells():
    import inspect

    for key, template in wording.SENTENCES.items():
        source = inspect.getsource(template)
        assert "!" not in source.replace("!r", "").replace("!=", ""), key


@pytest.mark.parametrize(
    ("held", "aim", "text"), [(4.5333, 4.5, "4.53%"), (4.5, 4.5, "4.5%"), (4.61, 4.5, "4.6%"), (62.44, None, "62.4%")]
)
def test_a_share_never_reads_like_the_target_that_it_misses(held, aim, text):
    numbers = {"unit": "%", "value": held} | ({"target": aim} if aim else {})
    assert value(Finding(kind="metric", numbers=numbers), "value") == text


@pytest.mark.parametrize(
    ("ends", "middle", "text"),
    [
        ((18_360, 24_480), 20_520, "5.1 to 6.8 hours"),
        ((6_300, 9_360), 7_560, "1.8 to 2.6 hours"),
        ((12.0 * 86_400, 14.0 * 86_400), 13.8 * 86_400, "12 to 14 days"),
        ((5, 9_360), 7_560, "5 seconds to 2.6 hours"),
        ((0.2, 0.9), 0.4, "0.2 to 0.9 seconds"),
    ],
)
def test_the_ends_of_a_time_are_written_in_one_unit(ends, middle, text):
    assert lasting_between(*ends, middle) == text
