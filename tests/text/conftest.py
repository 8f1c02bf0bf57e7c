"""Word vectors of GloVe, and cosines in float64."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.text.vector_files import load_vectors


def compute_cosines(queries, matrix):
    queries, matrix = queries.astype(np.float64), matrix.astype(np.float64)
    lengths = [np.sqrt((x**2).sum(axis=1) + 1e-9) for x in (queries, matrix)]
    return queries @ matrix.T / np.outer(*lengths)


@pytest.fixture(scope="session")
def cosines_of():
    return compute_cosines


@pytest.fixture(scope="module")
def glove(shared_data):
    return load_vectors(shared_data / "glove_50d_2000" / "glove.6B.50d.top2000.txt")
