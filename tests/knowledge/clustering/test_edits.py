"""What people decided about themes is laid over every run alike, the latest word counting, each undoable."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.clustering.edits import apply_edits, in_force, touched
from knowledge.themes import ThemeEdit, settled

AT = datetime(2026, 3, 1, tzinfo=UTC)
IDS = {f"f{row}": row for row in range(1, 41)}


def edit(number: int, kind: str, themes=(), feedback=(), text=None, upto=0, undoes=None) -> ThemeEdit:
    return ThemeEdit(
        number=number, kind=kind, at=AT, actor="ana", themes=tuple(themes), feedback=tuple(feedback), text=text,
        upto=upto, undoes=undoes,
    )  # fmt: skip


def lay(labels: list[int], *edits: ThemeEdit, vectors=None, feedback=None):
    rows = np.arange(1, len(labels) + 1) if feedback is None else np.array(feedback)
    return apply_edits(np.array(labels), edits, feedback=rows, rows=IDS, vectors=vectors)


def directions(*angles: float) -> np.ndarray:
    """Return unit vectors in the plane at these degrees."""
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def test_without_edits_a_run_stands_as_it_is():
    assert lay([1, 1, 2, -1]).labels.tolist() == [1, 1, 2, -1]


def test_the_latest_rename_counts():
    done = lay([1], edit(1, "rename", ["T1"], text="late"), edit(2, "rename", ["T1"], text="late card"))
    assert done.names == {1: ("late card", "ana")}


def test_a_merge_holds_whatever_the_run_finds():
    merge = edit(1, "merge", ["T2", "T1"])
    assert lay([1, 2, 2], merge).labels.tolist() == [1, 1, 1]
    assert lay([2, 2, 1], merge).merged == {2: 1}


def test_merges_chain_and_a_circle_ends_at_the_last_word():
    chain = [edit(1, "merge", ["T3", "T2"]), edit(2, "merge", ["T2", "T1"])]
    assert lay([1, 2, 3], *chain).labels.tolist() == [1, 1, 1]
    circle = [edit(1, "merge", ["T2", "T1"]), edit(2, "merge", ["T1", "T2"])]
    assert lay([1, 2], *circle).labels.tolist() == [1, 1]


def test_a_move_holds_and_follows_a_later_merge():
    move = edit(1, "move", ["T2"], ["f1"])
    assert lay([1, 2, 3], move).labels.tolist() == [2, 2, 3]
    assert lay([3, 2, 3], move).labels.tolist() == [2, 2, 3]
    assert lay([1, 2, 3], move, edit(2, "merge", ["T2", "T3"])).labels.tolist() == [3, 3, 3]


def test_the_later_of_two_moves_counts():
    moves = [edit(1, "move", ["T2"], ["f1"]), edit(2, "move", ["T3"], ["f1"])]
    assert lay([1, 1], *moves).labels.tolist() == [3, 1]


def test_every_point_of_a_moved_piece_moves():
    done = lay([1, 3, 1], edit(1, "move", ["T2"], ["f7"]), feedback=[7, 7, 8])
    assert done.labels.tolist() == [2, 2, 1]
    assert done.placed.tolist() == [True, True, False]


def test_a_split_keeps_its_pieces_and_later_ones_that_are_nearer_to_them():
    vectors = directions(0, 5, 60, 65, 55, 10)
    split = edit(1, "split", ["T1", "T9"], ["f3", "f4"], text="odd", upto=4)
    done = lay([1, 1, 1, 1, 1, 1], split, vectors=vectors)
    assert done.labels.tolist() == [1, 1, 9, 9, 9, 1]
    assert done.names == {9: ("odd", "ana")}


def test_what_was_left_out_of_a_split_stays_out():
    split = edit(1, "split", ["T1", "T9"], ["f3", "f4"], upto=5)
    done = lay([1, 1, 1, 1, 1], split, vectors=directions(0, 5, 60, 65, 62))
    assert done.labels.tolist() == [1, 1, 9, 9, 1]


def test_a_theme_found_later_around_the_pieces_of_a_split_is_that_split():
    split = edit(1, "split", ["T1", "T9"], ["f3", "f4"], upto=4)
    assert lay([1, 1, 12, 12, 12, 12], split).labels.tolist() == [1, 1, 9, 9, 9, 9]
    assert lay([1, 1, 5, 5, 5, 5], split).labels.tolist() == [1, 1, 9, 9, 5, 5]


def test_two_pieces_are_kept_apart_and_the_odd_one_goes_where_it_fits():
    vectors = directions(0, 2, 4, 50, 48, 52, 49)
    apart = edit(1, "never_together", [], ["f1", "f4"])
    assert lay([1, 1, 1, 1, 2, 2, 2], apart, vectors=vectors).labels.tolist() == [1, 1, 1, 2, 2, 2, 2]
    assert lay([1, 1, 1, 1], apart).labels.tolist() == [1, 1, 1, -1]


def test_a_piece_that_somebody_placed_is_not_the_one_to_leave():
    move = edit(1, "move", ["T1"], ["f4"])
    apart = edit(2, "never_together", [], ["f1", "f4"])
    assert lay([1, 1, 1, 2], move, apart).labels.tolist() == [-1, 1, 1, 1]


def test_placing_both_pieces_together_later_lifts_the_ban():
    apart = edit(1, "never_together", [], ["f1", "f2"])
    moves = [edit(2, "move", ["T1"], ["f1"]), edit(3, "move", ["T1"], ["f2"])]
    assert lay([2, 2], apart, *moves).labels.tolist() == [1, 1]


def test_undo_restores_and_undoing_the_undo_brings_it_back():
    move = edit(1, "move", ["T2"], ["f1"])
    undo = edit(2, "undo", undoes=1)
    again = edit(3, "undo", undoes=2)
    assert lay([1, 2], move, undo).labels.tolist() == [1, 2]
    assert lay([1, 2], move, undo, again).labels.tolist() == [2, 2]
    assert [e.undone for e in settled([move, undo, again])] == [False, True, False]


def test_themes_that_people_touched_are_known_until_undone():
    edits = [edit(1, "merge", ["T2", "T1"]), edit(2, "pin", ["T4"]), edit(3, "undo", undoes=2)]
    assert touched(edits) == {1, 2}


def test_an_edit_of_feedback_that_is_gone_changes_nothing():
    assert lay([1, 2], edit(1, "move", ["T2"], ["deleted"])).labels.tolist() == [1, 2]


KINDS = st.sampled_from(["rename", "merge", "split", "move", "pin", "never_together"])


@st.composite
def edit_lists(draw):
    edits = []
    for number in range(1, draw(st.integers(1, 8)) + 1):
        kind = draw(KINDS)
        pieces = draw(st.lists(st.sampled_from([f"f{i}" for i in range(1, 13)]), min_size=2, max_size=2, unique=True))
        theme, other = draw(st.permutations([f"T{i}" for i in range(1, 5)]))[:2]
        themes = {"merge": (theme, other), "split": (theme, f"T{20 + number}"), "never_together": ()}.get(
            kind, (theme,)
        )
        feedback = pieces if kind in {"split", "never_together"} else pieces[:1] if kind == "move" else ()
        edits.append(edit(number, kind, themes, feedback, text="name", upto=draw(st.integers(0, 12))))
    return edits


@settings(max_examples=150)
@given(edit_lists(), st.lists(st.integers(-1, 4), min_size=12, max_size=12), st.integers(0, 999), st.booleans())
def test_every_edit_in_force_holds_and_laying_is_repeatable(edits, labels, seed, with_vectors):
    vectors = np.random.default_rng(seed).standard_normal((12, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    once = lay(labels, *edits, vectors=vectors if with_vectors else None)
    assert (lay(labels, *edits, vectors=vectors if with_vectors else None).labels == once.labels).all()
    assert not set(once.labels.tolist()) & set(once.merged)
    for made in edits:
        undone = [*edits, edit(99, "undo", undoes=made.number)]
        without = [other for other in edits if other is not made]
        assert (lay(labels, *undone).labels == lay(labels, *without).labels).all()
    last = {}
    for made in edits:
        if made.kind in {"move", "split"}:
            last |= dict.fromkeys(made.feedback, made)
    apart = {key for made in in_force(edits) if made.kind == "never_together" for key in made.feedback}
    for key, made in last.items():
        if key not in apart:
            target = int(made.themes[-1][1:])
            assert once.labels[IDS[key] - 1] == once.merged.get(target, target)


@pytest.mark.parametrize("kind", ["rename", "pin"])
def test_a_name_or_pin_moves_no_item(kind):
    assert lay([1, 2], edit(1, kind, ["T1"], text="x")).labels.tolist() == [1, 2]
