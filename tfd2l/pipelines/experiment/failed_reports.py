"""Records the reports of a finished run that failed, and formats the command that makes them later."""

from __future__ import annotations

import dataclasses
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tfd2l.errors import ReportsFailed

if TYPE_CHECKING:
    from tfd2l.tracking.tracked_run import TrackedRun

WARNING_TAG = "tfd2l.warning"
FAILED_TAG = "tfd2l.failed_reports"  # what `FailedReport` holds, as JSON
LONGEST = 300  # characters of a reason in a tag


@dataclass(frozen=True)
class FailedReport:
    """A report that could not be made.

    Args:
        label: of the report in the configuration (`reports.LABEL`).
        name: of the component.
        reason: one paragraph.
    """

    label: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.label} ({self.name}): {self.reason}"


def record_failed(run: TrackedRun, failed: Sequence[FailedReport]) -> None:
    """Tags a run with the reports that failed; without any, removes such tags."""
    if failed:
        short = [dataclasses.replace(report, reason=report.reason[:LONGEST]) for report in failed]
        kept = json.dumps([dataclasses.asdict(report) for report in short], ensure_ascii=False)
        run.log_tags({WARNING_TAG: f"reports failed: {'; '.join(map(str, short))}", FAILED_TAG: kept})
    else:
        run.delete_tags([WARNING_TAG, FAILED_TAG])


def read_failed_reports(tags: Mapping[str, str]) -> list[FailedReport]:
    """Returns the reports of a run that failed and have not been made since, from its tags."""
    return [FailedReport(**report) for report in json.loads(tags.get(FAILED_TAG, "[]"))]


def list_failed_labels(tags: Mapping[str, str]) -> list[str]:
    """Returns the labels of the reports of a run that failed and have not been made since."""
    return [report.label for report in read_failed_reports(tags)]


def format_report_command(run_id: str, labels: Sequence[str]) -> str:
    """Returns the command that makes reports of a run later."""
    return shlex.join(["tfd2l", "report", run_id, *labels])


def describe_failures(failed: Mapping[str, Sequence[str]]) -> ReportsFailed:
    """Returns the error that ends a process whose runs are finished, but for some of their reports.

    Args:
        failed: run id -> labels of its reports that failed.
    """
    number = sum(map(len, failed.values()))
    reports, them = ("report", "it") if number == 1 else ("reports", "them")
    kept = "the run is finished and its model is" if len(failed) == 1 else "the runs are finished and their models are"
    commands = ", ".join(f"`{format_report_command(run_id, labels)}`" for run_id, labels in failed.items())
    labels = dict.fromkeys(label for some in failed.values() for label in some)
    return ReportsFailed(
        f"{number} {reports} failed (their errors are above); {kept} kept. Make {them} later with {commands} (append "
        f"reports.LABEL.OPTION=VALUE to change an option). Received: reports that failed: {', '.join(labels)}"
    )
