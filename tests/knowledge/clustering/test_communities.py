import numpy as np
import pytest

from knowledge.clustering.communities import FEWEST, find_themes


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
