"""The sample's map is whole, its metrics are possible, and they tell the planted story."""

import csv
from collections import Counter, defaultdict

import pytest
import yaml

from knowledge.journey import LANES
from knowledge.sample import MONTHS, map_gaps, map_path, metrics_path, sentiment_path, stories

RANGES = {"%": (0, 100), "1-5": (1, 5), "1-7": (1, 7), "points": (-100, 100), "hours": (0.1, 500)}


@pytest.fixture(scope="module")
def stages() -> list[dict]:
    return yaml.safe_load(map_path().read_text(encoding="utf-8"))["stages"]


@pytest.fixture(scope="module")
def values() -> list[dict[str, str]]:
    with metrics_path().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pains(stage: dict) -> list[str]:
    return [*stage["pain"], *(pain for step in stage["steps"] for pain in step.get("pain", []))]


def test_the_stages_are_the_usual_seven_in_order(stages):
    names = [stage["name"] for stage in stages]
    assert names == ["Awareness", "Consideration", "Purchase", "Onboarding", "Use", "Retention", "Advocacy"]


def test_every_stage_has_all_lanes_and_all_that_describes_it(stages):
    for stage in stages:
        assert all(stage[lane] for lane in LANES), stage["name"]
        assert all(stage[key] for key in ("owner", "description", "aliases", "words", "touchpoints", "steps"))


def test_every_cell_is_text(stages):
    """An unquoted colon or yes in YAML would make something else of it."""
    for stage in stages:
        for part in (stage, *stage["steps"]):
            assert all(isinstance(cell, str) for lane in LANES for cell in part.get(lane, []))
            assert isinstance(part["name"], str)
        assert all(isinstance(word, str) for key in ("words", "aliases", "touchpoints") for word in stage[key])


def test_no_alias_means_two_stages(stages):
    names = Counter(name.lower() for stage in stages for name in (stage["name"], *stage["aliases"]))
    assert max(names.values()) == 1


def test_silent_pains_stand_on_the_map_and_unmapped_ones_do_not(stages):
    by_stage = {stage["name"].lower(): stage for stage in stages}
    words = {story.id: story.words for story in stories()}
    for gap in map_gaps():
        if gap.kind == "silent":
            assert gap.pain in pains(by_stage[gap.stage])
        else:
            on_map = " ".join(pains(by_stage[gap.stage])).lower()
            assert not [word for word in words.get(gap.topic, ("credit", "reward")) if word in on_map]


def test_every_stage_has_a_metric_in_every_month(values):
    months = defaultdict(set)
    for row in values:
        months[row["stage"], row["metric"]].add(row["period"])
    assert {stage for stage, _ in months} == {
        "Awareness", "Consideration", "Purchase", "Onboarding", "Use", "Retention", "Advocacy",
    }  # fmt: skip
    assert all(seen == set(MONTHS) for seen in months.values())


def test_values_are_possible(values):
    for row in values:
        low, high = RANGES[row["unit"]]
        assert low <= float(row["value"]) <= high
        assert low <= float(row["target"]) <= high
        assert int(row["n"]) > 0


def test_shares_are_shares_of_their_n(values):
    """A share of n people is a whole number of people."""
    for row in values:
        if row["unit"] == "%":
            people = float(row["value"]) * int(row["n"]) / 100
            assert abs(people - round(people)) <= 0.0005 * int(row["n"]) + 1e-9


def test_no_value_stands_twice(values):
    keys = [(row["stage"], row["metric"], row["period"]) for row in values]
    assert len(set(keys)) == len(keys)


def test_stories_name_metrics_that_exist(values):
    known = {(row["stage"].lower(), row["metric"]) for row in values}
    assert all((story.stage, story.metric) in known for story in stories() if story.metric)


def test_activation_falls_below_its_target_and_stays_there(values):
    rows = {row["period"]: row for row in values if (row["stage"], row["metric"]) == ("Onboarding", "activation")}
    series = [float(rows[month]["value"]) for month in MONTHS]
    below = [float(rows[month]["value"]) < float(rows[month]["target"]) for month in MONTHS]
    assert below == [False] * 6 + [True] * 6
    assert series[0] - series[-1] > 10


def test_the_double_charge_shows_at_purchase_in_july(values):
    csat = {
        row["period"]: float(row["value"]) for row in values if (row["stage"], row["metric"]) == ("Purchase", "csat")
    }
    assert csat.pop("2026-07") < min(csat.values()) - 0.3


def test_sentiment_sentences_are_many_different_and_balanced():
    lines = sentiment_path().read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:]]
    labels = Counter(label for label, _ in rows)
    assert lines[0] == "label\ttext"
    assert set(labels) == {"-1", "0", "1"}
    assert labels["-1"] >= 100
    assert labels["1"] >= 100
    assert labels["0"] >= 40
    assert len({text.lower() for _, text in rows}) == len(rows)
