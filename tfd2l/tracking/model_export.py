"""Log the serving graph as an MLflow model."""

from __future__ import annotations

import base64
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
from mlflow.models import Model, ModelSignature, infer_signature
from mlflow.types.schema import AnyType, ColSpec, Schema

from tfd2l.temporary import temporary_prefix
from tfd2l.tracking.open_store import warnings_only
from tfd2l.tracking.tracked_run import TrackedRun

MODEL_NAME = "model"
CODE = Path(__file__).with_name("served_model.py")
REQUIREMENTS = ("tensorflow", "tensorflow-text", "pandas", "numpy", "pillow")
IMAGE_RANK = 3  # height, width, channels


def log_served_model(
    run: TrackedRun,
    saved_model: Path,
    inputs: Mapping[str, Sequence[Any]],
    outputs: Mapping[str, Sequence[Any]],
    served_inputs: Mapping[str, str],
) -> str:
    """Logs a SavedModel with its signature and an input example; returns the model's URI.

    `mlflow models serve` on it answers, without tfd2l installed. All of it goes through the run's own client:
    `mlflow.pyfunc.log_model` would log to the store and the run that are active in the process.

    Args:
        run: the run that it belongs to.
        saved_model: folder of the SavedModel; it takes raw inputs.
        inputs: a few rows by key, for signature and example.
        outputs: what the model answers to them, by key.
        served_inputs: the name of each input of the MLflow model -> its key. Any text may be a name here; the inputs
            of the SavedModel itself have to be words that TensorFlow allows, and keep the keys.
    """
    by_name = {name: inputs[key] for name, key in served_inputs.items()}
    images = [name for name, values in by_name.items() if all(map(_is_image, values))]
    example = pd.DataFrame(
        {name: list(map(_png if name in images else _plain, values)) for name, values in by_name.items()}
    )
    answer = pd.DataFrame({key: list(map(_plain, values)) for key, values in outputs.items()})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Hint: Inferred schema contains integer column")  # null is refused
        found = infer_signature(example, answer)
    # MLflow's type for an image that may be pixels or a file; of lists it would look at each number by itself.
    columns = [ColSpec(AnyType(), column.name) if column.name in images else column for column in found.inputs.inputs]
    signature = ModelSignature(Schema(columns), found.outputs)
    client = run.client
    stored = client.get_run(run.run_id)
    params = dict(stored.data.params)
    model = client.create_logged_model(stored.info.experiment_id, MODEL_NAME, run.run_id, params=params)
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


def _plain(value: object) -> Any:
    """An array as nested lists: MLflow's signatures know no arrays inside a table."""
    return value.tolist() if isinstance(value, np.ndarray) else value


def _is_image(value: object) -> bool:
    return isinstance(value, np.ndarray) and value.ndim == IMAGE_RANK and value.dtype == np.uint8


def _png(image: np.ndarray) -> str:
    """Returns an image as a PNG file in base64."""
    import tensorflow as tf

    return base64.b64encode(tf.io.encode_png(image).numpy()).decode("ascii")
