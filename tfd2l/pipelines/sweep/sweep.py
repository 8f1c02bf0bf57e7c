"""Tracks a multirun: a parent run with one child for each job, and a table and a figure that compare them."""

from __future__ import annotations

import logging
import os
import shutil
import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from tfd2l.errors import ReportsFailed
from tfd2l.pipelines.experiment.failed_reports import WARNING_TAG, describe_failures, list_failed_labels
from tfd2l.pipelines.sweep.jobs import PARENT_VARIABLE, PLAN_TAG, list_jobs, sweep_plan
from tfd2l.temporary import temporary_prefix

if TYPE_CHECKING:
    from mlflow.entities import Run

    from tfd2l.tracking.tracked_run import TrackedRun

log = logging.getLogger("tfd2l")

FOLDER_VARIABLE = "TFD2L_SWEEP_DIR"
SWEEP_TAG = "tfd2l.sweep"  # of a parent run: what was typed


class ParentRun(Callback):
    """Opens the parent run before the first job and closes it after the last."""

    def on_multirun_start(self, config: DictConfig, **kwargs: object) -> None:
        """Opens the parent run; Hydra writes its files into a temporary folder, kept with the parent run at its end."""
        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=temporary_prefix())
        overrides = list(OmegaConf.to_container(config.hydra.overrides.task))  # type: ignore[arg-type]
        overrides += [f"{key}={values}" for key, values in (config.hydra.sweeper.get("params") or {}).items()]
        swept = [o for o in OverridesParser.create().parse_overrides(overrides) if o.is_sweep_override()]
        parent = _parent(config, overrides, [str(override.input_line) for override in swept])
        os.environ[PARENT_VARIABLE] = parent.run_id
        _open.append((parent, [override.key_or_group for override in swept]))


_open: list[tuple[Any, list[str]]] = []  # the parent run, and the keys that are swept


def _parent(config: DictConfig, overrides: Sequence[str], swept: Sequence[str]) -> TrackedRun:
    """Opens a new parent run; with `resume=auto` the last one of the same sweep, if there is one."""
    from tfd2l.pipelines.experiment.resume import AUTO
    from tfd2l.tracking.find_run import NEWEST_FIRST, runs_where
    from tfd2l.tracking.open_store import client_of
    from tfd2l.tracking.run_process import end_lost_runs
    from tfd2l.tracking.store import tracking_uri
    from tfd2l.tracking.tracked_run import NOTE_TAG, TrackedRun

    uri = tracking_uri(config.tracking.uri)
    plain: Any = OmegaConf.to_container(config, resolve=False)
    plan = sweep_plan({key: value for key, value in plain.items() if key != "hydra"}, swept)
    if config.resume.run_id == AUTO:
        client = client_of(uri)
        end_lost_runs(client)
        found = runs_where(client, f"tags.`{PLAN_TAG}` = '{plan}'", NEWEST_FIRST)
        if found:
            log.info("resume=auto: goes on with sweep %s", found[0].info.run_id)
            return TrackedRun.reopen(uri, found[0].info.run_id)
    typed = " ".join(overrides)
    return TrackedRun.start(
        uri,
        config.get("name") or "tfd2l",
        "sweep " + " ".join(swept),
        {NOTE_TAG: f"# Sweep\n\n`{typed}`", SWEEP_TAG: typed, PLAN_TAG: plan},
        None,
    )


def finish(failure: str | None, *, interrupted: bool = False) -> ReportsFailed | None:
    """Closes the parent run of this process's multirun, if there is one, with a comparison of its jobs.

    Args:
        failure: the reason of a failure; None if there was none.
        interrupted: whether the sweep was asked to stop.

    Returns:
        What to say if reports of the children failed.
    """
    if not _open:
        return None
    from tfd2l.pipelines.experiment.next_steps import list_next_steps

    parent, swept = _open.pop()
    jobs = list_jobs(parent.client, parent.run_id)
    os.environ.pop(PARENT_VARIABLE, None)
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    parent.log_folder(folder, "config")
    shutil.rmtree(folder)
    if jobs:
        _compare(parent, jobs, swept)
    parent.end("KILLED" if interrupted else "FAILED" if failure else "FINISHED", failure)
    for line in list_next_steps(parent.run_id, parent.client.tracking_uri, None):
        log.info("  %s", line)
    failed = {job.info.run_id: labels for job in jobs if (labels := list_failed_labels(job.data.tags))}
    if not failed:
        return None
    warning = describe_failures(failed)
    parent.log_tags({WARNING_TAG: str(warning)})
    return warning


def _compare(parent: TrackedRun, jobs: Sequence[Run], swept: Sequence[str]) -> None:
    from tfd2l.pipelines.sweep.comparison import draw_comparison, format_table, is_result, labels_of, tabulate_runs
    from tfd2l.pipelines.sweep.seed_groups import group_by_seed, group_figure, group_page, group_table
    from tfd2l.tracking.tracked_run import NOTE_TAG, PARENT_TAG

    table = tabulate_runs(jobs, swept)
    elsewhere = [job.data.tags.get(PARENT_TAG) != parent.run_id for job in jobs]
    table["status"] = [
        f"{status} (used again)" if used else status for status, used in zip(table["status"], elsewhere, strict=True)
    ]
    parent.log_table(table, "comparison.json")
    pages = [format_table(table)]
    figures = {"comparison": draw_comparison(parent.client, jobs, labels_of(jobs, swept))}
    groups = group_by_seed(jobs, swept)
    if groups:
        parent.log_table(group_table(groups), "seeds.json")
        pages.append(group_page(groups))
        figures["seeds"] = group_figure(parent.client, groups)
    page = "\n\n".join(pages)
    parent.log_tags({NOTE_TAG: f"# Sweep\n\n`{parent.stored().data.tags[SWEEP_TAG]}`\n\n{page}\n"})
    log.info("sweep: run %s compares its %d runs\n%s", parent.run_id, len(jobs), page)
    for name, figure in figures.items():
        if figure is not None:
            parent.log_figure(figure, f"figures/{name}.png")
    columns = {key: [value for value in table[key] if value is not None] for key in table if is_result(key)}
    for name, of_all in (("mean", statistics.fmean), ("min", min), ("max", max)):
        parent.update_metrics({f"{name}/{key}": of_all(values) for key, values in columns.items()})
