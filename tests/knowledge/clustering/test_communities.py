import itertools

import numpy as np
import pytest

from knowledge.clustering import communities
from knowledge.clustering.communities import FEWEST, find_themes
from knowledge.clustering.graph import centred, nearest
from knowledge.clustering.resolution import choose_resolution


def blobs(themes: int, each: int, *, noise: float = 0.5, dimension: int = 32, seed: int = 0):
    random = np.random.default_rng(seed)
    centres = random.standard_normal((themes, dimension))
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    points = np.repeat(centres, each, axis=0) + noise * random.standard_normal((themes * each, dimension)) / np.sqrt(
        dimension
    )
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    return points.astype(np.float32), np.repeat(np.arange(themes), each)


def test_well_separated_groups_are_found():
    vectors, truth = blobs(8, 60)
    themes = find_themes(vectors)
    assert themes.count == 8
    for label in range(8):
        assert len(set(themes.labels[truth == label]) - {-1}) == 1


def test_the_same_seed_gives_the_same_themes():
    vectors, _ = blobs(6, 40, noise=1.0)
    first, second = find_themes(vectors, seed=3), find_themes(vectors, seed=3)
    np.testing.assert_array_equal(first.labels, second.labels)
    np.testing.assert_array_equal(first.parents, second.parents)


@pytest.mark.parametrize("n", range(FEWEST))
def test_too_few_texts_are_left_alone_and_told_so(n):
    vectors, _ = blobs(1, max(n, 1))
    themes = find_themes(vectors[:n])
    assert themes.labels.tolist() == [-1] * n
    assert themes.note
    assert themes.count == 0


def test_labels_are_numbered_by_falling_size():
    vectors, _ = blobs(5, 40)
    labels = find_themes(vectors[:150]).labels
    sizes = np.bincount(labels[labels >= 0])
    assert list(sizes) == sorted(sizes, reverse=True)


def test_identical_texts_share_a_theme():
    vectors, _ = blobs(4, 30)
    doubled = np.concatenate([vectors, np.repeat(vectors[:1], 50, axis=0)])
    labels = find_themes(doubled).labels
    assert len(set(labels[120:])) == 1


def unit(random, n, dimension=384):
    vectors = random.standard_normal((n, dimension))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("n", [10, 12, 40, 300])
def test_texts_without_structure_are_left_alone_and_told_so(n):
    themes = find_themes(unit(np.random.default_rng(n), n))
    assert themes.labels.tolist() == [-1] * n
    assert themes.note


@pytest.mark.parametrize("n", [10, 11, 200])
def test_texts_that_are_all_the_same_are_no_error(n):
    vectors, _ = blobs(1, 1)
    assert len(find_themes(np.repeat(vectors, n, axis=0)).labels) == n


def test_a_dozen_texts_about_three_things_make_three_themes():
    vectors, truth = blobs(3, 5)
    labels = find_themes(vectors).labels
    assert len(set(labels) - {-1}) == 3
    for thing in range(3):
        assert len(set(labels[truth == thing])) == 1


def test_far_off_texts_stay_unassigned():
    vectors, _ = blobs(6, 60, dimension=128)
    strays = unit(np.random.default_rng(5), 6, 128)
    labels = find_themes(np.concatenate([vectors, strays])).labels
    assert (labels[-6:] < 0).mean() > 0.5
    assert (labels[:-6] < 0).mean() < 0.03


def test_known_themes_are_kept_when_texts_are_added():
    vectors, _ = blobs(10, 60, noise=1.6, dimension=64, seed=1)
    random = np.random.default_rng(2).permutation(len(vectors))
    old, everything = np.sort(random[:540]), np.arange(len(vectors))
    before = find_themes(np.ascontiguousarray(vectors[old])).labels
    start = np.full(len(vectors), -1, dtype=np.int32)
    start[old] = before
    after = find_themes(vectors[everything], start=start).labels[old]
    pairs = np.zeros((before.max() + 2, after.max() + 2))
    np.add.at(pairs, (before, after), 1)
    assert pairs.max(axis=1).sum() / len(old) > 0.95


def test_a_resolution_that_serves_as_well_as_any_stays_and_a_bad_one_goes_step_by_step():
    neighbours = nearest(blobs(8, 60)[0], 10)
    best = choose_resolution(neighbours).value
    assert choose_resolution(neighbours, before=best * 1.05).value == best * 1.05
    gone = [8.5]
    for _ in range(6):
        gone.append(choose_resolution(neighbours, before=gone[-1]).value)
    assert gone[1] == pytest.approx(8.5 / 1.5)
    assert gone[-1] < 8.5 / 1.5**2
    assert all(earlier >= later >= earlier / 1.51 for earlier, later in itertools.pairwise(gone))


def test_what_all_texts_share_is_taken_away_from_many_and_left_to_few():
    random = np.random.default_rng(0)
    own, shared = unit(random, 2000, 32), np.zeros(32, dtype=np.float32)
    shared[0] = 3.0
    many = own + shared
    many /= np.linalg.norm(many, axis=1, keepdims=True)
    assert abs((centred(many) @ centred(many).T).mean()) < 0.05 < 0.5 < (many @ many.T).mean()
    np.testing.assert_allclose(
        centred(many), centred(many) / np.linalg.norm(centred(many), axis=1, keepdims=True), atol=1e-6
    )
    few = many[:12]
    assert (centred(few) * few).sum(axis=1).min() > 0.95


def test_of_too_many_texts_a_sample_is_grouped_and_the_others_join_its_themes(monkeypatch):
    monkeypatch.setattr(communities, "MOST_GROUPED", 300)
    vectors, truth = blobs(6, 200)
    twice = np.concatenate([vectors, vectors[:50]])
    told: list[str] = []
    themes = find_themes(twice, step=told.append)
    assert told == ["neighbours", "resolution", "communities", "joining"]
    assert themes.count == 6
    assert themes.unassigned < 0.03
    assert (themes.labels[1200:] == themes.labels[:50]).all()
    for label in range(6):
        assert len(set(truth[themes.labels[:1200] == label])) == 1
        assert themes.strength[themes.labels == label].mean() > 0.8
    sizes = np.bincount(themes.labels[themes.labels >= 0])
    assert list(sizes) == sorted(sizes, reverse=True)


@pytest.mark.slow
def test_themes_are_found_among_far_more_texts_than_are_asked_for_the_resolution():
    vectors, truth = blobs(6, 6000)
    themes = find_themes(vectors)
    assert themes.count >= 6
    for label in range(themes.count):
        assert len(set(truth[themes.labels == label])) == 1
