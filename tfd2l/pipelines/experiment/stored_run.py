"""A run in a store, opened again: its configuration, results, figures and model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfd2l.errors import DataError, TrackingError
from tfd2l.pipelines.experiment.stored_config import read_config
from tfd2l.pipelines.experiment.stored_files import CHECKPOINT, fetch_figures, list_files
from tfd2l.quiet import quiet
from tfd2l.tracking.find_run import LATEST, find_run
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.stored_files import fetch_artifact, fetch_model

if TYPE_CHECKING:
    import keras
    from mlflow import MlflowClient
    from mlflow.pyfunc import PyFuncModel


@dataclass(frozen=True)
class StoredRun:
    """A run in a store; what is asked of it is read when it is first asked for.

    Args:
        run_id: the MLflow run.
        tracking_uri: the store it is in.
        name: of the run.
        status: `FINISHED`, `RUNNING`, `FAILED` or `KILLED`.
        metrics: name -> its last value.
        tags: of the run.
        client: of the store.
    """

    run_id: str
    tracking_uri: str
    name: str
    status: str
    metrics: Mapping[str, float] = field(repr=False)
    tags: Mapping[str, str] = field(repr=False)
    client: MlflowClient = field(repr=False)

    @cached_property
    def config(self) -> dict[str, Any]:
        """The whole configuration that the run was made by, as plain data.

        Raises:
            TrackingError: the run keeps none, as the parent run of a sweep.
        """
        return read_config(self.client, self.run_id)

    @property
    def artifacts(self) -> list[str]:
        """The paths of all files that the run keeps, but for its exported model."""
        return list_files(self.client, self.run_id)

    def artifact(self, path: str) -> Path:
        """Returns an artifact as a file on this machine.

        Args:
            path: one of `artifacts`.

        Raises:
            TrackingError: the run has no such artifact.
        """
        there = self.artifacts
        if path not in there:
            raise TrackingError(
                f"Run {self.run_id} has no artifact {path!r}. It has: {', '.join(there) or 'none'}. Received: {path}"
            )
        return fetch_artifact(self.client, self.run_id, path)

    @property
    def figures(self) -> dict[str, Path]:
        """Name -> PNG file of each figure that the reports have logged, on this machine."""
        return fetch_figures(self.client, self.run_id)

    @cached_property
    def model(self) -> keras.Model:
        """The trained Keras model; loads TensorFlow.

        Raises:
            TrackingError: the run keeps no model.
        """
        file = self.artifact(CHECKPOINT)
        with quiet():
            from tfd2l.models.weights.earlier_run import load_model_file

            return load_model_file(file)

    def predict(self, inputs: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Returns what the exported model predicts.

        Args:
            inputs: name -> the values of each example, raw as in the dataset: texts, numbers, images as (nested) lists
                of pixels or as the Base64 text of an image file.

        Returns:
            Name -> the predictions in the order of the examples.

        Raises:
            DataError: the inputs are not those that the model takes.
            TrackingError: the run has no exported model.
        """
        import pandas as pd
        from mlflow.exceptions import MlflowException

        rows = pd.DataFrame({name: list(values) for name, values in inputs.items()})
        try:
            answers = self._exported.predict(rows)
        except MlflowException as error:
            raise DataError(str(error)) from error
        return {str(name): list(values) for name, values in answers.items()}

    @cached_property
    def _exported(self) -> PyFuncModel:
        import mlflow

        with quiet():
            return mlflow.pyfunc.load_model(str(fetch_model(self.client, self.run_id)))


def load_run(run: str = LATEST, uri: str | None = None) -> StoredRun:
    """Opens a run in a store.

    A run that has trained a model also has `.model` and `.predict(...)`, such as
    `run.predict({"premise": ["A dog runs."], "hypothesis": ["An animal moves."]})["label"]`.

    Args:
        run: A run id, the start of one, or `latest`: the last run that finished.
        uri: Address of the store; None takes that of `MLFLOW_TRACKING_URI`, else the local one.

    Raises:
        TrackingError: No run of the store, or several of them, are meant.

    Example:
        >>> import tfd2l
        >>> config = tfd2l.compose("+experiment=vanishing_gradient", "tracking.uri=sqlite:///runs.db")
        >>> result = tfd2l.Experiment.from_config(config).run()
        >>> run = tfd2l.load_run(result.run_id[:8], "sqlite:///runs.db")
        >>> run.status, list(run.figures)
        ('FINISHED', ['vanishing_gradient'])
    """
    client = client_of(tracking_uri(uri))
    found = find_run(client, run)
    return StoredRun(
        found.info.run_id,
        client.tracking_uri,
        found.info.run_name,
        found.info.status,
        dict(found.data.metrics),
        dict(found.data.tags),
        client,
    )
