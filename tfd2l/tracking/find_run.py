"""Finds a run of a store by what a user types: its id, the start of its id, or `latest`."""

from __future__ import annotations

import re
from datetime import datetime

from mlflow import MlflowClient
from mlflow.entities import Run, ViewType

from tfd2l.errors import TrackingError, did_you_mean
from tfd2l.tracking.names import original_names

LATEST = "latest"
NAMED = 5  # runs that an error lists, at most
PAGE = 1000  # runs that the store gives at once
RUN_ID = re.compile(r"[0-9a-zA-Z-]+")
NEWEST_FIRST = "attributes.start_time DESC"


def find_run(client: MlflowClient, wanted: str, *, received: str | None = None, with_model: bool = False) -> Run:
    """Returns the run that a user means.

    Args:
        client: of the store to look in.
        wanted: a run id, the start of one that no other run's id has, or `latest`: the last run that finished.
        received: what the user typed, for the error; the default is `wanted`.
        with_model: whether `latest` must have an exported model.

    Raises:
        TrackingError: no run of the store, or several of them, are meant.
    """
    received = f"Received: {wanted if received is None else received}"
    if wanted == LATEST:
        return _latest(client, with_model, received)
    found = _starting_with(client, wanted)
    if len(found) == 1:
        return found[0]
    exact = [run for run in found if run.info.run_id == wanted]
    if exact:
        return exact[0]
    if found:
        more = "; ..." if len(found) > NAMED else ""
        raise TrackingError(
            f"Several runs start with {wanted!r}: {'; '.join(map(describe_run, found[:NAMED]))}{more}. Give more of "
            f"the id. {received}"
        )
    if _starting_with(client, wanted, ViewType.DELETED_ONLY):
        raise TrackingError(
            f"The run that starts with {wanted!r} is deleted; `mlflow runs restore --run-id RUN` brings it back. "
            f"{received}"
        )
    known = [LATEST, *(run.info.run_id for run in runs_where(client, "", NEWEST_FIRST))]
    raise TrackingError(
        f"No run starts with {wanted!r} in {client.tracking_uri}.{did_you_mean(wanted, known)} `tfd2l ui` shows the "
        f"runs; {LATEST!r} is the last one that finished. {received}"
    )


def runs_where(
    client: MlflowClient,
    wanted: str,
    order: str = "attributes.start_time ASC",
    view: int = ViewType.ACTIVE_ONLY,
) -> list[Run]:
    """Returns all runs of a store that MLflow's filter finds, whatever MLflow experiment they are in.

    Names of parameters, metrics and tags are those that were logged.
    """
    experiments = [experiment.experiment_id for experiment in client.search_experiments(view_type=ViewType.ALL)]
    found: list[Run] = []
    token = None
    while experiments:
        page = client.search_runs(experiments, wanted, view, PAGE, [order], token)
        found += map(original_names, page)
        token = page.token
        if not token:
            break
    return found


def describe_run(run: Run) -> str:
    """`3f2a... (bert_small nli, FINISHED, 2026-11-30 09:41)`, for a list of runs that a person chooses from."""
    started = datetime.fromtimestamp(run.info.start_time / 1000)
    return f"{run.info.run_id} ({run.info.run_name}, {run.info.status}, {started:%Y-%m-%d %H:%M})"


def has_model(run: Run) -> bool:
    """Whether a run has exported a model."""
    return bool(run.outputs and run.outputs.model_outputs)


def _starting_with(client: MlflowClient, wanted: str, view: int = ViewType.ACTIVE_ONLY) -> list[Run]:
    if not RUN_ID.fullmatch(wanted):  # `%` and quotes mean something to the filter
        return []
    return runs_where(client, f"attributes.run_id LIKE '{wanted}%'", NEWEST_FIRST, view)


def _latest(client: MlflowClient, with_model: bool, received: str) -> Run:
    finished = runs_where(client, "attributes.status = 'FINISHED'", NEWEST_FIRST)
    chosen = next((run for run in finished if not with_model or has_model(run)), None)
    if chosen is None:
        raise TrackingError(
            f"No finished run{' with a model' if with_model else ''} yet: "
            f"`python -m tfd2l.pipelines +experiment=nli_bert`. {received}"
        )
    return chosen
