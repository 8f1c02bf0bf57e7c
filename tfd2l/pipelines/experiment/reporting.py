"""Make the reports of a run: one that fails costs the run its figures and nothing else."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from typing import Any

from tfd2l.config.build import build, configured_arguments
from tfd2l.config.check import Problem, refuse
from tfd2l.config.signature import signature_of
from tfd2l.errors import Interrupted, Tfd2lError
from tfd2l.pipelines.experiment.failed_reports import FailedReport
from tfd2l.registry import find
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, check_requirements
from tfd2l.tracking.tracked_run import TrackedRun

log = logging.getLogger("tfd2l")


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


def make_reports(
    reports: Mapping[str, Mapping[str, Any]], finished: FinishedRun, run: TrackedRun
) -> list[FailedReport]:
    """Make every report; returns those that failed, whose tracebacks are kept as `reports/LABEL.error.txt`.

    Args:
        reports: label -> configuration of a report.
        finished: what the reports are given.
        run: where tracebacks are kept.

    Raises:
        Interrupted: the process was asked to stop.
    """
    failed = []
    for label, component in reports.items():
        try:
            build("report", component, run=finished)
        except Interrupted:
            raise
        except Exception as error:  # whatever it is, the trained model is not to be lost
            reason = str(error) if isinstance(error, Tfd2lError) else f"{type(error).__name__}: {error}"
            failed.append(FailedReport(label, component["name"], reason))
            log.error("report %s", failed[-1])
            log.debug("report %s", label, exc_info=True)
            run.log_text("".join(traceback.format_exception(error)), f"reports/{label}.error.txt")
    return failed
