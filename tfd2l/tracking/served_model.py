"""The exported model as MLflow loads it: this file is copied into the model, which so needs no tfd2l.

The SavedModel holds everything from raw inputs to decoded predictions; this only feeds rows of a table to it.
"""

from __future__ import annotations

from typing import Any

import mlflow
import numpy as np
import pandas as pd

BATCH = 64


class ServedModel(mlflow.pyfunc.PythonModel):
    """Rows of raw inputs (a DataFrame) -> rows of predictions."""

    def load_context(self, context: Any) -> None:
        """Load the SavedModel; tensorflow_text brings the tokenizer's operations."""
        import tensorflow as tf
        import tensorflow_text  # noqa: F401

        self.module = tf.saved_model.load(context.artifacts["saved_model"])
        self.serve = self.module.signatures["serving_default"]
        self.inputs = self.serve.structured_input_signature[1]

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Predictions of every row, in order."""
        import tensorflow as tf

        parts = []
        for start in range(0, len(model_input), BATCH):
            rows = model_input.iloc[start : start + BATCH]
            feed = {key: tf.constant(rows[key].tolist(), spec.dtype) for key, spec in self.inputs.items()}
            parts.append({key: value.numpy() for key, value in self.serve(**feed).items()})
        columns = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]} if parts else {}
        return pd.DataFrame({key: _plain(values) for key, values in columns.items()})


def _plain(values: np.ndarray) -> list[Any]:
    if values.dtype == object:  # texts
        values = np.vectorize(lambda text: text.decode("utf-8"), otypes=[object])(values)
    return list(values.tolist())


mlflow.models.set_model(ServedModel())
