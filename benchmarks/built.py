"""Built experiments and ready batches, for benchmarks to train."""

from __future__ import annotations

from typing import Any

import tfd2l
from tfd2l.pipelines.experiment.built import Built


class Batches(list[Any]):
    """Ready batches where the loop expects a dataset at its start."""

    def skip(self, count: int) -> list[Any]:
        """What comes after the first `count`."""
        return self[count:]


def build_experiment(overrides: list[str]) -> Built:
    """Returns an experiment that is ready to train, without a run.

    Args:
        overrides: what one would type after `python -m tfd2l.pipelines`.
    """
    experiment = tfd2l.Experiment.from_config(tfd2l.compose(*overrides))
    return experiment.build(experiment.prepare())
