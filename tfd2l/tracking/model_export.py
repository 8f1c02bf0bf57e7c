"""Log the serving graph as an MLflow model."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.entities import LoggedModelOutput, LoggedModelStatus
from mlflow.models import Model, infer_signature

from tfd2l.temporary import temporary_prefix
from tfd2l.tracking.open_store import warnings_only
from tfd2l.tracking.tracked_run import TrackedRun

MODEL_NAME = "model"
CODE = Path(__file__).with_name("served_model.py")
REQUIREMENTS = ("tensorflow", "tensorflow-text", "pandas", "numpy")


def log_served_model(
    run: TrackedRun,
    saved_model: Path,
    inputs: Mapping[str, Sequence[Any]],
    outputs: Mapping[str, Sequence[Any]],
    served_inputs: Mapping[str, str],
) -> str:
    """Log a SavedModel with its signature and an input example; returns the model's URI.

    `mlflow models serve` on it answers, without tfd2l installed. All of it goes through the run's own client:
    `mlflow.pyfunc.log_model` would log to the store and the run that are active in the process.

    Arguments:
        run: the run that it belongs to.
        saved_model: folder of the SavedModel; it takes raw inputs.
        inputs, outputs: a few rows of both by key, for signature and example.
        served_inputs: the name of each input of the MLflow model -> its key. Any text may be a name here; the inputs
            of the SavedModel itself have to be words that TensorFlow allows, and keep the keys.
    """
    example = pd.DataFrame({name: list(map(_plain, inputs[key])) for name, key in served_inputs.items()})
    answer = pd.DataFrame({key: list(map(_plain, values)) for key, values in outputs.items()})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Hint: Inferred schema contains integer column")  # null is refused
        signature = infer_signature(example, answer)
    client = run.client
    model = client.create_logged_model(client.get_run(run.run_id).info.experiment_id, MODEL_NAME, run.run_id)
    description = Model(model.artifact_location, run.run_id, model_uuid=model.model_id, model_id=model.model_id)
    status = LoggedModelStatus.FAILED
    try:
        with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as temporary, warnings_only("mlflow"):
            folder = str(Path(temporary) / MODEL_NAME)
            mlflow.pyfunc.save_model(
                folder,
                mlflow_model=description,
                python_model=str(CODE),
                artifacts={"saved_model": str(saved_model)},
                model_config={"served_inputs": dict(served_inputs)},
                signature=signature,
                input_example=example,
                # named, because finding them out would import everything in a further process
                pip_requirements=[f"{name}=={metadata.version(name)}" for name in REQUIREMENTS],
            )
            client.log_model_artifacts(model.model_id, folder)
        client.log_outputs(run.run_id, [LoggedModelOutput(model.model_id, step=0)])
        status = LoggedModelStatus.READY
    finally:
        client.finalize_logged_model(model.model_id, status)
    return str(model.model_uri)


def _plain(value: Any) -> Any:
    """An image as nested lists: MLflow's signatures know no arrays inside a table."""
    return value.tolist() if isinstance(value, np.ndarray) else value
