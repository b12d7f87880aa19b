"""Trails: counted as one would by hand, found where they are planted, and not where customers merely talk much."""

import numpy as np
import pytest

from knowledge.analysis.trail import LEAST_CUSTOMERS, shown_level, stratified_lift, stratified_p, trail
from knowledge.facts import Voices, voices


def said(*pieces):
    """Return voices of (customer, day) pieces; the row key is the place."""
    customer, day = zip(*pieces, strict=True)
    return Voices(row=np.arange(len(pieces)), customer=np.array(customer), day=np.array(day))


def crowd(rng, n, *, effect=1.0, talkative=False):
    """Return voices, outcome rows and complaints about A and B of customers who come back a few times."""
    pieces, outcome, about = [], [], {"A": [], "B": []}
    for customer in range(n):
        had_a = False
        for visit in range(int(rng.integers(2, 12 if talkative else 5))):
            row = len(pieces)
            pieces.append((customer, 738_000 + 10 * visit))
            if rng.random() < (0.15 * effect if had_a else 0.15):
                outcome.append(row)
            for theme in about:
                if rng.random() < 0.25:
                    about[theme].append(row)
                    had_a = had_a or theme == "A"
    return said(*pieces), outcome, about


def test_returns_are_counted_up_to_the_first_outcome_and_against_earlier_days_only():
    # Twelve customers complain, come back with the outcome, and once more; twelve come back with nothing.
    pieces = [(c, day) for c in range(24) for day in (738_000, 738_001, 738_002)]
    outcome = [3 * c + 1 for c in range(12)] + [3 * c + 2 for c in range(12)]
    about = {"A": [3 * c for c in range(12)], "same day": [3 * c + 1 for c in range(12)]}
    found = trail(said(*pieces), outcome, about)
    assert (found.customers, found.returns, found.hits) == (24, 12 + 24, 12)
    (step,) = found.steps
    assert (step.theme, step.customers, step.returns, step.hits) == ("A", 12, 12, 12)
    assert (step.other_returns, step.other_hits) == (24, 0)
    # Everybody complained of the second only on the day of the outcome: no return comes after it.
    assert found.few == 0
    assert step.lift is None
    assert step.precedes


def test_who_begins_with_the_outcome_is_not_followed():
    pieces = [(c, day) for c in range(30) for day in (1, 2)]
    found = trail(said(*pieces), [2 * c for c in range(30)], {"A": [2 * c for c in range(30)]})
    assert (found.customers, found.returns, found.hits, found.steps) == (0, 0, 0, ())


def test_what_was_said_on_one_day_is_one_visit():
    found = trail(said((0, 5), (0, 5), (1, 5), (1, 6), (1, 6)), [4], {})
    assert (found.customers, found.returns, found.hits) == (1, 1, 1)


def test_themes_of_few_customers_are_counted_but_not_looked_at():
    pieces = [(c, day) for c in range(40) for day in (1, 2)]
    outcome = [2 * c + 1 for c in range(0, 40, 2)]
    enough, short = ([2 * c for c in range(n)] for n in (LEAST_CUSTOMERS, LEAST_CUSTOMERS - 1))
    found = trail(said(*pieces), outcome, {"enough": enough, "short": short})
    assert [step.theme for step in found.steps] == ["enough"]
    assert found.few == 1


def test_nobody_known_gives_an_empty_trail():
    nobody = voices(np.arange(3), np.array([-1, -1, 2]), np.array([1, 2, 0]))
    assert len(nobody) == 0
    assert trail(nobody, [0], {"A": [1]}).returns == 0


def test_a_planted_trail_is_found_and_only_that():
    found = trail(*crowd(np.random.default_rng(1), 600, effect=3.0))
    assert [step.theme for step in found.steps if step.precedes] == ["A"]
    first = found.steps[0]
    assert first.low < 3.0 < first.high


@pytest.mark.parametrize("talkative", [False, True])
def test_customers_who_talk_much_make_no_trail(talkative):
    """At most about one data set in twenty may show a trail where there is none; shares of customers would in most."""
    rng = np.random.default_rng(2)
    seen = [any(s.precedes for s in trail(*crowd(rng, 150, talkative=talkative)).steps) for _ in range(60)]
    assert sum(seen) <= 6


def test_one_stratum_is_fishers_test():
    from knowledge.analysis.rates import compare_shares

    for table in ((9, 62, 17, 369), (0, 10, 3, 40), (4, 12, 1, 30)):
        assert stratified_p(np.array([table])) == pytest.approx(compare_shares(*table))
    assert stratified_p(np.array([(0, 5, 0, 7)])) == 1.0


def test_what_rises_for_everybody_is_no_trail():
    """Complaints about A end where the outcome begins; within each month nobody differs."""
    tables = np.array([(0, 5, 0, 95), (18, 60, 12, 40)])
    assert stratified_p(tables) == pytest.approx(1.0)
    ratio, low, high = stratified_lift(tables)
    assert (ratio, low < 1 < high) == (pytest.approx(1.0), True)
    assert stratified_p(tables.sum(axis=0, keepdims=True)) < 0.01


def test_intervals_are_the_wider_the_more_themes_were_looked_at_and_the_fewer_stand_out():
    assert (shown_level(1, 1), shown_level(4, 4)) == (0.95, 0.95)
    assert shown_level(1, 20) == shown_level(0, 20) == pytest.approx(0.9975)
    pieces, outcome, about = crowd(np.random.default_rng(1), 600, effect=3.0)
    alone = trail(pieces, outcome, {"A": about["A"]}).steps[0]
    rng = np.random.default_rng(5)
    noise = {f"N{i}": rng.choice(len(pieces), 300, replace=False).tolist() for i in range(12)}
    among = next(step for step in trail(pieces, outcome, {**about, **noise}).steps if step.theme == "A")
    assert (among.lift, among.precedes) == (alone.lift, True)
    assert among.low < alone.low < alone.high < among.high
    assert among.low > 1
