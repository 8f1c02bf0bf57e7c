"""The parent run of a pipeline: opened or resumed, and with a summary of its steps at the end."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import yaml
from mlflow.entities import Run

from tfd2l.pipelines.experiment.failed_reports import WARNING_TAG, list_failed_labels
from tfd2l.pipelines.experiment.resume import digest, made_by
from tfd2l.pipelines.pipeline.steps import dump_steps
from tfd2l.pipelines.pipeline.summary import draw_learning_curve, draw_losses, format_summary, tabulate_steps
from tfd2l.pipelines.sweep.comparison import format_table
from tfd2l.tracking import environment
from tfd2l.tracking.find_run import NEWEST_FIRST, runs_where
from tfd2l.tracking.metric_names import group_metrics
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.tracked_run import NOTE_TAG, PARENT_TAG, TrackedRun

if TYPE_CHECKING:
    from tfd2l.pipelines.pipeline.pipeline import Pipeline

log = logging.getLogger("tfd2l")

PIPELINE_TAG = "tfd2l.pipeline"  # of a parent run: what the pipeline was made by


def open_parent(pipeline: Pipeline, uri: str) -> tuple[TrackedRun, bool]:
    """Opens the parent run of a pipeline.

    Args:
        pipeline: composed.
        uri: of the store.

    Returns:
        The run, and whether it is resumed: the last one of this very pipeline, unless steps are to run again.
    """
    made = {f"{step.label}: {key}": value for step in pipeline.steps for key, value in made_by(step.config).items()}
    plan = digest({**made, "redo": ", ".join(sorted(pipeline.redo))})
    found = runs_where(client_of(uri), f"tags.`{PIPELINE_TAG}` = '{plan}'", NEWEST_FIRST)
    if found and not (pipeline.redo and found[0].info.status == "FINISHED"):
        return TrackedRun.reopen(uri, found[0].info.run_id), True
    tags = {**environment.git(), "mlflow.user": environment.user(), "mlflow.source.name": environment.command()}
    experiment = pipeline.steps[0].config.get("name") or pipeline.name
    parent = TrackedRun.start(uri, experiment, f"pipeline {pipeline.name}", {**tags, PIPELINE_TAG: plan}, None)
    parent.log_tags({NOTE_TAG: _page(pipeline, "running")})
    text = yaml.safe_dump(dump_steps(pipeline.steps), sort_keys=False, allow_unicode=True)
    parent.log_text(text, "config/pipeline.yaml")
    return parent, False


def summarize_steps(pipeline: Pipeline, parent: TrackedRun, runs: Mapping[str, Run]) -> None:
    """Writes table, figures, metrics and page of the parent run.

    Args:
        pipeline: whose steps these are.
        parent: its run.
        runs: label of a step -> its run, as far as the pipeline has come.
    """
    elsewhere = {label for label, run in runs.items() if run.data.tags.get(PARENT_TAG) != parent.run_id}
    table = tabulate_steps(pipeline.steps, runs, elsewhere)
    left = "; ".join(step.label for step in pipeline.steps if step.label not in runs)
    failed = "; ".join(f"{label}: {', '.join(labels)}" for label, labels in failed_by_step(runs).items())
    parts = [format_summary(table, runs), f"Not run: {left}" if left else ""]
    if failed:
        parts.append(f"Reports that failed: {failed}")
        parent.log_tags({WARNING_TAG: f"reports failed: {failed}"[:5000]})
    else:
        parent.delete_tags([WARNING_TAG])
    parent.log_tags({NOTE_TAG: _page(pipeline, *parts)})
    if not runs:
        return
    parent.log_table(table, "comparison.json")
    figures = {
        "comparison": draw_losses(parent, pipeline.steps, runs),
        "learning_curve": draw_learning_curve(pipeline.steps, runs),
    }
    for name, figure in figures.items():
        if figure is not None:
            parent.log_figure(figure, f"figures/{name}.png")
    for label, run in runs.items():
        name = label.replace(", ", " ")  # without our own commas, which MLflow takes in no name
        measured = {key: run.data.metrics[key] for key in table if key in run.data.metrics}
        parent.update_metrics(group_metrics(name, measured))
    log.info("pipeline %s: run %s compares its steps\n%s", pipeline.name, parent.run_id, format_table(table))
    if failed:
        log.warning("pipeline %s: reports failed: %s", pipeline.name, failed)


def failed_by_step(runs: Mapping[str, Run]) -> dict[str, Sequence[str]]:
    """Returns label of a step -> labels of its reports that failed; steps without such are not in it.

    Args:
        runs: label of a step -> its run.
    """
    found = {label: list_failed_labels(run.data.tags) for label, run in runs.items()}
    return {label: labels for label, labels in found.items() if labels}


def _page(pipeline: Pipeline, *parts: str) -> str:
    typed = shlex.join(["python", "-m", "tfd2l.pipelines", *pipeline.overrides])
    return "\n\n".join(filter(None, [f"# {pipeline.name}", pipeline.description, f"`{typed}`", *parts])) + "\n"
