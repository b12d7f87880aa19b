"""Which groups of points are themes at all."""

import numpy as np

from knowledge.layers.themes import FEWEST_PIECES, said_by_several


def test_sentences_of_one_or_two_pieces_are_no_theme_however_many():
    labels = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2, -1], dtype=np.int32)
    pieces = np.array([1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 7])
    assert said_by_several(labels, pieces).tolist() == [-1, -1, -1, -1, 1, 1, 1, -1, -1, -1, -1]
    assert FEWEST_PIECES == 3


def test_where_nothing_is_grouped_nothing_is_taken_apart():
    nothing = np.full(4, -1, dtype=np.int32)
    assert said_by_several(nothing, np.arange(4)).tolist() == nothing.tolist()
    assert len(said_by_several(nothing[:0], np.arange(0))) == 0
