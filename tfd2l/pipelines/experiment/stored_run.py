"""Make reports of a run that is finished: data and model as they were, results from the store."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tfd2l.artifacts import use_store
from tfd2l.config.schema import trains
from tfd2l.data.info import NO_DATA
from tfd2l.errors import DataError, TrackingError
from tfd2l.pipelines.experiment.experiment import CHECKPOINT, Experiment
from tfd2l.pipelines.experiment.failed_reports import FailedReport, failed_reports, record_failed
from tfd2l.tracking.metric_names import (
    EPOCH,
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
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.stored_files import fetch_artifact
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.position import Position
from tfd2l.training.validations import Validations

log = logging.getLogger("tfd2l")

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
    experiment = Experiment({**config, "reports": chosen, "strategy": {"name": "single"}, "trainer": trainer})
    with closing(experiment), use_store(RunStore(client.tracking_uri)):
        if trains(config):
            restore_results(experiment, run)
            reported = experiment.report(run)
        else:
            reported = experiment.illustrate(run)
        failed = list(reported.failed)
        again = {report.label: report for report in failed}
        before = {report.label: report for report in failed_reports(run.stored().data.tags)}
        left = [report for label, report in before.items() if label not in chosen] + list(again.values())
        record_failed(run, left)
        if overrides:
            run.log_tags({CHANGED_TAG: "\n".join(overrides)})
        for label in chosen:
            if label in before and label not in again:
                run.log_text("The report was made later, with `tfd2l report`.\n", f"reports/{label}.error.txt")
        if trains(config):
            measured = {**experiment.measured, **report_results(run, experiment), **reported.metrics}
            info, warnings = experiment.batches.info, list(map(str, left))
            describe_result(run, config, info, measured, notes=run.stored().data.tags, warnings=warnings)
        else:
            describe_result(run, config, NO_DATA, run.metrics())
    return failed


def report_results(run: TrackedRun, experiment: Experiment) -> dict[str, float]:
    """Returns the numbers that the store has of a run's reports, those of runs before 0.2 too.

    Args:
        run: of the store.
        experiment: of the run, where it was after evaluation.
    """
    there = run.metrics()
    validated = {name for epoch in experiment.history for name in validation_metrics(epoch)}
    renamed = {name for name in there if metric_name(REPORT, name) in there}
    return {
        name: value
        for name, value in sorted(there.items())
        if not in_group(name, *ON_THE_WAY) and name not in {*validated, *renamed, *experiment.measured}
    }


def restore_results(experiment: Experiment, run: TrackedRun) -> None:
    """Brings an experiment to where it was after training and evaluation.

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
    experiment.prepare()
    was, now = run.stored().data.tags.get("data.fingerprint"), experiment.batches.info.fingerprint
    if was != now:
        raise DataError(
            f"The data are not those that the run was trained on (fingerprint {was}); `dataset.path=PATH` says where "
            f"those are now. Received: {experiment.batches.info.source}, fingerprint {now}"
        )
    experiment.build(xla=False)
    experiment.model.load_weights(str(checkpoint))
    names = [metric.name for metric in experiment.evaluation.metrics.all]
    epochs = read_metrics(run, EPOCH, names)
    validations = read_metrics(run, VALIDATION, names)
    experiment.history = [
        {**epochs[step], **{f"val_{name}": value for name, value in validations.get(step, {}).items()}}
        for step in sorted(epochs)
    ]
    experiment.test = next(iter(read_metrics(run, TEST, names).values()), {})
    experiment.validations = Validations(Position())
    experiment.validations.rows = [
        {"step": step, **{f"val_{name}": value for name, value in validations[step].items()}}
        for step in sorted(validations)
    ]


def read_metrics(run: TrackedRun, group: str, names: Sequence[str]) -> dict[int, dict[str, float]]:
    """Returns step -> name -> value of the metrics of a group that training has logged.

    A report may log one of the same name later: the first value of a step counts.
    """
    found: dict[int, dict[str, float]] = {}
    there = run.metrics()
    for name in names:
        if metric_name(group, name) in there:
            history = run.client.get_metric_history(run.run_id, escape_key(metric_name(group, name)))
            for point in sorted(history, key=lambda point: (point.step, point.timestamp)):
                found.setdefault(point.step, {}).setdefault(name, point.value)
    return found
