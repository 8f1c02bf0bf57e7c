"""One run, from data to exported model and reports, in six visible steps."""

from __future__ import annotations

import copy
import logging
import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import keras
import numpy as np
from omegaconf import DictConfig

from tfd2l.artifacts import use_store
from tfd2l.backend import replaced, use_defaults
from tfd2l.config.build import build
from tfd2l.config.origin import Origin
from tfd2l.config.resolve import checked
from tfd2l.config.schema import MANY, trains
from tfd2l.data.info import NO_DATA, DataInfo, Splits, measured_split, require_split
from tfd2l.pipelines.experiment.failed_reports import record_failed
from tfd2l.pipelines.experiment.next_steps import predict_command, save_example
from tfd2l.pipelines.experiment.optimizer import build_optimizer
from tfd2l.pipelines.experiment.outcome import describe_shortening, describe_weights
from tfd2l.pipelines.experiment.prepare import Batches, prepare
from tfd2l.pipelines.experiment.reporting import ReportResults, check_reports, make_reports
from tfd2l.pipelines.experiment.resume import AUTO, DATA, MADE_TAG, SEVERAL, digest, made_by, snapshot_folder
from tfd2l.pipelines.experiment.run_name import name_run
from tfd2l.pipelines.experiment.serving import BATCH, ServingGraph, plain
from tfd2l.pipelines.experiment.stopped_run import Stopped, followed_snapshot, require_same, stopped_run
from tfd2l.pipelines.sweep.jobs import PARENT_VARIABLE, job_tags
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.base.requirements import BuiltRun
from tfd2l.stages.base.stage import Stage
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.temporary import temporary_prefix
from tfd2l.tracking import environment
from tfd2l.tracking.data_inputs import dataset_name, log_datasets, log_model_metrics
from tfd2l.tracking.metric_logger import MetricLogger
from tfd2l.tracking.metric_names import TEST, TRAIN, XLA, group_metrics, validation_metrics
from tfd2l.tracking.model_export import log_served_model
from tfd2l.tracking.run_record import (
    PREDICT_TAG,
    SHORTENED_TAG,
    WEIGHTS_TAG,
    describe_result,
    record_data,
    record_start,
)
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.settings import TrackingSettings
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.checkpoint.file import Snapshot
from tfd2l.training.checkpoint.policy import Following, Snapshotting
from tfd2l.training.checkpoint.store import Snapshots
from tfd2l.training.compilation import Trial, try_xla
from tfd2l.training.evaluation import Evaluation
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position
from tfd2l.training.precision import require_precision, use_precision
from tfd2l.training.settings import ResumeSettings, TrainerSettings, require_strides
from tfd2l.training.step import TrainStep
from tfd2l.training.validations import Validations

log = logging.getLogger("tfd2l")

CHECKPOINT = "checkpoint/model.keras"  # artifact: the trained Keras model
MEASURED_TAG = "data.measured_on"  # of a run without a test split
SKIPPED_TAG = "tfd2l.skipped_steps"
EXAMPLE_ROWS = 3  # of the exported model's inputs; one image, which is long as text
RAW_CHUNK = 1024


@dataclass(frozen=True)
class Result:
    """What a run came to.

    Args:
        run_id: the MLflow run.
        tracking_uri: the store it is in.
        metrics: the last epoch's, and `test/...`, or `validation/...` where there is no test split; and what reports
            have measured (`test/map50`, say).
        model_uri: the exported model; None if it was not logged.
        failed_reports: label -> reason of each report that failed; `tfd2l report` makes them later.
        weights: which were tested and exported: those of the best epoch, an average, or the last.
        shortened: why its numbers are no results (it took few steps, say); None if they are.
        example: name -> value of each input of the exported model, as one would give it to `tfd2l predict`.
    """

    run_id: str
    tracking_uri: str
    metrics: Mapping[str, float]
    model_uri: str | None = None
    failed_reports: Mapping[str, str] = field(default_factory=dict)
    weights: str = ""
    shortened: str | None = None
    example: Mapping[str, Any] | None = None


@dataclass
class Experiment:
    """A run: prepare -> build -> fit -> evaluate -> export -> report.

    Each step may be called by itself, in this order; `run` calls them all inside one MLflow run. A configuration
    without dataset, model, loss and optimizer is a run of its reports alone.

        experiment = Experiment.from_config(tfd2l.compose("+experiment=nli_bert"))
        result = experiment.run()

    Args:
        config: a composed and checked configuration as plain data.
    """

    config: Mapping[str, Any]
    history: list[dict[str, float]] = field(default_factory=list)
    test: dict[str, float] = field(default_factory=dict)

    @classmethod
    def from_config(cls, config: DictConfig | Mapping[str, Any]) -> Experiment:
        """An experiment for a configuration made by `tfd2l.compose` or by Hydra."""
        return cls(checked(copy.deepcopy(config), Origin()) if isinstance(config, DictConfig) else config)

    @cached_property
    def settings(self) -> TrainerSettings:
        """The `trainer:` section."""
        return TrainerSettings(**self.config["trainer"])

    def run(self) -> Result:
        """All six steps; what happens is logged to MLflow, a failure with its reason."""
        strategy = self.strategy
        tracking = TrackingSettings(**self.config["tracking"])
        uri = self.store
        name = tracking.run_name or name_run(self.config, environment.overrides())
        resume = ResumeSettings(**self.config.get("resume") or {})
        made = made_by(self.config)
        if not strategy.is_chief:
            return self._follow(uri, followed_snapshot(resume, snapshot_folder(uri), made))
        stopped = stopped_run(resume, uri, self.config)
        start = stopped.snapshot if stopped else None
        if stopped is None:
            parent = os.environ.get(PARENT_VARIABLE)
            tags = {**tracking.tags, **job_tags(), MADE_TAG: digest(made)}
            experiment, note = self.config.get("name") or "tfd2l", self.config.get("description")
            tracked = TrackedRun.start(uri, experiment, name, tags, parent, note)
        else:
            tracked = TrackedRun.reopen(uri, stopped.run_id)
            tracked.log_tags(job_tags())
            if resume.force:
                tracked.log_tags({MADE_TAG: SEVERAL})
        log.info("run %s (%s) in %s", tracked.run_id, name, uri)
        with tracked.closing(), closing(self):
            if start is None:
                record_start(tracked, self.config)
            if not trains(self.config):
                reported = self.illustrate(tracked)
                describe_result(tracked, self.config, NO_DATA, reported.metrics)
                return Result(tracked.run_id, uri, reported.metrics)
            self.prepare()
            snapshotting = self._snapshotting(tracked, uri, made, stopped, resume)
            record_data(tracked, self.batches.info, self.batches.steps_per_epoch)
            log_datasets(tracked, self.config["dataset"]["name"], self.batches.info)
            self.build(start.facts["xla"] if start else None)
            self.check()
            if self.trial is not None:
                tracked.log_metrics(group_metrics(XLA, self.trial.measured()), 0)
            self.fit(tracked, snapshotting)
            with snapshotting.after_training():
                self.evaluate(tracked)
                model_uri = self.export(tracked) if tracking.log_model else None
                reported = self.report(tracked)
                failed = reported.failed
                record_failed(tracked, failed)
                if failed and not tracking.log_model:
                    self.save(tracked)  # `tfd2l report` needs it
                measured = {**self.measured, **reported.metrics}
                info = self.batches.info
                notes = {WEIGHTS_TAG: self.weights}
                if shortened := describe_shortening(self.settings, self.plan, environment.overrides()):
                    notes[SHORTENED_TAG] = shortened
                if model_uri:
                    notes[PREDICT_TAG] = predict_command(tracked.run_id, self.example, uri)
                    split = dataset_name(self.config["dataset"]["name"], self.measured_on)
                    log_model_metrics(tracked, model_uri, measured, split, info.fingerprint)
                tracked.log_tags(notes)
                describe_result(tracked, self.config, info, measured, notes=notes, warnings=list(map(str, failed)))
        snapshotting.snapshots.discard()  # not before its end is in the store: a process may be killed in between
        metrics = {**(self.history[-1] if self.history else {}), **measured}
        reasons = {report.label: report.reason for report in failed}
        example = self.example if model_uri else None
        return Result(tracked.run_id, uri, metrics, model_uri, reasons, self.weights, shortened, example)

    @cached_property
    def store(self) -> str:
        """The tracking URI of the store that the run is logged to, and that `run:RUN_ID` is looked for in."""
        return tracking_uri(self.config["tracking"].get("uri"))

    @cached_property
    def strategy(self) -> Strategy:
        """Where the run computes; made before anything else, since it may divide devices or wait for a cluster."""
        chosen: Strategy = build("strategy", self.config["strategy"])
        require_precision(self.settings.precision, chosen)
        require_strides(self.settings.steps_per_execution, chosen, self.config["strategy"]["name"])
        return chosen

    def _follow(self, uri: str, start: Snapshot | None) -> Result:
        """Take part in the chief's run: the same steps, nothing logged."""
        self.prepare()
        self.build(start.facts["xla"] if start else None)
        self.fit(None, Following(start))
        self.evaluate()
        return Result("", uri, self.measured)

    def prepare(self) -> None:
        """Load the splits, fit the stages on train, and make batches of every split."""
        if other := use_defaults():
            log.info("keras: %s of keras.json or this process are not used here", other)
        for name, value in replaced.items():
            log.info("keras: %s=%s is not used here: runs have Keras on TensorFlow", name, value)
        keras.backend.clear_session()
        keras.utils.set_random_seed(self.config["seed"])
        strategy = self.strategy  # before the data, which start TensorFlow
        self.splits: Splits
        self.raw: DataInfo
        self.splits, self.raw = build("dataset", self.config["dataset"])
        with use_store(RunStore(self.store)):
            self.stages: list[Stage] = [build("stage", c) for c in _labelled(self.config, "stages")]
            self.batches: Batches = prepare(self.splits, self.raw, self.stages, self.settings, self.config["seed"])
        sizes = ", ".join(f"{split} {size}" for split, size in self.batches.info.sizes.items())
        log.info("data: %s (%s); %d steps an epoch", self.batches.info.source, sizes, self.batches.steps_per_epoch)
        log.info("strategy: %s", strategy.told(self.batches.info.batch_spec))
        for reason, count in self.batches.info.counts.items():
            log.info("data: %d %s", count, reason)

    def build(self, xla: bool | None = None) -> None:
        """Build model, loss, metrics and the optimizer with its schedule, inside the strategy's scope.

        Args:
            xla: what `trainer.xla=auto` has chosen before; None lets it choose.
        """
        data, settings = self.batches.info, self.settings
        self.plan = Plan(
            settings.epochs,
            self.batches.steps_per_epoch,
            settings.max_steps,
            settings.steps_per_execution,
            settings.validate_every,
        )
        use_precision(settings.precision)
        loss: keras.losses.Loss = build("loss", self.config["loss"], data=data)
        with use_store(RunStore(self.store)), self.strategy.scope():
            self.model: keras.Model = build("model", self.config["model"], data=data, **self._steps)
            self.optimizer = build_optimizer(self.config, settings, self.plan, data, self.model)
            self.optimizer.build(self.model.trainable_variables)
        if not self.model.trainable_variables:
            log.info("model: it has nothing to learn, and is measured as it is")
        self.model.optimizer = self.optimizer  # Keras callbacks look for it there
        self.step = TrainStep(
            self.model,
            loss,
            self.optimizer,
            self._metrics(),
            self.strategy,
            micro_batches=settings.micro_batches,
            on_nan=settings.on_nan,
        )
        self.evaluation = Evaluation(self.model, loss, self._metrics(), self.strategy, settings.max_eval_steps)
        self.trial: Trial | None = None
        if settings.xla != "auto":
            self.step.differentiation.xla = settings.xla
        elif xla is not None:
            self.step.differentiation.xla = xla
        else:
            self.trial = try_xla(self.step, self.batches.train(0))
            self.step.differentiation.xla = self.trial.xla(self.plan.total_steps)
            log.info(self.trial.told(self.plan.total_steps))
        self.step.compile(data.batch_spec, settings.steps_per_execution)

    def check(self) -> None:
        """Refuse what would fail after training: reports whose needs are not met, a decoder that does not fit.

        Raises:
            ConfigError: with every report that cannot be made, or the decoder's mistake.
        """
        stages = ServingGraph(self.stages, self.model, None, self.raw)
        built = BuiltRun(self.model, self.batches.info, lambda: self._answers, stages.model_inputs)
        check_reports(_by_label(self.config, "reports"), built)
        if self.config["tracking"]["log_model"]:
            log.debug("the served graph answers with %s", self._answers)

    @cached_property
    def _answers(self) -> list[str] | None:
        """The keys that the served graph answers with; not known before training if the model is on several devices."""
        if not self.strategy.is_local:
            return None
        return sorted(self.serving.predict.get_concrete_function().structured_outputs)

    def fit(self, run: TrackedRun | None = None, snapshotting: Snapshotting | None = None) -> None:
        """Train; with a run, log as it goes; with snapshotting, save where training stands and go on from there."""
        position = Position()
        self.validations = Validations(position)
        chosen = _labelled(self.config, "callbacks")
        callbacks = [build("callback", component, run=run, measures=self._measures) for component in chosen]
        callbacks.append(self.validations)
        if run is not None:
            callbacks.append(MetricLogger(run, position, self.settings.log_every))
        loop = Loop(self.step, self.evaluation, callbacks, self.plan, position, snapshotting)
        self.history = loop.fit(self.batches.train, self.batches.evaluation.get("validation"))
        self.weights = describe_weights(position, self.settings, callbacks)
        log.info("weights that are tested and exported: %s", self.weights)
        if position.skipped:
            log.warning(
                "%d of %d steps were not finite and left out (trainer.on_nan=skip)", position.skipped, position.step
            )
            if run is not None:
                run.log_tags({SKIPPED_TAG: f"{position.skipped} of {position.step}"})

    @property
    def _measures(self) -> dict[str, Literal["min", "max"] | None]:
        """What an epoch's logs will hold -> which way it gets better, as far as the metric says."""
        ways: Mapping[str, Literal["min", "max"]] = {"up": "max", "down": "min"}
        found: dict[str, Literal["min", "max"] | None] = {"loss": "min"}
        found |= {metric.name: ways.get(getattr(metric, "_direction", "")) for metric in self._metrics()}
        validated = "validation" in self.batches.evaluation
        return found | ({f"val_{name}": way for name, way in found.items()} if validated else {})

    @property
    def measured_on(self) -> str:
        """The split that results are of: test, without it validation, else train."""
        return measured_split({split: self.raw.sizes.get(split, 1) for split in self.splits})

    def evaluate(self, run: TrackedRun | None = None) -> None:
        """Measure the test split."""
        if self.measured_on != "test":
            log.info("there is no test split: results and reports are of %s", self.measured_on)
            if run is not None:
                run.log_tags({MEASURED_TAG: self.measured_on})
            return
        self.test = self.evaluation(self.batches.evaluation["test"])
        log.info("test: %s", ", ".join(f"{name} {value:.4f}" for name, value in self.test.items()))
        if run is not None:
            run.log_metrics(group_metrics(TEST, self.test), self.plan.total_steps)

    @property
    def measured(self) -> dict[str, float]:
        """What the run came to: `test/...`; without that split the last `validation/...`, else the last `train/...`."""
        if self.test:
            return group_metrics(TEST, self.test)
        last = self.history[-1] if self.history else {}
        return validation_metrics(last) or group_metrics(TRAIN, last)

    @cached_property
    def trained_model(self) -> keras.Model:
        """The model after `fit`, on one device, whatever it was trained on."""
        if self.strategy.is_local:
            return self.model
        with use_store(RunStore(self.store)):
            local: keras.Model = build("model", self.config["model"], data=self.batches.info, **self._steps)
        for variable, trained in zip(local.variables, self.model.variables, strict=True):
            variable.assign(np.array(trained))
        return local

    @cached_property
    def serving(self) -> ServingGraph:
        """Raw inputs in, predictions of the trained model out."""
        config, data = self.config.get("decoder"), self.batches.info
        model = self.trained_model
        decoder = build("decoder", config, data=data, model=model) if config else None
        return ServingGraph(self.stages, model, decoder, self.raw)

    @property
    def _steps(self) -> dict[str, int]:
        """What a component may ask to be told of the length of the run."""
        return {"steps_per_epoch": self.plan.steps_per_epoch, "total_steps": self.plan.total_steps}

    def close(self) -> None:
        """End what runs beside this process."""
        self.strategy.close()

    def report(self, run: TrackedRun) -> ReportResults:
        """Makes every report; returns their numbers, and those that failed."""
        return make_reports(_by_label(self.config, "reports"), self._finished(run), run)

    def illustrate(self, run: TrackedRun) -> ReportResults:
        """Makes the reports of a run that trains nothing."""
        return make_reports(_by_label(self.config, "reports"), FinishedRun(run, build=build), run)

    def _finished(self, run: TrackedRun) -> FinishedRun:
        return FinishedRun(
            artifacts=run,
            model=self.trained_model,
            data=self.batches.info,
            history=self.history,
            test=self.test,
            predict=self.predictions,
            serve=self.serving,
            model_inputs=self.serving.model_inputs,
            training_sample=self.batches.sample,
            curve=self.validations.rows,
            optimizer=self.optimizer,
            steps_per_epoch=self.plan.steps_per_epoch,
            total_steps=self.plan.total_steps,
            build=build,
        )

    def save(self, run: TrackedRun) -> None:
        """Keep the trained Keras model as `checkpoint/model.keras`."""
        with run.writing(CHECKPOINT.rpartition("/")[0]) as folder:
            self.trained_model.save(folder / CHECKPOINT.rpartition("/")[2])

    def export(self, run: TrackedRun) -> str:
        """Log the Keras model first, then the serving graph as an MLflow model; returns the latter's URI."""
        self.save(run)
        try:
            return self._export_graph(run)
        except Exception:
            log.error(
                "the graph that serves could not be exported; the trained weights are kept in run %s, artifact %s",
                run.run_id,
                CHECKPOINT,
            )
            raise

    def _export_graph(self, run: TrackedRun) -> str:
        count = 1 if any(self.raw.example_spec[key].shape.rank > 1 for key in self.raw.inputs) else EXAMPLE_ROWS
        rows = self._raw_rows(self.measured_on, count)
        inputs = {key: rows[key] for key in self.raw.inputs}
        self.example = save_example(run, {name: rows[key][0] for name, key in self.raw.served_inputs.items()})
        with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as temporary:
            self.serving.save(Path(temporary))
            return log_served_model(run, Path(temporary), inputs, self.serving(inputs), self.raw.served_inputs)

    def predictions(self, split: str | None = None, limit: int | None = None) -> Predictions:
        """What the serving graph says of a split's raw examples, in their order; `max_eval_steps` limits them too.

        Args:
            split: None takes the one that results are of.
            limit: at most so many examples.

        Raises:
            ConfigError: the data have no such split.
        """
        split = self.measured_on if split is None else split
        require_split(split, self.raw.sizes)
        if self.settings.max_eval_steps is not None:
            limit = min(limit or RAW_CHUNK, self.settings.max_eval_steps * BATCH)
        rows = self._raw_rows(split, limit)
        inputs = {key: rows[key] for key in self.raw.inputs}
        others = [key for key in rows if key not in self.raw.inputs]
        if not others:  # a loss that asks for no target
            return Predictions(inputs, (), self.serving(inputs), split)
        (target,) = others
        return Predictions(inputs, rows[target], self.serving(inputs), split)

    def _snapshotting(
        self, run: TrackedRun, uri: str, made: Mapping[str, str], stopped: Stopped | None, resume: ResumeSettings
    ) -> Snapshotting:
        made = {**made, DATA: self.batches.info.fingerprint}
        if stopped is not None:
            require_same(stopped.made_by, made, resume)
        return Snapshotting(
            Snapshots(snapshot_folder(uri) / run.run_id, self.settings.snapshot_keep),
            self.settings.snapshot_every,
            start=stopped.snapshot if stopped else None,
            way_back=f"The same command with `resume={AUTO if job_tags() else run.run_id}` goes on there.",
            other_way_back=f"The same command with `resume={run.run_id} resume.force=true` and what is to change, a "
            "smaller optimizer.learning_rate, optimizer.global_clipnorm=1 or trainer.on_nan=skip, goes on there.",
            made_by=made,
        )

    def _metrics(self) -> list[keras.metrics.Metric]:
        return [build("metric", component, data=self.batches.info) for component in _labelled(self.config, "metrics")]

    def _raw_rows(self, split: str, limit: int | None) -> dict[str, list[Any]]:
        examples = self.splits[split].take(-1 if limit is None else limit)
        if any(spec.shape.rank > 1 for spec in examples.element_spec.values()):  # images, which may differ in size
            rows = list(examples.as_numpy_iterator())
            return {key: [plain(row[key][None])[0] for row in rows] for key in examples.element_spec}
        parts = list(examples.batch(RAW_CHUNK).as_numpy_iterator())
        return {key: plain(np.concatenate([part[key] for part in parts])) for key in parts[0]}


def _by_label(config: Mapping[str, Any], group: str) -> dict[str, Mapping[str, Any]]:
    assert group in MANY
    return {label: component for label, component in (config.get(group) or {}).items() if component is not None}


def _labelled(config: Mapping[str, Any], group: str) -> Sequence[Mapping[str, Any]]:
    return list(_by_label(config, group).values())
