"""Writes into a run what it came to, for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfd2l.pipelines.experiment.evaluated import Evaluated
from tfd2l.pipelines.experiment.exported import Exported, save_model
from tfd2l.pipelines.experiment.failed_reports import record_failed
from tfd2l.pipelines.experiment.next_steps import format_predict_command
from tfd2l.pipelines.experiment.outcome import describe_shortening
from tfd2l.pipelines.experiment.reporting import ReportResults
from tfd2l.pipelines.experiment.result import Result
from tfd2l.pipelines.experiment.session import Session
from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.tracking import environment
from tfd2l.tracking.data_inputs import dataset_name, log_model_metrics
from tfd2l.tracking.run_record import PREDICT_TAG, SHORTENED_TAG, WEIGHTS_TAG, describe_result
from tfd2l.training.settings import TrainerSettings


def conclude_run(
    session: Session,
    config: Mapping[str, Any],
    trained: Trained,
    evaluated: Evaluated,
    exported: Exported | None,
    reported: ReportResults,
) -> Result:
    """Records tags, the metrics of the exported model and the page of a run that trains.

    Args:
        session: the run.
        config: of the experiment.
        trained: its model.
        evaluated: the model's results.
        exported: the exported model, if there is one.
        reported: what reports have measured, and those that failed.

    Returns:
        What the run came to.
    """
    run, uri, info = session.run, session.uri, trained.prepared.info
    record_failed(run, reported.failed)
    if reported.failed and exported is None:
        save_model(trained, run)  # `tfd2l report` needs it
    measured = {**evaluated.metrics, **reported.metrics}
    shortened = describe_shortening(TrainerSettings(**config["trainer"]), trained.built.plan, environment.overrides())
    notes = {WEIGHTS_TAG: trained.weights}
    if shortened:
        notes[SHORTENED_TAG] = shortened
    if exported:
        notes[PREDICT_TAG] = format_predict_command(run.run_id, exported.example, uri)
        split = dataset_name(config["dataset"]["name"], trained.prepared.measured_on)
        log_model_metrics(run, exported.model_uri, measured, split, info.fingerprint)
    run.log_tags(notes)
    describe_result(run, config, info, measured, notes=notes, warnings=list(map(str, reported.failed)))
    last = trained.history[-1] if trained.history else {}
    return Result(
        run.run_id,
        uri,
        {**last, **measured},
        exported.model_uri if exported else None,
        {report.label: report.reason for report in reported.failed},
        trained.weights,
        shortened,
        exported.example if exported else None,
        trained,
    )
