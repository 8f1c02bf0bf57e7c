"""Preparation of batches: stages are fitted on train alone and applied to every split."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.config.build import build
from tfd2l.data.info import DataInfo, Splits
from tfd2l.errors import ConfigError, DataError
from tfd2l.pipelines.experiment.stage_counts import count_dropped
from tfd2l.stages.base.apply import apply
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.cache import Cache
from tfd2l.training.settings import TrainerSettings

SAMPLE = 64  # examples, where a batch does not say how many it has


@dataclass(frozen=True)
class Batches:
    """The batches that training and evaluation iterate over.

    Args:
        train: Epoch -> its batches; the same epoch gives the same batches in the same order.
        evaluation: Split -> batches (without `train`).
        steps_per_epoch: Batches of an epoch.
        info: The data after the stages.
        sample: Epoch -> the first training examples as one batch, as the stages make them in that epoch; None -> as
            they make those that are not trained on. The examples and their order are always the same.
    """

    train: Callable[[int], tf.data.Dataset]
    evaluation: Mapping[str, tf.data.Dataset]
    steps_per_epoch: int
    info: DataInfo
    sample: Callable[[int | None], Any]


def build_stages(configs: Mapping[str, Mapping[str, Any] | None]) -> list[Stage]:
    """Builds the stages of a configuration, each with its label.

    Args:
        configs: Label -> the configuration of a stage; None leaves it out.
    """
    stages = []
    for label, config in configs.items():
        if config is not None:
            stage: Stage = build("stage", config)
            stage.label = label
            stages.append(stage)
    return stages


def prepare(splits: Splits, info: DataInfo, stages: Sequence[Stage], settings: TrainerSettings, seed: int) -> Batches:
    """Fits the stages, one after the other, on the train split, binds them, and applies them to every split.

    Raises:
        ConfigError: The stages do not fit each other or the data.
        DataError: The stages leave no batch to train on.
    """
    constant, varying = _divide_stages(stages)
    info = _fit_stages(stages, splits["train"], info, epoch_seed(seed, 0))
    alike = {  # what stages that are the same in every epoch make of each split
        name: apply(constant, ds, split=name, seed=epoch_seed(seed, 0) if name == "train" else seed)
        for name, ds in splits.items()
    }
    train = alike["train"]
    losses = count_dropped(stages, constant, alike, info, settings.batches_per_epoch is not None)
    info = dataclasses.replace(info, counts={**info.counts, **losses})

    def epoch(number: int) -> tf.data.Dataset:
        return apply(varying, train, split="train", seed=epoch_seed(seed, number))

    first = epoch(0)
    evaluation = {name: apply(varying, ds, split=name, seed=seed) for name, ds in alike.items() if name != "train"}
    steps = settings.batches_per_epoch or num_batches(first)
    if steps == 0:
        batching = ", ".join(text for text in map(repr, stages) if "batch_size" in text)
        raise DataError(
            "The stages leave no batch to train on: the training examples are too few for a whole one. Make it smaller "
            "(`stages.batch.batch_size=8`, say), or give more examples. Received: "
            f"{info.sizes['train']} training examples, {batching or 'no stage with a batch_size'}"
        )
    info = dataclasses.replace(info, batch_spec=first.element_spec)
    rows = tf.nest.flatten(first.element_spec)[0].shape[0] or SAMPLE

    def sample(number: int | None) -> Any:
        few, changing = splits["train"].take(rows), [stage for stage in stages if not stage.arranges]
        split = "test" if number is None else "train"
        return next(iter(apply(changing, few, split=split, seed=epoch_seed(seed, number or 0))))

    if settings.overfit_batches is not None:
        few = first.take(settings.overfit_batches).cache()
        endless = few.repeat().take(steps)
        return Batches(lambda _: endless, {**evaluation, "validation": few}, steps, info, sample)
    if settings.batches_per_epoch is None:
        if not any(stage.resizes for stage in varying):
            return Batches(epoch, evaluation, steps, info, sample)
        # An epoch that ends too soon begins anew, which costs it the filling of its buffers: so rarely does it with
        # a hundredth less than the first one had.
        steps -= steps // 100
    return Batches(lambda number: epoch(number).repeat().take(steps), evaluation, steps, info, sample)


def epoch_seed(seed: int, epoch: int) -> int:
    """Returns a seed for each epoch of each run: neighboring seeds and epochs give unrelated ones."""
    return int(np.random.SeedSequence([seed, epoch]).generate_state(1)[0])


def num_batches(batches: tf.data.Dataset) -> int:
    """Returns how many batches a dataset holds; counted if it does not say (which also fills its cache)."""
    known = int(batches.cardinality())
    return known if known >= 0 else int(batches.reduce(np.int64(0), lambda count, _: count + 1))


def _fit_stages(stages: Sequence[Stage], train: tf.data.Dataset, info: DataInfo, seed: int) -> DataInfo:
    for index, stage in enumerate(stages):
        if type(stage).fit is not Stage.fit:
            stage.fit(apply(stages[:index], train, split="train", seed=seed))
        info = stage.bind(info)
        info = dataclasses.replace(info, stages=(*info.stages, repr(stage)))
    return info


def _divide_stages(stages: Sequence[Stage]) -> tuple[list[Stage], list[Stage]]:
    """Divides stages into those that are the same in every epoch, and those from the first varying one on."""
    first = next((index for index, stage in enumerate(stages) if stage.varies), len(stages))
    constant, varying = list(stages[:first]), list(stages[first:])
    if any(isinstance(stage, Cache) for stage in varying):
        raise ConfigError(
            f"stages: a cache after {varying[0]!r}, which differs in every epoch, would keep one epoch for all; "
            f"put it before. Received: {', '.join(map(repr, stages))}"
        )
    return constant, varying
