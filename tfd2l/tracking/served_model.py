"""The exported model as MLflow loads it: this file is copied into the model, which so needs no tfd2l.

The SavedModel holds everything from raw inputs to decoded predictions; this only feeds rows of a table to it.
"""

from __future__ import annotations

from collections.abc import Iterator
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
        specs = self.serve.structured_input_signature[1]
        config = context.model_config or {}
        self.keys = config.get("served_inputs") or {key: key for key in specs}  # name of an input -> the SavedModel's
        self.inputs = {name: specs[key] for name, key in self.keys.items()}

    def predict(self, context: Any, model_input: pd.DataFrame, params: dict[str, Any] | None = None) -> pd.DataFrame:
        """Predictions of every row, in order."""
        import tensorflow as tf

        given = {
            self.keys[name]: [np.asarray(value, spec.dtype.as_numpy_dtype) for value in model_input[name]]
            for name, spec in self.inputs.items()
        }
        answers: dict[str, list[Any]] = {}
        for rows in _alike(given):
            feed = {key: tf.constant(np.stack([values[row] for row in rows])) for key, values in given.items()}
            for key, values in self.serve(**feed).items():
                column = answers.setdefault(key, [None] * len(model_input))
                for row, value in zip(rows, _plain(values.numpy()), strict=True):
                    column[row] = value
        return pd.DataFrame(answers)


def _alike(given: dict[str, list[np.ndarray]]) -> Iterator[list[int]]:
    """Numbers of rows that can be one batch: of the same shapes (images differ in size), at most `BATCH`."""
    by_shape: dict[Any, list[int]] = {}
    for row, values in enumerate(zip(*given.values(), strict=True)):
        by_shape.setdefault(tuple(value.shape for value in values), []).append(row)
    for rows in by_shape.values():
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def _plain(values: np.ndarray) -> list[Any]:
    if values.dtype == object:  # texts
        values = np.vectorize(lambda text: text.decode("utf-8"), otypes=[object])(values)
    return list(values.tolist())


mlflow.models.set_model(ServedModel())
