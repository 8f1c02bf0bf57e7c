"""Make reports of a run that is finished: data and model as they were, results from the store."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tfd2l.config.schema import trains
from tfd2l.data.info import NO_DATA
from tfd2l.errors import DataError, TrackingError
from tfd2l.pipelines.experiment.evaluated import Evaluated, collect_results
from tfd2l.pipelines.experiment.experiment import Experiment
from tfd2l.pipelines.experiment.failed_reports import FailedReport, read_failed_reports, record_failed
from tfd2l.pipelines.experiment.reporting import ReportResults
from tfd2l.pipelines.experiment.stored_files import CHECKPOINT
from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.tracking.metric_names import (
    EPOCH,
    KERAS_VALIDATION,
    ON_THE_WAY,
    REPORT,
    TEST,
    VALIDATION,
    in_group,
    metric_name,
    validation_metrics,
)
from tfd2l.tracking.names import escape_key
from tfd2l.tracking.run_record import describe_result
from tfd2l.tracking.stored_files import fetch_artifact
from tfd2l.tracking.tracked_run import TrackedRun

CHANGED_TAG = "tfd2l.report_overrides"  # what was changed for reports that were made later, one a line


def make_reports_again(
    client: MlflowClient, run_id: str, config: Mapping[str, Any], labels: Sequence[str], overrides: Sequence[str] = ()
) -> list[FailedReport]:
    """Makes reports of a finished run into that run, and takes its warning away when none is missing.

    Args:
        client: of the store.
        run_id: the run.
        config: of the run, perhaps with options of its reports changed.
        labels: of the reports to make.
        overrides: what was changed, to be kept as a tag.

    Returns:
        Those that failed again.

    Raises:
        DataError: the data are not those of the run.
        TrackingError: the run keeps no model.
    """
    run = TrackedRun(client, run_id)
    chosen = {label: config["reports"][label] for label in labels}
    # One device, and step by step: what a model says does not depend on how it was trained.
    trainer = {**config["trainer"], "steps_per_execution": 1, "xla": False}
    tracking = {**config["tracking"], "uri": client.tracking_uri}
    later = {**config, "reports": chosen, "strategy": {"name": "single"}, "trainer": trainer, "tracking": tracking}
    experiment = Experiment(later)
    if not trains(config):
        reported = experiment.illustrate(run)
        _record_again(run, chosen, reported, overrides)
        describe_result(run, config, NO_DATA, run.metrics())
        return list(reported.failed)
    with closing(experiment.make_strategy()) as strategy:
        trained, evaluated = restore_results(experiment, strategy, run)
        reported = experiment.report(trained, evaluated, run)
        left = _record_again(run, chosen, reported, overrides)
        measured = {**evaluated.metrics, **report_results(run, trained, evaluated), **reported.metrics}
        info, notes = trained.prepared.info, run.stored().data.tags
        describe_result(run, config, info, measured, notes=notes, warnings=list(map(str, left)))
    return list(reported.failed)


def _record_again(
    run: TrackedRun, chosen: Collection[str], reported: ReportResults, overrides: Sequence[str]
) -> list[FailedReport]:
    """Brings the run's tags about failed reports up to date; returns those that are still missing."""
    again = {report.label: report for report in reported.failed}
    before = {report.label: report for report in read_failed_reports(run.stored().data.tags)}
    left = [report for label, report in before.items() if label not in chosen] + list(again.values())
    record_failed(run, left)
    if overrides:
        run.log_tags({CHANGED_TAG: "\n".join(overrides)})
    for label in chosen:
        if label in before and label not in again:
            run.log_text("The report was made later, with `tfd2l report`.\n", f"reports/{label}.error.txt")
    return left


def report_results(run: TrackedRun, trained: Trained, evaluated: Evaluated) -> dict[str, float]:
    """Returns the numbers that the store has of a run's reports, those of runs before 0.2 too.

    Args:
        run: of the store.
        trained: the model, with the logs of its epochs.
        evaluated: its results.
    """
    there = run.metrics()
    validated = {name for epoch in trained.history for name in validation_metrics(epoch)}
    renamed = {name for name in there if metric_name(REPORT, name) in there}
    return {
        name: value
        for name, value in sorted(there.items())
        if not in_group(name, *ON_THE_WAY) and name not in {*validated, *renamed, *evaluated.metrics}
    }


def restore_results(experiment: Experiment, strategy: Strategy, run: TrackedRun) -> tuple[Trained, Evaluated]:
    """Returns the trained model of a run and its results, from its checkpoint and its metrics.

    Args:
        experiment: of the run.
        strategy: where it computes now.
        run: of the store.

    Raises:
        DataError: the data are not those of the run.
        TrackingError: the run keeps no model.
    """
    try:
        checkpoint = fetch_artifact(run.client, run.run_id, CHECKPOINT)
    except (MlflowException, OSError) as error:
        raise TrackingError(
            f"Run {run.run_id} keeps no model, so that no report of it can be made: it did not finish training, or ran "
            f"with tracking.log_model=false. Received: {run.run_id}"
        ) from error
    prepared = experiment.prepare(strategy)
    was, now = run.stored().data.tags.get("data.fingerprint"), prepared.info.fingerprint
    if was != now:
        raise DataError(
            f"The data are not those that the run was trained on (fingerprint {was}); `dataset.path=PATH` says where "
            f"those are now. Received: {prepared.info.source}, fingerprint {now}"
        )
    built = experiment.build(prepared, xla=False)
    built.model.load_weights(str(checkpoint))
    names = [metric.name for metric in built.evaluation.metrics.all]
    epochs = read_metrics(run, EPOCH, names)
    validations = read_metrics(run, VALIDATION, names)
    validated = {
        step: {f"{KERAS_VALIDATION}{name}": value for name, value in logs.items()} for step, logs in validations.items()
    }
    history = [{**epochs[step], **validated.get(step, {})} for step in sorted(epochs)]
    curve = [{"step": step, **validated[step]} for step in sorted(validated)]
    trained = Trained(built, history, curve)
    return trained, collect_results(trained, next(iter(read_metrics(run, TEST, names).values()), {}))


def read_metrics(run: TrackedRun, prefix: str, names: Sequence[str]) -> dict[int, dict[str, float]]:
    """Returns step -> name -> value of the metrics `PREFIX/NAME` that training has logged.

    A report may log one of the same name later: the first value of a step counts.
    """
    found: dict[int, dict[str, float]] = {}
    there = run.metrics()
    for name in names:
        key = metric_name(prefix, name)
        if key in there:
            history = run.client.get_metric_history(run.run_id, escape_key(key))
            for point in sorted(history, key=lambda point: (point.step, point.timestamp)):
                found.setdefault(point.step, {}).setdefault(name, point.value)
    return found
