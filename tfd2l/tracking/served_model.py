"""The exported model as MLflow loads it: this file is copied into the model, which so needs no tfd2l.

The SavedModel holds everything from raw inputs to decoded predictions; this only feeds rows of a table to it.
"""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.protos.databricks_pb2 import BAD_REQUEST

if TYPE_CHECKING:
    import tensorflow as tf

BATCH = 64
IMAGE_RANK = 4  # batch, height, width, channels
DECODED_IN_GRAPHS = (b"\x89PNG", b"\xff\xd8", b"GIF8")  # as in training; moving WebP files damage TensorFlow's memory
DECODED_BY_PILLOW = ("BMP", "TIFF", "WEBP")
ORIENTATION = 0x0112  # EXIF's tag: how a camera was held
DISPLAYED: dict[int, Callable[[np.ndarray], np.ndarray]] = {  # from what was stored, (height, width, channels)
    2: lambda image: image[:, ::-1],
    3: lambda image: image[::-1, ::-1],
    4: lambda image: image[::-1],
    5: lambda image: image.swapaxes(0, 1),
    6: lambda image: image.swapaxes(0, 1)[:, ::-1],
    7: lambda image: image.swapaxes(0, 1)[::-1, ::-1],
    8: lambda image: image.swapaxes(0, 1)[::-1],
}


class ServedModel(mlflow.pyfunc.PythonModel):
    """Rows of raw inputs (a DataFrame) -> rows of predictions.

    An image is given as its pixels (nested lists or an array: rows, columns, channels), or as an image file: its bytes,
    or these in base64.
    """

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
            self.keys[name]: [_value(name, value, spec) for value in model_input[name]]
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


def _value(name: str, value: Any, spec: tf.TensorSpec) -> np.ndarray:
    """One value as the graph takes it."""
    try:
        if spec.shape.rank == IMAGE_RANK and isinstance(value, (str, bytes)):
            array = _image(value, spec.shape[-1])
        elif spec.dtype.name == "string" and not _is_text(value):
            raise ValueError("it is not text")
        else:
            array = np.asarray(value, spec.dtype.as_numpy_dtype)
    except (ValueError, TypeError, OverflowError) as error:
        raise _refused(name, str(error), value) from error
    if not spec.shape[1:].is_compatible_with(array.shape):
        taken = " x ".join("any" if size is None else str(size) for size in spec.shape[1:])
        raise _refused(name, f"the model takes {taken or 'a single value'}", " x ".join(map(str, array.shape)) or value)
    return array


def _is_text(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return isinstance(value, str) or (isinstance(value, (list, tuple)) and all(map(_is_text, value)))


def _image(content: str | bytes, channels: int | None) -> np.ndarray:
    """The pixels of an image file as it is displayed, (height, width, channels) uint8."""
    import tensorflow as tf
    from PIL import Image, ImageOps

    if isinstance(content, str):
        try:
            content = base64.b64decode(content, validate=True)
        except binascii.Error as error:
            raise ValueError(f"it is neither pixels nor an image file in base64: {error}") from error
    try:
        if not content.startswith(DECODED_IN_GRAPHS):
            with Image.open(io.BytesIO(content), formats=DECODED_BY_PILLOW) as opened:
                shown = ImageOps.exif_transpose(opened).convert("L" if channels == 1 else "RGB")
            return np.atleast_3d(np.asarray(shown))
        image: np.ndarray = tf.io.decode_image(content, channels=channels or 0, expand_animations=False).numpy()
    except (tf.errors.InvalidArgumentError, OSError, SyntaxError) as error:  # the last: Pillow's, of a broken header
        raise ValueError("it is not an image that can be decoded; PNG and JPEG are") from error
    try:
        orientation = Image.open(io.BytesIO(content)).getexif().get(ORIENTATION)
    except Exception:  # damaged EXIF data raise whatever their bytes mean; the pixels are there
        orientation = None
    return DISPLAYED[orientation](image) if orientation in DISPLAYED else image


def _refused(name: str, fault: str, value: Any) -> MlflowException:
    return MlflowException(f"{name}: {fault}. Received: {str(value)[:100]}", error_code=BAD_REQUEST)


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
