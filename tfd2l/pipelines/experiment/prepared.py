"""Prepares the data of an experiment: splits, fitted stages, batches."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras

from tfd2l.backend import replaced, use_defaults
from tfd2l.config.build import build
from tfd2l.data.info import DataInfo, Splits, choose_measured_split
from tfd2l.pipelines.experiment.prepare import Batches, build_stages, prepare
from tfd2l.stages.base.stage import Stage
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.training.settings import TrainerSettings

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class Prepared:
    """The data of an experiment, ready to train on.

    Args:
        strategy: where the experiment computes.
        splits: the examples of the dataset, before the stages.
        raw: what is known of these.
        stages: fitted on the train split.
        batches: what the stages make of the splits.
    """

    strategy: Strategy
    splits: Splits
    raw: DataInfo
    stages: Sequence[Stage]
    batches: Batches

    @property
    def info(self) -> DataInfo:
        """What is known of the data after the stages."""
        return self.batches.info

    @property
    def measured_on(self) -> str:
        """The split that results are of: test, without it validation, else train."""
        return choose_measured_split({split: self.raw.sizes.get(split, 1) for split in self.splits})


def prepare_data(config: Mapping[str, Any], settings: TrainerSettings, strategy: Strategy) -> Prepared:
    """Loads the splits, fits the stages on train, and makes batches of every split.

    Keras' state and the random seeds of the process are reset first, so that a run depends on its configuration alone.

    Args:
        config: of the experiment.
        settings: its `trainer:` section.
        strategy: made before, since the data start TensorFlow.
    """
    if other := use_defaults():
        log.info("keras: %s of keras.json or this process are not used here", other)
    for name, value in replaced.items():
        log.info("keras: %s=%s is not used here: runs have Keras on TensorFlow", name, value)
    keras.backend.clear_session()
    keras.utils.set_random_seed(config["seed"])
    splits, raw = build("dataset", config["dataset"])
    stages = build_stages(config.get("stages") or {})
    batches = prepare(splits, raw, stages, settings, config["seed"])
    sizes = ", ".join(f"{split} {size}" for split, size in batches.info.sizes.items())
    log.info("data: %s (%s); %d steps an epoch", batches.info.source, sizes, batches.steps_per_epoch)
    log.info("strategy: %s", strategy.describe(batches.info.batch_spec))
    for reason, count in batches.info.counts.items():
        log.info("data: %d %s", count, reason)
    return Prepared(strategy, splits, raw, stages, batches)
