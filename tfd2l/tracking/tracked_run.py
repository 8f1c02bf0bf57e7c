"""One MLflow run: what is logged into it, and how it ends."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import mlflow
import pandas as pd
from mlflow.entities import Metric, Run
from mlflow.environment_variables import MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT
from mlflow.exceptions import MlflowException

from tfd2l.errors import Interrupted, TrackingError
from tfd2l.temporary import temporary_prefix
from tfd2l.tracking.names import escape_key, escape_path, fit_params, fit_run_name, fit_tags, original_names
from tfd2l.tracking.open_store import cannot_be_opened, client_of, open_experiment
from tfd2l.tracking.run_process import (
    ERROR_TAG,
    ProcessState,
    describe_process,
    end_lost_runs,
    is_own,
    process_state,
    process_tags,
)

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MAX_ENTRIES = 100  # parameters or tags that MLflow takes at once
MAX_METRICS = 1000
NOTE_TAG = "mlflow.note.content"
PARENT_TAG = "mlflow.parentRunId"
STEPS_TAG = "steps_per_epoch"
FINGERPRINT_TAG = "data.fingerprint"
OVERRIDES_TAG = "tfd2l.overrides"  # one a line
KIND = {"mlflow.experimentKind": "custom_model_development"}  # the UI shows training, not conversations


class TrackedRun:
    """An open run of an MLflow store.

    Args:
        client: a client of the store.
        run_id: the run.
    """

    def __init__(self, client: mlflow.MlflowClient, run_id: str) -> None:
        self.client = client
        self.run_id = run_id
        self._logged: dict[str, int] = {}  # the last step of each metric that an earlier process logged
        self._params: frozenset[str] = frozenset()  # that an earlier process logged

    @classmethod
    def start(
        cls,
        uri: str,
        experiment: str,
        name: str,
        tags: Mapping[str, str],
        parent: str | None,
        note: str | None = None,
    ) -> TrackedRun:
        """Open a new run, making store and experiment where they do not exist yet.

        Runs of this machine whose process is gone are marked KILLED.

        Args:
            uri: of the store.
            experiment: name of the MLflow experiment.
            name: of the run.
            tags: of the run.
            parent: the run that it is a child of.
            note: what the experiment's page says, unless somebody has written a note there.

        Raises:
            TrackingError: the store cannot be opened, or the experiment is deleted.
        """
        client = client_of(uri)
        linked = {PARENT_TAG: parent} if parent else {}
        try:
            end_lost_runs(client)
            run = client.create_run(
                open_experiment(client, experiment, {**KIND, **({NOTE_TAG: note} if note else {})}),
                run_name=fit_run_name(name),
                tags={tag.key: tag.value for tag in fit_tags({**tags, **process_tags(), **linked})},
            )
        except (MlflowException, OSError) as error:
            raise cannot_be_opened(uri, error) from error
        return cls(client, run.info.run_id)

    @classmethod
    def reopen(cls, uri: str, run_id: str) -> TrackedRun:
        """Go on with a run that stopped: what it logged already is not logged again.

        Raises:
            TrackingError: the store has no such run, or another process is running it.
        """
        run = cls(client_of(uri), run_id)
        try:
            found = run.client.get_run(run_id)
            logged, tags = found.data.metrics, found.data.tags
            if found.info.status == "RUNNING" and process_state(tags) is ProcessState.LIVE and not is_own(tags):
                raise TrackingError(
                    f"The run is running, in {describe_process(tags)}. Wait for it, or stop it first. "
                    f"Received: run {run_id}"
                )
            run._logged = {key: max(m.step for m in run.client.get_metric_history(run_id, key)) for key in logged}
            run._params = frozenset(found.data.params)
            run.log_tags(process_tags())
            run.client.update_run(run_id, status="RUNNING")
            if ERROR_TAG in tags:
                run.client.delete_tag(run_id, ERROR_TAG)
        except MlflowException as error:
            raise TrackingError(
                f"The store has no run to go on with: {str(error).splitlines()[0]}. `tfd2l ui` shows which it has. "
                f"Received: resume={run_id}, tracking.uri={uri!r}"
            ) from error
        return run

    @contextmanager
    def closing(self) -> Iterator[TrackedRun]:
        """Mark the run FINISHED at the end; FAILED (or KILLED, when interrupted) with its reason on an exception."""
        try:
            yield self
        except (KeyboardInterrupt, Interrupted) as error:
            self.end("KILLED", str(error) or "interrupted")
            raise
        except BaseException as error:
            self.end("FAILED", f"{type(error).__name__}: {error}")
            raise
        self.end("FINISHED")

    def end(self, status: str, reason: str | None = None) -> None:
        """Close the run."""
        if reason:
            self.log_tags({ERROR_TAG: reason[:5000]})
        with _no_links():
            self.client.set_terminated(self.run_id, status)

    def log_params(self, params: Mapping[str, Any]) -> None:
        """Log parameters; what is longer than MLflow takes is cut (the whole configuration is an artifact).

        Those that an earlier process has logged stay as they are: MLflow changes none.
        """
        entries = [param for param in fit_params(params) if param.key not in self._params]
        for start in range(0, len(entries), MAX_ENTRIES):
            self.client.log_batch(self.run_id, params=entries[start : start + MAX_ENTRIES], synchronous=True)

    def log_metrics(self, metrics: Mapping[str, float], step: int = 0) -> None:
        """Log metrics of one step."""
        self.log_metric_rows([(step, int(time.time() * 1000), metrics)])

    def log_metric_rows(self, rows: Sequence[tuple[int, int, Mapping[str, float]]]) -> None:
        """Log many (step, milliseconds since the epoch, metrics) in few calls."""
        entries = [
            Metric(key, float(value), at, step)
            for step, at, metrics in rows
            for key, value in ((escape_key(name), value) for name, value in metrics.items())
            if step > self._logged.get(key, -1)
        ]
        for start in range(0, len(entries), MAX_METRICS):
            self.client.log_batch(self.run_id, metrics=entries[start : start + MAX_METRICS], synchronous=True)

    def update_metrics(self, metrics: Mapping[str, float]) -> None:
        """Log numbers of the run as a whole; where an earlier process has logged other ones, these follow as a step."""
        there, now = self.metrics(), int(time.time() * 1000)
        steps = {name: self._logged.get(escape_key(name), -1) + 1 for name in metrics}
        new = {name: value for name, value in metrics.items() if there.get(name) != value}
        self.log_metric_rows([(steps[name], now, {name: value}) for name, value in new.items()])

    def stored(self) -> Run:
        """The run as it stands in the store, with the names that were logged."""
        return original_names(self.client.get_run(self.run_id))

    def metrics(self) -> dict[str, float]:
        """The last value of every metric that is logged."""
        return dict(self.stored().data.metrics)

    def log_tags(self, tags: Mapping[str, str]) -> None:
        """Set tags; what is longer than MLflow takes is cut."""
        entries = fit_tags(tags)
        for start in range(0, len(entries), MAX_ENTRIES):
            self.client.log_batch(self.run_id, tags=entries[start : start + MAX_ENTRIES], synchronous=True)

    def delete_tags(self, keys: Sequence[str]) -> None:
        """Take tags away; those that the run does not have are passed over."""
        there = self.client.get_run(self.run_id).data.tags
        for key in map(escape_key, keys):
            if key in there:
                self.client.delete_tag(self.run_id, key)

    def log_figure(self, figure: Figure, path: str) -> None:
        """Keep a figure, its sides bounded as `save_figure` bounds them."""
        from tfd2l.plots.figure import save_figure  # matplotlib is needed by runs with figures alone

        folder, _, name = path.rpartition("/")
        with self.writing(folder) as temporary:
            save_figure(figure, temporary / escape_path(name))

    def log_table(self, columns: Mapping[str, Sequence[Any]], path: str) -> None:
        """Keep a table that the UI shows as one; it takes the place of one that is there."""
        table = pd.DataFrame({key: list(values) for key, values in columns.items()})
        kept_as = escape_path(path)
        folder = kept_as.rpartition("/")[0] or None
        if kept_as in {item.path for item in self.client.list_artifacts(self.run_id, folder)}:
            self.log_text(table.to_json(orient="split", index=False), path)  # MLflow would append to it
        else:
            self.client.log_table(self.run_id, table, kept_as)

    def log_text(self, text: str, path: str) -> None:
        """Keep a text."""
        self.client.log_text(self.run_id, text, escape_path(path))

    def log_json(self, value: object, path: str) -> None:
        """Keep plain data as readable JSON."""
        self.log_text(json.dumps(value, indent=2, default=str, ensure_ascii=False) + "\n", path)

    def log_folder(self, folder: Path, path: str) -> None:
        """Keep every file of a folder."""
        self.client.log_artifacts(self.run_id, str(folder), escape_path(path))

    @contextmanager
    def writing(self, path: str) -> Iterator[Path]:
        """A temporary folder whose files are kept below `path` when the block ends well."""
        with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as folder:
            yield Path(folder)
            self.log_folder(Path(folder), path)


@contextmanager
def _no_links() -> Iterator[None]:
    """MLflow prints links to a run of a server when it ends, to pages that show nothing of training."""
    before = MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT.get_raw()
    MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT.set(True)
    try:
        yield
    finally:
        if before is None:
            MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT.unset()
        else:
            MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT.set(before)
