"""Make the reports of a run: one that fails costs the run its figures and nothing else."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tfd2l.config.build import build, configured_arguments
from tfd2l.config.problems import Problem, refuse
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError, Interrupted, Tfd2lError
from tfd2l.pipelines.experiment.failed_reports import FailedReport
from tfd2l.registry import find
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, check_requirements
from tfd2l.tracking.metric_names import TEST, epoch_metrics, group_metrics, report_metrics, validation_metrics
from tfd2l.tracking.tracked_run import TrackedRun

log = logging.getLogger("tfd2l")


@dataclass(frozen=True)
class ReportResults:
    """What the reports of a run came to.

    Args:
        metrics: name in the store -> number that a report has measured.
        failed: reports that could not be made.
    """

    metrics: Mapping[str, float]
    failed: Sequence[FailedReport] = ()


def check_reports(reports: Mapping[str, Mapping[str, Any]], run: BuiltRun) -> None:
    """Refuses reports that cannot be made, before the run trains.

    Args:
        reports: label -> configuration of a report.
        run: before it trains.

    Raises:
        ConfigError: with every report whose needs are not met.
    """
    problems = []
    for label, component in reports.items():
        entry = find("report", component["name"])
        try:
            check_requirements(entry.load(), run, configured_arguments(component, signature_of(entry)))
        except Tfd2lError as error:
            problems.append(Problem(f"reports.{label}", f"{component['name']}: {error}"))
    refuse(problems)


def make_reports(reports: Mapping[str, Mapping[str, Any]], finished: FinishedRun, run: TrackedRun) -> ReportResults:
    """Makes every report and logs the numbers that they return.

    The traceback of a report that fails is kept as `reports/LABEL.error.txt`. In a run that trains nothing, reports are
    all there is: the first one that fails fails the run.

    Args:
        reports: label -> configuration of a report.
        finished: what the reports are about.
        run: where numbers and tracebacks are kept.

    Returns:
        The numbers, and the reports that failed.

    Raises:
        Interrupted: the process was asked to stop.
        Exception: whatever a report raises, in a run that trains nothing.
    """
    metrics: dict[str, float] = {}
    failed = []
    for label, component in reports.items():
        try:
            measured = _measure(component, finished)
            run.log_metrics(measured, finished.total_steps)
            metrics |= measured
        except Interrupted:
            raise
        except Exception as error:
            if finished.model is None:
                raise
            # Whatever it is, the trained model is not to be lost.
            reason = str(error) if isinstance(error, Tfd2lError) else f"{type(error).__name__}: {error}"
            failed.append(FailedReport(label, component["name"], reason))
            log.error("report %s", failed[-1])
            log.debug("report %s", label, exc_info=True)
            run.log_text("".join(traceback.format_exception(error)), f"reports/{label}.error.txt")
    if metrics:
        log.info("reports: %s", ", ".join(f"{name} {value:.4f}" for name, value in sorted(metrics.items())))
    return ReportResults(metrics, failed)


def _measure(component: Mapping[str, Any], finished: FinishedRun) -> dict[str, float]:
    """Makes a report and returns its numbers by their names in the store."""
    numbers = build("report", component, run=finished)
    if numbers is None:
        return {}
    try:
        numbers = {str(name): float(value) for name, value in numbers.items()}
    except (AttributeError, TypeError, ValueError) as error:
        raise ComponentError(
            f"report.{component['name']} is to return the numbers that it measured, name -> number, or None. "
            f"Received: {numbers!r}"
        ) from error
    logged = {**group_metrics(TEST, finished.test)}
    for epoch in finished.history:
        logged |= {**epoch_metrics(epoch), **validation_metrics(epoch)}
    return report_metrics(numbers, logged)
