"""The serving graph: raw inputs -> stages -> model -> decoder, one graph for predict, reports and export."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.config.build import build
from tfd2l.data.facts.resized_images import ResizedImages
from tfd2l.data.info import DataInfo
from tfd2l.pipelines.experiment.prepared import Prepared
from tfd2l.stages.base.apply import serve
from tfd2l.stages.base.image_stage import IMAGE
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.resize import Resize
from tfd2l.training.mismatch import Mismatch

Decoder = Callable[[Any, Any], dict[str, tf.Tensor]]
BATCH = 64


class ServingGraph(tf.Module):
    """Raw inputs in, predictions out.

    Args:
        stages: fitted; those of every use are applied, after the dataset's own resizing (`ResizedImages`).
        model: the trained model.
        decoder: outputs -> predictions; None gives the outputs as they are.
        data: its `inputs` and their specifications are the signature. Where a stage brings images
            to one size, the graph takes images of any size.
    """

    def __init__(self, stages: Iterable[Stage], model: keras.Model, decoder: Decoder | None, data: DataInfo) -> None:
        super().__init__()
        self.model = model
        resized = data.find_fact(ResizedImages)
        leading = [Resize(resized.height, resized.width)] if resized else []
        self._stages = [stage for stage in (*leading, *stages) if stage.applies_to == "every"]
        self._resources = [resource for stage in self._stages for resource in stage.resources]  # tracked: exported
        self._decoder = decoder
        any_size = any(stage.fixes_size for stage in self._stages)
        self._spec = spec = {
            key: _batched(data.example_spec[key], key, any_size and key == IMAGE) for key in data.inputs
        }
        self.predict = tf.function(self._predict, input_signature=[spec])
        self._to_model = tf.function(self._model_inputs, input_signature=[spec])

    def __call__(self, inputs: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Predictions of any number of raw inputs, as plain lists; text as str."""
        rows = len(next(iter(inputs.values())))
        answers: dict[str, list[Any]] = {}
        for some in _alike(inputs):
            part = {key: [values[row] for row in some] for key, values in inputs.items()}
            for key, values in self.predict(self._feed(part)).items():
                column = answers.setdefault(key, [None] * rows)
                for row, value in zip(some, plain(values.numpy()), strict=True):
                    column[row] = value
        return answers

    def model_inputs(self, inputs: Mapping[str, Sequence[Any]]) -> Any:
        """The model's inputs (x of a batch) for raw inputs."""
        return self._to_model(self._feed(inputs))

    def save(self, folder: Path) -> None:
        """Write a SavedModel whose `serving_default` takes the raw inputs by name."""
        tf.saved_model.save(self, str(folder), signatures={"serving_default": self.predict})

    def _feed(self, inputs: Mapping[str, Sequence[Any]]) -> dict[str, tf.Tensor]:
        return {key: tf.constant(list(values), self._spec[key].dtype) for key, values in inputs.items()}

    def _predict(self, inputs: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        x = self._model_inputs(inputs)
        outputs = self.model(x, training=False)
        if self._decoder is None:
            return outputs if isinstance(outputs, dict) else {"outputs": outputs}
        with Mismatch("the decoder", outputs=outputs):
            decoded: dict[str, tf.Tensor] = self._decoder(outputs, inputs)
        return decoded

    def _model_inputs(self, inputs: dict[str, tf.Tensor]) -> Any:
        return serve(self._stages, dict(inputs))


def build_serving(config: Mapping[str, Any], prepared: Prepared, model: keras.Model) -> ServingGraph:
    """Returns the graph that serves a model: the stages of every use, the model, the decoder.

    Args:
        config: of the experiment.
        prepared: its data.
        model: on one device.
    """
    chosen = config.get("decoder")
    decoder = build("decoder", chosen, data=prepared.info, model=model) if chosen else None
    return ServingGraph(prepared.stages, model, decoder, prepared.raw)


def _alike(inputs: Mapping[str, Sequence[Any]]) -> Iterator[list[int]]:
    """Numbers of rows that can be one batch: of the same shapes (images differ in size), at most `BATCH`."""
    by_shape: dict[Any, list[int]] = {}
    for row, values in enumerate(zip(*inputs.values(), strict=True)):
        by_shape.setdefault(tuple(getattr(value, "shape", ()) for value in values), []).append(row)
    for rows in by_shape.values():
        yield from (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))


def plain(values: np.ndarray) -> list[Any]:
    """An array as a list (of lists) of plain Python values, bytes as text; images as a list of arrays."""
    if values.ndim > 2:
        return list(values)
    if values.dtype == object:
        values = np.vectorize(lambda text: text.decode("utf-8"), otypes=[object])(values)
    return list(values.tolist())


def _batched(spec: tf.TensorSpec, name: str, any_size: bool) -> tf.TensorSpec:
    shape = [None, None, *spec.shape[2:]] if any_size else spec.shape
    return tf.TensorSpec([None, *shape], spec.dtype, name=name)
