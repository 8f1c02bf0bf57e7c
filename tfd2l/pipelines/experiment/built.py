"""Builds what an experiment trains: model, loss, optimizer, training step."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras

from tfd2l.config.build import build
from tfd2l.pipelines.experiment.components import build_components, components_by_label
from tfd2l.pipelines.experiment.optimizer import build_optimizer
from tfd2l.pipelines.experiment.prepared import Prepared
from tfd2l.pipelines.experiment.reporting import check_reports
from tfd2l.pipelines.experiment.serving import ServingGraph, build_serving
from tfd2l.reports.base.requirements import BuiltRun
from tfd2l.training.compilation import Trial, try_xla
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.position import Plan
from tfd2l.training.precision import use_precision
from tfd2l.training.settings import TrainerSettings
from tfd2l.training.step import TrainStep

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class Built:
    """A model with all that trains and measures it.

    Args:
        config: of the experiment.
        prepared: its data.
        plan: how far training goes.
        model: as the strategy places it.
        optimizer: with the schedule in it.
        step: the training step.
        evaluation: measures a split.
        trial: the trial by which `trainer.xla=auto` has chosen; None if there was none.
    """

    config: Mapping[str, Any]
    prepared: Prepared
    plan: Plan
    model: keras.Model
    optimizer: keras.optimizers.Optimizer
    step: TrainStep
    evaluation: Evaluation
    trial: Trial | None

    @property
    def length(self) -> dict[str, int]:
        """What the experiment supplies to components that depend on the length of training."""
        return {"steps_per_epoch": self.plan.steps_per_epoch, "total_steps": self.plan.total_steps}

    @cached_property
    def serving(self) -> ServingGraph | None:
        """The graph that serves the model; None if the strategy has divided the model among devices."""
        return build_serving(self.config, self.prepared, self.model) if self.prepared.strategy.is_local else None

    @property
    def answers(self) -> list[str] | None:
        """The keys that the served graph answers with; None where that is not known before training."""
        if self.serving is None:
            return None
        return sorted(self.serving.predict.get_concrete_function().structured_outputs)


def build_training(
    config: Mapping[str, Any], settings: TrainerSettings, prepared: Prepared, xla: bool | None = None
) -> Built:
    """Builds model, loss, metrics and the optimizer with its schedule, in the scope of the strategy.

    Args:
        config: of the experiment.
        settings: its `trainer:` section.
        prepared: its data.
        xla: what `trainer.xla=auto` has chosen before; None lets it choose.
    """
    data, strategy = prepared.info, prepared.strategy
    plan = Plan(
        settings.epochs,
        prepared.batches.steps_per_epoch,
        settings.max_steps,
        settings.steps_per_execution,
        settings.validate_every,
    )
    length = {"steps_per_epoch": plan.steps_per_epoch, "total_steps": plan.total_steps}
    use_precision(settings.precision)
    loss: keras.losses.Loss = build("loss", config["loss"], data=data)
    with strategy.scope():
        model: keras.Model = build("model", config["model"], data=data, **length)
        optimizer = build_optimizer(config, settings, plan, data, model)
        optimizer.build(model.trainable_variables)
    if not model.trainable_variables:
        log.info("model: it has nothing to learn, and is measured as it is")
    model.optimizer = optimizer  # Keras callbacks look for it there
    step = TrainStep(
        model,
        loss,
        optimizer,
        build_components(config, "metrics", data=data),
        strategy,
        micro_batches=settings.micro_batches,
        on_nan=settings.on_nan,
    )
    metrics = build_components(config, "metrics", data=data)
    evaluation = Evaluation(model, loss, metrics, strategy, settings.max_eval_steps)
    trial = None
    if settings.xla != "auto":
        step.differentiation.xla = settings.xla
    elif xla is not None:
        step.differentiation.xla = xla
    else:
        trial = try_xla(step, prepared.batches.train(0))
        step.differentiation.xla = trial.prefers_xla(plan.total_steps)
        log.info(trial.describe(plan.total_steps))
    step.compile(data.batch_spec, settings.steps_per_execution)
    return Built(config, prepared, plan, model, optimizer, step, evaluation, trial)


def check_built(built: Built) -> None:
    """Refuses what would fail after training: reports whose needs are not met, a decoder that does not fit.

    Args:
        built: before it trains.

    Raises:
        ConfigError: with every report that cannot be made, or the decoder's mistake.
    """
    stages = ServingGraph(built.prepared.stages, built.model, None, built.prepared.raw)
    run = BuiltRun(built.model, built.prepared.info, lambda: built.answers, stages.model_inputs)
    check_reports(components_by_label(built.config, "reports"), run)
    if built.config["tracking"]["log_model"]:
        log.debug("the served graph answers with %s", built.answers)
