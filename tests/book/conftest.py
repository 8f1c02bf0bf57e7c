"""The exact numbers of the book, computed by the public components; `pytest tests/book -s` prints them as a table."""

from __future__ import annotations

import numpy as np
import pytest


@pytest.fixture
def figure():
    """A function: section, what, the book's figure, what we compute, how far they may differ. Asserts, and prints."""

    def compare(section, what, expected, computed, atol=0.0):
        expected, computed = np.asarray(expected), np.asarray(computed)
        assert computed.shape == expected.shape
        if expected.dtype.kind in "iufb":
            np.testing.assert_allclose(computed, expected, rtol=0, atol=atol)
        else:
            np.testing.assert_array_equal(computed, expected)
        print(f"\n| {section} | {what} | {told(expected)} | {told(computed)} |", end="")

    return compare


def told(value):
    """A number, or an array, in the digits that count."""
    if value.size > 10:
        return f"{value.shape} values"
    return np.array2string(value, precision=6, separator=", ", suppress_small=True).replace("\n", "")
