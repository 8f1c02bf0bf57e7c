"""Builds the optimizer of an experiment, with its schedule and what the settings of the trainer add."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.build import build
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.training.averaging import keep_average
from tfd2l.training.learning_rate_multipliers import match_multipliers
from tfd2l.training.linear_scaling import LinearScaling
from tfd2l.training.optimizer import adapt_optimizer
from tfd2l.training.position import Plan
from tfd2l.training.precision import with_loss_scale
from tfd2l.training.settings import TrainerSettings

log = logging.getLogger("tfd2l")


def build_optimizer(
    config: Mapping[str, Any], settings: TrainerSettings, plan: Plan, data: DataInfo, model: keras.Model
) -> keras.optimizers.Optimizer:
    """Returns the configured optimizer with its schedule, scaled, averaging and scaling the loss as the settings say.

    Raises:
        ConfigError: linear scaling without a fixed batch size or a learning rate; a learning-rate multiplier
            that no weight is for.
    """
    steps = {"steps_per_epoch": plan.steps_per_epoch, "total_steps": plan.total_steps}
    rate = build("schedule", config["schedule"], **steps) if config.get("schedule") else None
    if settings.base_batch_size is not None:
        chosen = config["optimizer"].get("learning_rate") if rate is None else rate
        rate = _linearly_scaled(chosen, data, settings.base_batch_size)
    scheduled = {} if rate is None else {"learning_rate": rate}
    optimizer: keras.optimizers.Optimizer = build("optimizer", config["optimizer"], model=model, **steps, **scheduled)
    keep_average(optimizer, settings.ema_momentum)
    adapt_optimizer(optimizer, match_multipliers(model.trainable_variables, settings.learning_rate_multipliers or {}))
    return with_loss_scale(optimizer, settings.precision)


def _linearly_scaled(rate: object, data: DataInfo, base: int) -> LinearScaling:
    rows = tf.nest.flatten(data.batch_spec)[0].shape[0]
    if rows is None or rate is None:
        raise ConfigError(
            "trainer.base_batch_size scales a learning rate with the batch, so both must be known: batches of a fixed "
            f"size, and an optimizer.learning_rate. Received: a batch of {rows} rows, learning rate {rate}"
        )
    log.info("learning rate times %g: batches of %d rows, chosen for %d", rows / base, rows, base)
    return LinearScaling(rate, rows / base)
