"""A loaded model that predicts from what users give."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tfd2l.cli.image_file import read_image
from tfd2l.cli.prediction.model_inputs import ModelInput, to_array
from tfd2l.errors import DataError
from tfd2l.quiet import quiet

if TYPE_CHECKING:
    import numpy as np

Row = Mapping[str, "np.ndarray"]


class Predictor:
    """Predicts with the model of a run.

    The rows go to the graph as they are: MLflow's own check of a signature looks at every number of an image by itself.

    Args:
        model: an MLflow pyfunc model around a `ServedModel`.
        inputs: that it takes, by name.
        folder: from which the names of image files are meant.
    """

    def __init__(self, model: Any, inputs: Mapping[str, ModelInput], folder: Path) -> None:
        self._served = model.unwrap_python_model()
        self._inputs = inputs
        self._folder = folder
        self._quiet: Callable[[], AbstractContextManager[None]] = (
            quiet  # at first: TensorFlow has notices on a graph's first use
        )

    def prepare(self, values: Mapping[str, Any]) -> Row:
        """Returns parsed values as the graph takes them; images are read from their files.

        Raises:
            ValueError: a value has a size or range that the model does not take.
            DataError: an image cannot be read, or has a size that the model does not take.
        """
        with self._quiet():
            return {name: self._prepare_value(one, values[name]) for name, one in self._inputs.items()}

    def __call__(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """Returns the predictions of each row: plain values and lists by name.

        Raises:
            DataError: the graph cannot compute one.
        """
        import pandas as pd
        import tensorflow as tf

        table = pd.DataFrame({name: pd.Series([row[name] for row in rows], dtype=object) for name in self._inputs})
        try:
            with self._quiet():
                answers = self._served.predict(None, table)
        except tf.errors.OpError as error:
            shapes = ", ".join(f"{name} {'x'.join(map(str, rows[0][name].shape))}" for name in self._inputs)
            raise DataError(
                f"The model cannot compute its predictions for this: {str(error.message).splitlines()[0]}. "
                f"Received: {len(rows)} rows, the first of {shapes}"
            ) from error
        self._quiet = nullcontext
        by_row = zip(*(answers[name].tolist() for name in answers), strict=True)
        return [dict(zip(answers, row, strict=True)) for row in by_row]

    def _prepare_value(self, one: ModelInput, value: Any) -> np.ndarray:
        spec = self._served.inputs[one.name]
        shape = spec.shape[1:].as_list()
        if one.is_image and isinstance(value, str):
            return read_image(self._folder / value, shape)
        return to_array(one.name, value, shape, spec.dtype.as_numpy_dtype)
