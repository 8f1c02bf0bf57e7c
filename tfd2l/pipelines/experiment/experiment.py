"""An experiment: one configuration, from data to exported model and reports, in visible steps."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from omegaconf import DictConfig

from tfd2l.artifacts import use_store
from tfd2l.config.build import build
from tfd2l.config.origin import Origin
from tfd2l.config.schema import trains
from tfd2l.config.validate import validate
from tfd2l.data.info import NO_DATA
from tfd2l.pipelines.experiment.built import Built, build_training, check_built
from tfd2l.pipelines.experiment.components import components_by_label
from tfd2l.pipelines.experiment.conclude import conclude_run
from tfd2l.pipelines.experiment.evaluated import Evaluated, evaluate
from tfd2l.pipelines.experiment.exported import Exported, export_model
from tfd2l.pipelines.experiment.finished import finish_run
from tfd2l.pipelines.experiment.prepared import Prepared, prepare_data
from tfd2l.pipelines.experiment.reporting import ReportResults, make_reports
from tfd2l.pipelines.experiment.result import Result
from tfd2l.pipelines.experiment.resume import checkpoint_folder, made_by
from tfd2l.pipelines.experiment.session import Session, open_session
from tfd2l.pipelines.experiment.stopped_run import find_followed_checkpoint
from tfd2l.pipelines.experiment.trained import Trained, train
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.tracking.data_inputs import log_datasets
from tfd2l.tracking.metric_names import XLA, group_metrics
from tfd2l.tracking.run_record import describe_result, record_data, record_start
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.checkpoint.policy import Checkpointing, FollowerCheckpointing
from tfd2l.training.precision import require_precision
from tfd2l.training.settings import ResumeSettings, TrainerSettings, require_strides


@dataclass
class Experiment:
    """What one configuration describes; running it makes one MLflow run.

    `run` takes all steps. In a notebook each may be taken by itself; every step returns a small frozen result that the
    next one takes, and nothing is logged without a run.

    Example:
        >>> import tfd2l
        >>> config = tfd2l.compose("+experiment=airfoil", "trainer.epochs=1", "trainer.max_steps=20")
        >>> experiment = tfd2l.Experiment.from_config(config)
        >>> prepared = experiment.prepare()  # .splits, .batches, .info
        >>> built = experiment.build(prepared)  # .model, .optimizer, .step
        >>> trained = experiment.fit(built)  # .model, .history, .predictions("test")
        >>> sorted(trained.history[0])
        ['loss', 'val_loss']

    A configuration without dataset, model, loss and optimizer is a run of its reports alone.

    Args:
        config: a composed and checked configuration as plain data.
    """

    config: Mapping[str, Any]

    @classmethod
    def from_config(cls, config: DictConfig | Mapping[str, Any]) -> Experiment:
        """Returns the experiment of a configuration made by `tfd2l.compose` or by Hydra."""
        return cls(validate(copy.deepcopy(config), Origin()) if isinstance(config, DictConfig) else config)

    @property
    def settings(self) -> TrainerSettings:
        """The `trainer:` section."""
        return TrainerSettings(**self.config["trainer"])

    @property
    def store(self) -> str:
        """The tracking URI of the store that the run is logged to, and that `run:RUN_ID` is looked for in."""
        return tracking_uri(self.config["tracking"].get("uri"))

    def run(self) -> Result:
        """Takes all steps; what happens is logged to MLflow, a failure with its reason."""
        strategy = self.make_strategy()
        if not strategy.is_chief:
            return self._follow(strategy)
        session = open_session(self.config, self.store)
        run = session.run
        with run.closing(), closing(strategy):
            if session.is_new:
                record_start(run, self.config)
            if not trains(self.config):
                return self._illustrate(session)
            prepared = self.prepare(strategy)
            checkpointing = session.checkpointing(self.settings, prepared.info.fingerprint)
            record_data(run, prepared.info, prepared.batches.steps_per_epoch)
            log_datasets(run, self.config["dataset"]["name"], prepared.info)
            built = self.build(prepared, session.xla)
            check_built(built)
            if built.trial is not None:
                run.log_metrics(group_metrics(XLA, built.trial.metrics()), 0)
            trained = self.fit(built, run, checkpointing)
            with checkpointing.after_training():
                evaluated = self.evaluate(trained, run)
                exported = self.export(trained, run) if self.config["tracking"]["log_model"] else None
                reported = self.report(trained, evaluated, run)
                result = conclude_run(session, self.config, trained, evaluated, exported, reported)
        checkpointing.store.discard()  # not before its end is in the store: a process may be killed in between
        return result

    def make_strategy(self) -> Strategy:
        """Returns where the experiment computes; made first, as it may divide devices or wait for a cluster."""
        strategy: Strategy = build("strategy", self.config["strategy"])
        require_precision(self.settings.precision, strategy)
        require_strides(self.settings.steps_per_execution, strategy, self.config["strategy"]["name"])
        return strategy

    def prepare(self, strategy: Strategy | None = None) -> Prepared:
        """Loads the splits, fits the stages on train, and makes batches of every split.

        Args:
            strategy: where the experiment computes; None makes the configured one.
        """
        strategy = strategy or self.make_strategy()
        with use_store(RunStore(self.store)):
            return prepare_data(self.config, self.settings, strategy)

    def build(self, prepared: Prepared, xla: bool | None = None) -> Built:
        """Builds model, loss, metrics and the optimizer with its schedule.

        Args:
            prepared: the data.
            xla: what `trainer.xla=auto` has chosen before; None lets it choose.
        """
        with use_store(RunStore(self.store)):
            return build_training(self.config, self.settings, prepared, xla)

    def fit(self, built: Built, run: TrackedRun | None = None, checkpointing: Checkpointing | None = None) -> Trained:
        """Trains the model.

        Args:
            built: what to train.
            run: where metrics are logged as it goes; None logs nothing.
            checkpointing: saves where training stands, and goes on from there; None saves nothing.
        """
        return train(built, self.settings, run, checkpointing)

    def evaluate(self, trained: Trained, run: TrackedRun | None = None) -> Evaluated:
        """Measures the test split.

        Args:
            trained: the model.
            run: where the results are logged; None logs nothing.
        """
        return evaluate(trained, run)

    def export(self, trained: Trained, run: TrackedRun) -> Exported:
        """Keeps the Keras model, and logs the graph that serves it as an MLflow model.

        Args:
            trained: the model.
            run: where it is kept.
        """
        return export_model(trained, run)

    def report(self, trained: Trained, evaluated: Evaluated, run: TrackedRun) -> ReportResults:
        """Makes every report.

        Args:
            trained: the model.
            evaluated: its results.
            run: where figures, tables and numbers are logged.

        Returns:
            The numbers that reports have measured, and the reports that failed.
        """
        return make_reports(components_by_label(self.config, "reports"), finish_run(trained, evaluated, run), run)

    def illustrate(self, run: TrackedRun) -> ReportResults:
        """Makes the reports of an experiment that trains nothing.

        Args:
            run: where figures, tables and numbers are logged.
        """
        return make_reports(components_by_label(self.config, "reports"), FinishedRun(run, build=build), run)

    def _illustrate(self, session: Session) -> Result:
        metrics = self.illustrate(session.run).metrics
        describe_result(session.run, self.config, NO_DATA, metrics)
        return Result(session.run.run_id, session.uri, metrics)

    def _follow(self, strategy: Strategy) -> Result:
        """Takes part in the run of a cluster's chief: the same steps, nothing logged."""
        resume = ResumeSettings(**self.config.get("resume") or {})
        start = find_followed_checkpoint(resume, checkpoint_folder(self.store), made_by(self.config))
        built = self.build(self.prepare(strategy), start.facts["xla"] if start else None)
        trained = self.fit(built, None, FollowerCheckpointing(start))
        return Result("", self.store, self.evaluate(trained).metrics, trained=trained)
