"""A theme keeps its number for as long as it keeps its items, and no number is ever used for another."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.clustering.identity import match, match_labels, stay, theme_id, theme_number


def labels(*groups: tuple[int, int]) -> np.ndarray:
    """Return `count` items of each `code`, in order."""
    return np.repeat([code for code, _ in groups], [count for _, count in groups]).astype(np.int64)


def kinds(matching, theme: int) -> list[str]:
    return [change.kind for change in matching.changes if change.theme == theme]


def test_a_partition_under_other_codes_keeps_every_number():
    old = labels((3, 10), (7, 5), (-1, 2))
    new = labels((1, 10), (0, 5), (-1, 2))
    matching = match(old, new, next_number=8)
    assert (matching.labels == old).all()
    assert matching.changes == ()
    assert matching.next_number == 8


def test_first_themes_are_numbered_by_size_then_by_first_item():
    new = labels((5, 2), (9, 4), (2, 2))
    matching = match(np.full(8, -1), new, next_number=1)
    assert matching.labels.tolist() == [2, 2, 1, 1, 1, 1, 3, 3]
    assert matching.born == (1, 2, 3)
    assert kinds(matching, 1) == ["born"]


def test_the_assignment_keeps_most_items_in_total_not_greedily():
    # Greedy takes the 6 for (1, 0) and leaves theme 2 with nothing: 6 kept. The best keeps 5 + 5.
    old = labels((1, 6), (1, 5), (2, 5))
    new = labels((0, 6), (1, 5), (0, 5))
    assert match_labels(old, new) == {1: 1, 0: 2}


def test_a_small_overlap_is_no_inheritance():
    old = labels((1, 100))
    new = np.arange(100) // 10
    matching = match(old, new, next_number=2)
    assert matching.retired == (1,)
    assert matching.born == tuple(range(2, 12))
    assert kinds(matching, 1) == ["retired"]


def test_a_merge_is_told_to_both_themes():
    old = labels((1, 40), (2, 10))
    matching = match(old, labels((0, 50)), next_number=3)
    assert set(matching.labels) == {1}
    assert kinds(matching, 2) == ["merged"]
    assert matching.changes[0].detail == {"from": "T2", "items": 10, "of": 10}
    assert matching.changes[-1].detail == {"into": "T1", "items": 10, "of": 10}


def test_a_split_leaves_the_number_with_the_largest_part():
    matching = match(labels((1, 50)), labels((0, 20), (1, 30)), next_number=9)
    assert matching.labels.tolist() == [9] * 20 + [1] * 30
    assert kinds(matching, 1) == ["split", "shrank"]
    assert next(c for c in matching.changes if c.theme == 9).detail == {"size": 20, "split_from": "T1"}


def test_new_items_do_not_weaken_an_inheritance_but_are_told_as_growth():
    matching = match(labels((4, 10), (-1, 90)), labels((0, 100)), next_number=5)
    assert set(matching.labels) == {4}
    assert [c.detail for c in matching.changes] == [{"from": 10, "to": 100}]


def test_a_held_theme_is_never_retired():
    old = labels((1, 40), (2, 10))
    matching = match(old, labels((0, 50)), next_number=3, held={2})
    assert (matching.labels == old).all()


def test_a_pinned_theme_loses_no_item_and_takes_the_new_ones_of_its_cluster():
    old = labels((1, 10), (1, 4), (2, 20), (-1, 3))
    new = labels((0, 10), (1, 4), (1, 20), (0, 3))
    matching = match(old, new, next_number=3, pinned={1})
    assert matching.labels.tolist() == [1] * 14 + [2] * 20 + [1] * 3


@pytest.mark.parametrize("text", ["T", "12", "X3", "T-1", "T1.5", ""])
def test_what_is_not_an_id_is_refused(text):
    with pytest.raises(ValueError, match="T12"):
        theme_number(text)


def test_ids_read_back():
    assert theme_number(theme_id(12)) == theme_number("t12") == 12


@settings(max_examples=200)
@given(st.lists(st.tuples(st.integers(-1, 6), st.integers(-1, 6)), max_size=60), st.sets(st.integers(0, 6)))
def test_numbers_are_unique_never_reused_and_held_ones_survive(items, held):
    old = np.array([a for a, _ in items], dtype=np.int64)
    new = np.array([b for _, b in items], dtype=np.int64)
    matching = match(old, new, next_number=50, held=held)
    assert len(set(matching.theme.values())) == len(matching.theme)
    assert all(50 <= number < matching.next_number for number in matching.born)
    assert set(matching.labels) - {-1} <= set(old) | set(matching.born)
    assert not set(matching.retired) & held
    assert ((matching.labels >= 0) >= (new >= 0)).all()
    again = match(matching.labels, matching.labels, next_number=matching.next_number)
    assert (again.labels == matching.labels).all()
    assert again.changes == ()


def test_an_item_on_the_border_stays_and_one_that_clearly_belongs_elsewhere_moves():
    angles = np.radians([0, 2, 4, 6, 42, 80, 86, 88, 90, 92])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    old = np.array([1, 1, 1, 1, 1, 1, 2, 2, 2, 2])
    new = np.array([1, 1, 1, 1, 2, 2, 2, 2, 2, 2])
    assert stay(old, new, vectors).tolist() == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert stay(old, np.where(new == 2, 3, new), vectors).tolist() == [1, 1, 1, 1, 3, 3, 3, 3, 3, 3]
    assert stay(old, old, vectors).tolist() == old.tolist()


def test_an_item_that_is_like_its_theme_does_not_fall_out_of_it_and_a_stray_does():
    angles = np.radians([0, 2, 4, 6, 8, 5, 60])
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    old = np.ones(7, dtype=np.int64)
    new = np.array([1, 1, 1, 1, 1, -1, -1])
    assert stay(old, new, vectors).tolist() == [1, 1, 1, 1, 1, 1, -1]
    assert stay(old, np.full(7, -1), vectors).tolist() == [-1] * 7
