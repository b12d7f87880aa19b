"""The sample's feedback: enough of it, like people wrote it, and no text twice."""

import csv
import re
from collections import Counter
from itertools import combinations

import pytest

from knowledge.sample import MONTHS, feedback_path, truth
from knowledge.sample.build import FIELDS, TRUTH_FIELDS, tables

STAGES = {"awareness", "consideration", "purchase", "onboarding", "use", "retention", "advocacy"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with feedback_path().open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_files_are_what_the_build_makes_of_the_texts(rows):
    """A text that was changed without a new build would be found here."""
    feedback, meant = tables()
    assert feedback == rows
    assert {row["id"]: row["story"] or None for row in meant} == {key: value.story for key, value in truth().items()}
    assert set(meant[0]) == set(TRUTH_FIELDS)


def test_there_is_enough_of_it(rows):
    assert len(rows) >= 760
    assert tuple(rows[0]) == FIELDS


def test_ids_are_unique_and_every_row_has_its_truth(rows):
    ids = [row["id"] for row in rows]
    assert len(set(ids)) == len(ids)
    assert set(ids) == set(truth())


def test_it_comes_by_five_channels_from_three_plans_in_twelve_months(rows):
    assert {row["channel"] for row in rows} == {"email", "chat", "app review", "survey", "phone note"}
    assert {row["plan"] for row in rows} - {""} == {"solo", "couple", "family"}
    assert {row["date"][:7] for row in rows} == set(MONTHS)


def test_every_channel_and_plan_is_large_enough_to_ask_about(rows):
    for column in ("channel", "plan"):
        assert min(Counter(row[column] for row in rows if row[column]).values()) >= 60


def test_background_is_steady_from_month_to_month(rows):
    meant = truth()
    background = Counter(row["date"][:7] for row in rows if not meant[row["id"]].story)
    assert min(background.values()) >= 45
    assert max(background.values()) <= 1.6 * min(background.values())


def test_ratings_are_one_to_five_and_only_where_people_are_asked(rows):
    for row in rows:
        asked = row["channel"] in ("survey", "app review")
        assert bool(row["rating"]) == asked
        assert row["rating"] in ("", "1", "2", "3", "4", "5")


def test_ratings_agree_with_the_sentiment(rows):
    meant = truth()
    rated = [row for row in rows if row["rating"]]
    assert all((int(row["rating"]) - 3) * meant[row["id"]].sentiment >= 0 for row in rated)


def test_the_stage_is_given_on_about_two_fifths_and_is_then_right(rows):
    meant = truth()
    given = [row for row in rows if row["stage"]]
    assert 0.35 <= len(given) / len(rows) <= 0.45
    assert all(row["stage"].lower() == meant[row["id"]].stage for row in given)


def test_every_stage_is_spoken_of():
    counts = Counter(value.stage for value in truth().values())
    assert set(counts) == STAGES
    assert min(counts.values()) >= 40


def test_praise_is_a_good_third():
    counts = Counter(value.sentiment for value in truth().values())
    assert 0.33 <= counts[1] / sum(counts.values()) <= 0.42
    assert counts[0] >= 60


def test_texts_are_short_and_long(rows):
    words = [len(row["text"].split()) for row in rows]
    assert sum(n >= 80 for n in words) / len(words) >= 0.06
    assert sum(n <= 6 for n in words) / len(words) >= 0.1
    assert max(words) <= 200


def test_no_two_texts_are_alike_save_the_planned_near_duplicates(rows):
    """Token Jaccard: shared words over all words."""
    meant = truth()
    planned = {frozenset((value.id, value.duplicate_of)) for value in meant.values() if value.duplicate_of}
    tokens = {row["id"]: frozenset(re.findall(r"\w+", row["text"].lower())) for row in rows}
    assert len({row["text"] for row in rows}) == len(rows)
    for (one, left), (two, right) in combinations(tokens.items(), 2):
        alike = len(left & right) / len(left | right)
        assert alike < 0.6 or frozenset((one, two)) in planned, (one, two, alike)


def test_no_two_texts_begin_with_the_same_five_words(rows):
    """Templates with slots give themselves away by how they begin."""
    meant = truth()
    first = [row for row in rows if not meant[row["id"]].duplicate_of]
    starts = Counter(" ".join(re.findall(r"[\w']+", row["text"].lower())[:5]) for row in first)
    assert {start for start, n in starts.items() if n > 1 and start.count(" ") == 4} == set()


def test_near_duplicates_are_the_same_customers_within_two_days(rows):
    by_id = {row["id"]: row for row in rows}
    again = [value for value in truth().values() if value.duplicate_of]
    assert len(again) >= 12
    for value in again:
        row, first = by_id[value.id], by_id[value.duplicate_of]
        assert row["customer"] == first["customer"]
        assert row["date"][:7] == first["date"][:7]
        assert row["channel"] != first["channel"] or row["text"] != first["text"]


def test_some_customers_speak_often_and_nobody_dominates(rows):
    counts = Counter(row["customer"] for row in rows if row["customer"])
    assert sum(n >= 3 for n in counts.values()) >= 40
    assert max(counts.values()) <= 10
    assert all(re.fullmatch(r"c-\d{4}", customer) for customer in counts)


def test_a_customer_keeps_plan_and_region(rows):
    for column in ("plan", "region"):
        seen: dict[str, set[str]] = {}
        for row in rows:
            if row["customer"] and row[column]:
                seen.setdefault(row["customer"], set()).add(row[column])
        assert all(len(values) == 1 for values in seen.values())


def test_there_is_personal_data_to_mask_and_none_of_it_is_real(rows):
    everything = "\n".join(row["text"] for row in rows)
    addresses = re.findall(r"[\w.]+@[\w.]+\w", everything)
    phones = re.findall(r"\b0\d{2} \d{4} \d{4}\b", everything)
    assert len(addresses) >= 3
    assert all(address.endswith("@example.com") for address in addresses)
    assert len(phones) >= 3
    assert all(phone.startswith("020 7946 0") for phone in phones)
    assert "4111 1111 1111 1111" in everything
    assert "GB82 WEST 1234 5698 7654 32" in everything
