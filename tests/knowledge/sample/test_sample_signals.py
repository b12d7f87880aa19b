"""The planted stories are large enough for a test to find, and nothing else in the sample looks like one."""

import csv
from collections import Counter

import pytest
from scipy.stats import binomtest

from knowledge.sample import MONTHS, feedback_path, stories, truth

SEASONAL = {"delivery", "packaging", "freshness", "price-rise", "gifts"}
STORIES = {story.id for story in stories()}
HALVES = (MONTHS[:6], MONTHS[6:])
COMPARED = {
    "double-charge": (("2026-06",), ("2026-07",)),
    "activation-code": (MONTHS[3:6], MONTHS[6:9]),
    "missing-ingredients": (MONTHS[:3], MONTHS[8:11]),
    "skipped-week": (MONTHS[8:10], MONTHS[10:]),
    "recipe-cards": (MONTHS[8:10], MONTHS[10:]),
    "warm-welcome": (MONTHS[:6], MONTHS[6:]),
}


@pytest.fixture(scope="module")
def counts() -> Counter[tuple[str, str]]:
    """Pieces of feedback per topic and month; the topic "" counts all of them."""
    meant = truth()
    with feedback_path().open(encoding="utf-8", newline="") as file:
        rows = [(meant[row["id"]].topic, row["date"][:7]) for row in csv.DictReader(file)]
    return Counter(rows) + Counter(("", month) for _, month in rows)


def change(counts: Counter[tuple[str, str]], topic: str, before, after) -> float:
    """Return the p-value of a change of the topic's share: two Poisson rates, compared given their total."""
    first, second = (sum(counts[topic, month] for month in months) for months in (before, after))
    exposure = [sum(counts["", month] for month in months) for months in (before, after)]
    return binomtest(second, first + second, exposure[1] / sum(exposure)).pvalue


@pytest.mark.parametrize("topic", COMPARED)
def test_a_significance_test_finds_each_story(counts, topic):
    assert change(counts, topic, *COMPARED[topic]) < 0.05


def test_every_story_is_compared():
    assert set(COMPARED) == STORIES


def test_nothing_else_changes_between_the_halves(counts):
    """Outside stories and seasons, no topic passes a test that is corrected for the number of topics."""
    others = {topic for topic, _ in counts} - STORIES - SEASONAL - {""}
    assert min(change(counts, topic, *HALVES) for topic in others) * len(others) > 0.05


def test_nothing_else_rises_in_the_last_quarter(counts):
    others = {topic for topic, _ in counts} - STORIES - SEASONAL - {""}
    values = [change(counts, topic, MONTHS[5:8], MONTHS[8:11]) for topic in others]
    assert min(values) * len(others) > 0.05
