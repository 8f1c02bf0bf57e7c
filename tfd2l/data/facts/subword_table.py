"""Words as sums of their character n-grams."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class SubwordTable:
    """The rows of an embedding table that each word's vector is the sum of.

    Args:
        rows: (vocabulary, subwords) integers, -1 for none.
        num_rows: Rows of that table.
    """

    rows: np.ndarray
    num_rows: int
