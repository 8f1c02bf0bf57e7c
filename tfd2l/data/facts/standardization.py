"""The statistics by which values were standardized."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from tfd2l.data.info import DataInfo

Statistics = Mapping[str, tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Standardization:
    """The statistics by which values were standardized.

    Args:
        statistics: Key -> (mean, standard deviation) of the train split.
    """

    statistics: Statistics


def add_statistics(info: DataInfo, statistics: Statistics) -> DataInfo:
    """Adds the statistics of further keys to those that are known.

    Args:
        info: Before this standardization.
        statistics: See `Standardization`.

    Returns:
        The data after it.
    """
    known = info.find_fact(Standardization)
    return info.with_fact(Standardization({**(known.statistics if known else {}), **statistics}))
