"""What benchmarks train: a built pipeline, and ready batches."""

from __future__ import annotations

from typing import Any

import tfd2l
from tfd2l.pipelines.experiment.experiment import Pipeline


class Batches(list[Any]):
    """Ready batches where the loop expects a dataset at its start."""

    def skip(self, count: int) -> list[Any]:
        """What comes after the first `count`."""
        return self[count:]


def built(overrides: list[str]) -> Pipeline:
    """A pipeline after `build`, without a run."""
    pipeline = Pipeline.from_config(tfd2l.compose(*overrides))
    pipeline.prepare()
    pipeline.build()
    return pipeline
