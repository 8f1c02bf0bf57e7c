"""A multirun is a parent run with one child a job, and a table that compares them."""

from __future__ import annotations

import logging
import os
import tempfile
from pathlib import Path
from typing import Any

from hydra.experimental.callback import Callback
from omegaconf import DictConfig, OmegaConf

log = logging.getLogger("tfd2l")

PARENT_VARIABLE = "TFD2L_PARENT_RUN"  # the environment carries it to children, in other processes too
FOLDER_VARIABLE = "TFD2L_SWEEP_DIR"


class ParentRun(Callback):
    """Opens the parent run before the first job and closes it after the last."""

    def on_multirun_start(self, config: DictConfig, **kwargs: Any) -> None:
        """Hydra writes its files into a temporary folder; they are kept with the parent run."""
        from tfd2l.tracking.store import tracking_uri
        from tfd2l.tracking.tracked_run import NOTE_TAG, TrackedRun

        os.environ[FOLDER_VARIABLE] = tempfile.mkdtemp(prefix="tfd2l-sweep-")
        overrides = list(OmegaConf.to_container(config.hydra.overrides.task))  # type: ignore[arg-type]
        parent = TrackedRun.start(
            tracking_uri(config.tracking.uri),
            config.get("name") or "tfd2l",
            "sweep " + " ".join(o for o in overrides if "," in o),
            {NOTE_TAG: f"# Sweep\n\n`{' '.join(overrides)}`", "tfd2l.sweep": " ".join(overrides)},
            None,
        )
        os.environ[PARENT_VARIABLE] = parent.run_id
        _open.append(parent)


_open: list[Any] = []


def finish(failure: str | None) -> None:
    """Close the parent run of this process's multirun, if there is one, with a table of its children."""
    if not _open:
        return
    parent = _open.pop()
    os.environ.pop(PARENT_VARIABLE, None)
    folder = Path(os.environ.pop(FOLDER_VARIABLE))
    parent.log_folder(folder, "config")
    children = _children(parent)
    if children:
        _compare(parent, children)
    parent.end("FAILED" if failure else "FINISHED", failure)


def _children(parent: Any) -> list[Any]:
    run = parent.client.get_run(parent.run_id)
    wanted = f"tags.`mlflow.parentRunId` = '{parent.run_id}'"
    found = parent.client.search_runs([run.info.experiment_id], wanted, max_results=1000)
    return sorted(found, key=lambda child: child.info.start_time)


def _compare(parent: Any, children: list[Any]) -> None:
    keys = sorted({key for child in children for key in child.data.params})
    varied = [key for key in keys if len({child.data.params.get(key) for child in children}) > 1]
    results = sorted({key for child in children for key in child.data.metrics if key.startswith("test/")})
    table = {
        "run": [child.info.run_id for child in children],
        "status": [child.info.status for child in children],
        **{key: [child.data.params.get(key) for child in children] for key in varied},
        **{key: [child.data.metrics.get(key) for child in children] for key in results},
    }
    parent.log_table(table, "comparison.json")
    heads = list(table)
    rows = ["| " + " | ".join(_cell(table[head][index]) for head in heads) + " |" for index in range(len(children))]
    page = "\n".join(["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads), *rows])
    from tfd2l.tracking.tracked_run import NOTE_TAG

    sweep = parent.client.get_run(parent.run_id).data.tags["tfd2l.sweep"]
    parent.log_tags({NOTE_TAG: f"# Sweep\n\n`{sweep}`\n\n{page}\n"})
    log.info("sweep: run %s compares its %d runs\n%s", parent.run_id, len(children), page)
    for key in results:
        values = [child.data.metrics[key] for child in children if key in child.data.metrics]
        parent.log_metrics(
            {f"mean/{key}": sum(values) / len(values), f"min/{key}": min(values), f"max/{key}": max(values)}
        )


def _cell(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)
