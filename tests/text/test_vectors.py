"""Lookup of words in a table of vectors."""

from __future__ import annotations

import numpy as np

from tfd2l.text.vectors import WordVectors


def test_words_are_found_as_written_or_in_lower_case():
    vectors = WordVectors(("<unk>", "may", "May", "june"), np.arange(8, dtype=np.float32).reshape(4, 2))
    assert vectors.find_all(["may", "May", "MAY", "June", "july", "<unk>"]) == [1, 2, 1, 3, None, None]
    matrix, found = vectors.align_to(["<pad>", "June", "May", "july"])
    assert found == 2
    np.testing.assert_array_equal(matrix, [[0, 0], vectors.matrix[3], vectors.matrix[2], [0, 0]])
