"""The planted stories come true in the feedback, month by month, as the file says."""

import csv
from collections import Counter

import pytest

from knowledge.sample import MONTHS, Story, feedback_path, map_gaps, stories, truth

TOLD = {story.id: story for story in stories()}


@pytest.fixture(scope="module")
def counted() -> dict[str, list[int]]:
    """Pieces of feedback per story and month, near-duplicates left out."""
    with feedback_path().open(encoding="utf-8", newline="") as file:
        month = {row["id"]: row["date"][:7] for row in csv.DictReader(file)}
    counts = Counter((v.story, month[v.id]) for v in truth().values() if v.story and not v.duplicate_of)
    return {story: [counts[story, name] for name in MONTHS] for story in TOLD}


def split(story: Story, counts: list[int]) -> tuple[list[int], list[int]]:
    """Return the counts in the months of the story, and those in the others."""
    inside = [n for name, n in zip(MONTHS, counts, strict=True) if name in story.months]
    return inside, [n for name, n in zip(MONTHS, counts, strict=True) if name not in story.months]


def test_each_kind_of_story_is_told_once():
    assert sorted(s.kind for s in TOLD.values()) == ["contradiction", "creeping", "fixed", "new", "returning", "spike"]


def test_stories_have_all_that_a_test_needs():
    for story in TOLD.values():
        assert story.title
        assert story.question.endswith("?")
        assert len(story.words) >= 4
        assert set(story.months) <= set(MONTHS)


@pytest.mark.parametrize("name", TOLD)
def test_the_months_are_as_the_file_says(counted, name):
    assert counted[name] == list(TOLD[name].monthly)


@pytest.mark.parametrize("name", TOLD)
def test_a_story_has_one_stage_and_one_direction(name):
    told = [value for value in truth().values() if value.story == name]
    assert {value.stage for value in told} == {TOLD[name].stage}
    assert {value.sentiment for value in told} == {1 if TOLD[name].kind == "contradiction" else -1}


def test_the_spike_stands_out(counted):
    inside, outside = split(TOLD["double-charge"], counted["double-charge"])
    assert min(inside) >= 35
    assert max(outside) <= 3


def test_what_was_fixed_stopped(counted):
    inside, outside = split(TOLD["activation-code"], counted["activation-code"])
    assert min(inside) >= 6
    assert max(outside) <= 1


def test_what_creeps_never_falls(counted):
    counts = counted["missing-ingredients"]
    assert counts == sorted(counts)
    assert sum(counts[8:11]) >= 4 * sum(counts[:3])


def test_what_returns_was_quiet_for_half_a_year(counted):
    counts = counted["skipped-week"]
    assert min(counts[:3]) >= 6
    assert sum(counts[3:10]) <= 1
    assert min(counts[10:]) >= 7


def test_what_is_new_was_never_said_before():
    """Not one text mentions it before 21 September 2026."""
    meant = truth()
    with feedback_path().open(encoding="utf-8", newline="") as file:
        days = [row["date"][:10] for row in csv.DictReader(file) if meant[row["id"]].story == "recipe-cards"]
    assert min(days) >= "2026-09-21"
    assert len(days) > 20


def test_the_fix_of_april_shows_in_april():
    meant = truth()
    with feedback_path().open(encoding="utf-8", newline="") as file:
        days = [row["date"][:10] for row in csv.DictReader(file) if meant[row["id"]].story == "activation-code"]
    assert not [day for day in days if "2026-04-21" <= day < "2026-07-01"]


def test_praise_of_the_welcome_rises(counted):
    counts = counted["warm-welcome"]
    assert counts == sorted(counts)
    assert sum(counts[9:]) >= 4 * sum(counts[:3])


def test_a_story_is_most_of_its_stage_when_it_matters(counted):
    """In July the double charge is the largest complaint at purchase by far."""
    meant = truth()
    with feedback_path().open(encoding="utf-8", newline="") as file:
        july = [row["id"] for row in csv.DictReader(file) if row["date"].startswith("2026-07")]
    at_purchase = [i for i in july if meant[i].stage == "purchase" and not meant[i].duplicate_of]
    assert counted["double-charge"][8] > len(at_purchase) / 2


def test_gaps_between_map_and_customers_are_listed():
    kinds = Counter(gap.kind for gap in map_gaps())
    assert kinds["unmapped"] >= 2
    assert kinds["silent"] >= 1


def test_what_is_unmapped_is_said_often():
    topics = Counter(value.topic for value in truth().values() if value.sentiment < 0)
    assert all(topics[gap.topic] >= 15 for gap in map_gaps() if gap.kind == "unmapped")
