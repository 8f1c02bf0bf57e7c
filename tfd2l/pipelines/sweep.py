"""A multirun is a parent run with one child a job, and a table and a figure that compare them."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

from tfd2l.errors import ReportsFailed
from tfd2l.pipelines.failed_reports import WARNING_TAG, labels_of_failed, reports_failed
from tfd2l.temporary import temporary_prefix

log = logging.getLogger("tfd2l")

PARENT_VARIABLE = "TFD2L_PARENT_RUN"  # the environment carries it to children, in other processes too
FOLDER_VARIABLE = "TFD2L_SWEEP_DIR"


class ParentRun(Callback):
    """Opens the parent run before the first job and closes it after the last."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Hydra writes its files into a temporary folder; they are kept with the parent run."""
        from tfd2l.tracking.store import tracking_uri
        from tfd2l.tracking.tracked_run import NOTE_TAG, TrackedRun

        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix=temporary_prefix())
        overrides = list(OmegaConf.to_container(config.hydra.overrides.task))  # type: ignore[arg-type]
        overrides += [f"{key}={values}" for key, values in (config.hydra.sweeper.get("params") or {}).items()]
        swept = [o for o in OverridesParser.create().parse_overrides(overrides) if o.is_sweep_override()]
        parent = TrackedRun.start(
            tracking_uri(config.tracking.uri),
            config.get("name") or "tfd2l",
            "sweep " + " ".join(str(override.input_line) for override in swept),
            {NOTE_TAG: f"# Sweep\n\n`{' '.join(overrides)}`", "tfd2l.sweep": " ".join(overrides)},
            None,
        )
        os.environ[PARENT_VARIABLE] = parent.run_id
        _open.append((parent, [override.key_or_group for override in swept]))


_open: list[tuple[Any, list[str]]] = []  # the parent run, and the keys that are swept


def finish(failure: str | None) -> ReportsFailed | None:
    """Close the parent run of this process's multirun, if there is one, with a comparison of its children.

    Returns:
        What to say if reports of the children failed.
    """
    if not _open:
        return None
    from tfd2l.tracking.find_run import runs_where
    from tfd2l.tracking.tracked_run import PARENT_TAG

    parent, swept = _open.pop()
    os.environ.pop(PARENT_VARIABLE, None)
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    parent.log_folder(folder, "config")
    children = runs_where(parent.client, f"tags.`{PARENT_TAG}` = '{parent.run_id}'")
    if children:
        _compare(parent, children, swept)
    parent.end("FAILED" if failure else "FINISHED", failure)
    failed = {child.info.run_id: labels for child in children if (labels := labels_of_failed(child.data.tags))}
    if not failed:
        return None
    warning = reports_failed(failed)
    parent.log_tags({WARNING_TAG: str(warning)})
    return warning


def _compare(parent: Any, children: list[Any], swept: list[str]) -> None:
    from tfd2l.pipelines.comparison import comparison_figure, labels_of, page_of, table_of
    from tfd2l.tracking.tracked_run import NOTE_TAG

    sweep = parent.stored().data.tags["tfd2l.sweep"]
    table = table_of(children, swept)
    page = page_of(table)
    parent.log_table(table, "comparison.json")
    parent.log_tags({NOTE_TAG: f"# Sweep\n\n`{sweep}`\n\n{page}\n"})
    log.info("sweep: run %s compares its %d runs\n%s", parent.run_id, len(children), page)
    figure = comparison_figure(parent.client, children, labels_of(children, swept))
    if figure is not None:
        parent.log_figure(figure, "figures/comparison.png")
    for key, column in table.items():
        values = [value for value in column if value is not None]
        if "/" in key:  # a metric
            parent.log_metrics(
                {f"mean/{key}": sum(values) / len(values), f"min/{key}": min(values), f"max/{key}": max(values)}
            )
