"""Similarity suites against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import rankdata

from tfd2l.errors import DataError
from tfd2l.text.similarity import evaluate_similarity, read_similarity_suite


def test_similarity_agrees_with_the_correlation_of_ranks(glove, shared_data, cosines_of):
    sizes = {}
    for file in sorted((shared_data / "word_similarity").glob("EN-*.txt")):
        suite = read_similarity_suite(file)
        found = evaluate_similarity(glove, suite)
        sizes[file.stem] = found.pairs + found.missing
        assert found.pairs + found.missing == len(suite)
        known = [(glove.find(a), glove.find(b), score) for a, b, score in suite if glove.find(a) and glove.find(b)]
        assert found.pairs == len(known)
        if len(known) > 1:
            rows = np.array([pair[:2] for pair in known])
            cosines = np.diag(cosines_of(glove.matrix[rows[:, 0]], glove.matrix[rows[:, 1]]))
            ranks = rankdata([pair[2] for pair in known]), rankdata(cosines)
            assert found.spearman == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-9)
        else:
            assert found.spearman is None
    assert sizes["EN-WS-353-ALL"] == 353
    assert sizes["EN-RG-65"] == 65
    assert evaluate_similarity(glove, [("the", "of", 1.0), ("he", "she", 1.0)]).spearman is None
    assert evaluate_similarity(glove, [("the", "the", 1.0), ("he", "he", 2.0)]).spearman is None


def test_faulty_line_of_a_suite_is_an_error(tmp_path):
    (tmp_path / "s.txt").write_text("# words\n\ncup mug 3\ncup\tmug\thigh\n")
    with pytest.raises(DataError, match=r"s\.txt:4: expected two words and a number\. Received: 'cup\\tmug\\thigh'"):
        read_similarity_suite(tmp_path / "s.txt")
    (tmp_path / "s.txt").write_text("# words\n")
    with pytest.raises(DataError, match=r"s\.txt: the file holds no pair of words"):
        read_similarity_suite(tmp_path / "s.txt")
    with pytest.raises(DataError, match=r"none\.txt: cannot be read: No such file"):
        read_similarity_suite(tmp_path / "none.txt")
