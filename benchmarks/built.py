"""What benchmarks train: a built experiment, and ready batches."""

from __future__ import annotations

from typing import Any

import tfd2l
from tfd2l.pipelines.experiment.experiment import Experiment


class Batches(list[Any]):
    """Ready batches where the loop expects a dataset at its start."""

    def skip(self, count: int) -> list[Any]:
        """What comes after the first `count`."""
        return self[count:]


def built(overrides: list[str]) -> Experiment:
    """An experiment after `build`, without a run."""
    experiment = Experiment.from_config(tfd2l.compose(*overrides))
    experiment.prepare()
    experiment.build()
    return experiment
