"""Trains what was built, and says what a trained model predicts."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import keras
import numpy as np

from tfd2l.artifacts import use_store
from tfd2l.config.build import build
from tfd2l.data.info import require_split
from tfd2l.pipelines.experiment.built import Built
from tfd2l.pipelines.experiment.components import build_components
from tfd2l.pipelines.experiment.outcome import describe_weights
from tfd2l.pipelines.experiment.prepared import Prepared
from tfd2l.pipelines.experiment.raw_examples import CHUNK, read_examples
from tfd2l.pipelines.experiment.serving import BATCH, ServingGraph, build_serving
from tfd2l.reports.base.finished_run import Predictions
from tfd2l.tracking.metric_logger import MetricLogger
from tfd2l.tracking.metric_names import KERAS_VALIDATION
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.loop import Loop
from tfd2l.training.position import Position
from tfd2l.training.settings import TrainerSettings
from tfd2l.training.validations import Validations

log = logging.getLogger("tfd2l")

SKIPPED_TAG = "tfd2l.skipped_steps"


@dataclass(frozen=True)
class Trained:
    """A trained model, and what was measured on the way.

    Args:
        built: what was trained.
        history: the logs of every epoch.
        validations: every validation, those inside epochs too: `step` and what was measured (`val_loss`, ...).
        weights: which weights these are: those of the best epoch, an average, or the last.
    """

    built: Built
    history: Sequence[Mapping[str, float]]
    validations: Sequence[Mapping[str, float]] = ()
    weights: str = ""

    @property
    def prepared(self) -> Prepared:
        """The data that the model was trained on."""
        return self.built.prepared

    @cached_property
    def model(self) -> keras.Model:
        """The trained model on one device, whatever it was trained on."""
        if self.prepared.strategy.is_local:
            return self.built.model
        config = self.built.config
        with use_store(RunStore(config["tracking"].get("uri"))):
            local: keras.Model = build("model", config["model"], data=self.prepared.info, **self.built.length)
        for variable, trained in zip(local.variables, self.built.model.variables, strict=True):
            variable.assign(np.array(trained))
        return local

    @cached_property
    def serving(self) -> ServingGraph:
        """Raw inputs in, predictions of the trained model out."""
        return self.built.serving or build_serving(self.built.config, self.prepared, self.model)

    def predictions(self, split: str | None = None, limit: int | None = None) -> Predictions:
        """Returns what the serving graph says of a split's raw examples, in their order.

        `trainer.max_eval_steps` limits them too.

        Args:
            split: None takes the one that results are of.
            limit: at most so many examples.

        Raises:
            ConfigError: the data have no such split.
        """
        raw = self.prepared.raw
        split = self.prepared.measured_on if split is None else split
        require_split(split, raw.sizes)
        longest = self.built.evaluation.max_batches
        if longest is not None:
            limit = min(limit or CHUNK, longest * BATCH)
        examples = read_examples(self.prepared.splits[split], limit)
        inputs = {key: examples[key] for key in raw.inputs}
        others = [key for key in examples if key not in raw.inputs]
        if not others:  # a loss that asks for no target
            return Predictions(inputs, (), self.serving(inputs), split)
        (target,) = others
        return Predictions(inputs, examples[target], self.serving(inputs), split)


def train(
    built: Built, settings: TrainerSettings, run: TrackedRun | None = None, checkpointing: Checkpointing | None = None
) -> Trained:
    """Trains the model.

    Args:
        built: what to train.
        settings: the `trainer:` section.
        run: where metrics are logged; None logs nothing.
        checkpointing: saves where training stands, and goes on from there; None saves nothing.
    """
    position = Position()
    validations = Validations(position)
    callbacks = [*build_components(built.config, "callbacks", run=run, measures=_directions(built)), validations]
    if run is not None:
        callbacks.append(MetricLogger(run, position, settings.log_every))
    loop = Loop(built.step, built.evaluation, callbacks, built.plan, position, checkpointing)
    batches = built.prepared.batches
    history = loop.fit(batches.train, batches.evaluation.get("validation"))
    weights = describe_weights(position, settings, callbacks)
    log.info("weights that are tested and exported: %s", weights)
    if position.skipped:
        log.warning(
            "%d of %d steps were not finite and left out (trainer.on_nan=skip)", position.skipped, position.step
        )
        if run is not None:
            run.log_tags({SKIPPED_TAG: f"{position.skipped} of {position.step}"})
    return Trained(built, history, validations.rows, weights)


def _directions(built: Built) -> dict[str, Literal["min", "max"] | None]:
    """What an epoch's logs will hold -> which way it gets better, as far as the metric says."""
    ways: Mapping[str, Literal["min", "max"]] = {"up": "max", "down": "min"}
    metrics = build_components(built.config, "metrics", data=built.prepared.info)
    found: dict[str, Literal["min", "max"] | None] = {"loss": "min"}
    found |= {metric.name: ways.get(getattr(metric, "_direction", "")) for metric in metrics}
    validated = "validation" in built.prepared.batches.evaluation
    return found | ({f"{KERAS_VALIDATION}{name}": way for name, way in found.items()} if validated else {})
