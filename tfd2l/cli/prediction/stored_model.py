"""The exported model of a run in a store."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfd2l.cli.prediction.model_inputs import ModelInput, read_signature
from tfd2l.quiet import quiet
from tfd2l.tracking.store import tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.models import Model


@dataclass(frozen=True)
class StoredModel:
    """The exported model of a run.

    Args:
        client: of the store.
        run_id: the run.
        folder: the model on this machine, as MLflow loads it.
    """

    client: MlflowClient
    run_id: str
    folder: Path

    @cached_property
    def metadata(self) -> Model:
        """What MLflow knows of it; neither the model nor TensorFlow is loaded."""
        from mlflow.models import Model

        metadata: Model = Model.load(str(self.folder))
        return metadata

    @cached_property
    def inputs(self) -> dict[str, ModelInput]:
        """What it takes, by name."""
        signature = self.metadata.signature
        return read_signature(signature.inputs if signature else None)

    @property
    def class_names(self) -> list[str]:
        """The classes of the data that it was trained on, in the order of their numbers."""
        from tfd2l.tracking.run_record import DATA_ARTIFACT
        from tfd2l.tracking.stored_files import fetch_artifact

        known = json.loads(fetch_artifact(self.client, self.run_id, DATA_ARTIFACT).read_text(encoding="utf-8"))
        return list(known["class names"])

    def load(self) -> Any:
        """Returns the model, an MLflow pyfunc model around a `ServedModel`; loads TensorFlow."""
        import mlflow

        with quiet():
            return mlflow.pyfunc.load_model(str(self.folder))


def find_model(wanted: str, uri: str | None) -> StoredModel:
    """Returns the exported model of the run that a user means.

    Args:
        wanted: the id of a run, the start of one, or `latest`; which run that is, is said on standard error.
        uri: of the store; None is the usual one.

    Raises:
        TrackingError: there is no such run, there are several, or it has no model.
    """
    from tfd2l.tracking.find_run import LATEST, describe_run, find_run
    from tfd2l.tracking.stored_files import fetch_model
    from tfd2l.tracking.tracked_run import client_of

    client = client_of(tracking_uri(uri))
    run = find_run(client, wanted, with_model=True)
    if wanted == LATEST:
        print(f"run {describe_run(run)}", file=sys.stderr)
    return StoredModel(client, run.info.run_id, fetch_model(client, run.info.run_id))
