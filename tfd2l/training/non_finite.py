"""Finds the first tensor of a training step that is not finite, after the step has been left out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure
from tfd2l.strategies.base.sums import split_rows
from tfd2l.training.step import TrainStep

NOT_FOUND = "every tensor is finite when the step is repeated with the weights as they are now"


def find_non_finite(step: TrainStep, batch: Structure) -> str:
    """Names the first tensor of a step that is not finite.

    The step is repeated in eager mode, layer by layer, with the same random numbers; nothing is changed. The order is:
    the batch, the weights, the outputs of layers as they are computed, the loss, the gradients from the loss back.

    Args:
        step: whose weights are those from before the step, since it left its update out.
        batch: that the step was taken on.

    Returns:
        Such as `the output of layer 'classifier' (Dense): 3 of 24 values, the first in row 1`.
    """
    for name, value in _name_parts(batch):
        if found := describe_non_finite(value):
            return f"{name}: {found}"
    if weight := non_finite_weight(step):
        return weight
    try:
        return _repeat_step(step, batch)
    except Exception as error:  # the run is to end with what is known, not with a failure to know more
        return f"not found, since the step cannot be repeated in eager mode ({type(error).__name__}: {error})"


def non_finite_weight(step: TrainStep) -> str | None:
    """Names the first trainable weight that is not finite; None if all are."""
    for variable in step.model.trainable_variables:
        if found := describe_non_finite(variable):
            return f"the weight {variable.path}: {found}"
    return None


def describe_non_finite(value: tf.Tensor | tf.IndexedSlices | keras.Variable) -> str:
    """Describes what is not finite: `3 of 24 values, the first in row 1`; empty if all is, or none is a number."""
    if isinstance(value, tf.IndexedSlices):
        value = value.values
    array = np.asarray(value)
    if array.dtype.kind not in "fcV":  # V: bfloat16 and the like
        return ""
    bad = ~np.isfinite(array.astype(np.float32))
    if not bad.any():
        return ""
    row = f", the first in row {int(np.argwhere(bad)[0][0])}" if array.ndim else ""
    return f"{int(bad.sum())} of {array.size} values{row}"


def _name_parts(batch: Structure) -> Iterator[tuple[str, tf.Tensor]]:
    parts = zip(("the inputs", "the targets", "the weights of the examples"), batch, strict=False)
    for name, values in parts:
        if isinstance(values, dict):
            yield from ((f"{name} {key!r} of the batch", value) for key, value in values.items())
        else:
            yield from ((f"{name} of the batch", value) for value in tf.nest.flatten(values))


def _repeat_step(step: TrainStep, batch: Structure) -> str:
    differentiation, replicas = step.differentiation, step.strategy.num_replicas
    whole = differentiation.weight(batch)
    parts = tf.nest.map_structure(lambda value: split_rows(value, replicas), batch)
    compiled, differentiation.xla = differentiation.xla, False
    try:
        for replica in range(replicas):
            rows = tf.nest.map_structure(lambda value, of=replica: value[of], parts)
            with _watch_layers(step.model) as found:
                sums, _ = differentiation(rows, whole, replica=replica)
            if found:
                return found[0]
            if loss := describe_non_finite(sums.loss):
                return f"the loss, computed from finite outputs of the model: {loss}"
            pairs = list(zip(step.model.trainable_variables, sums.gradients, strict=True))
            for variable, gradient in reversed(pairs):
                if gradient is not None and (bad := describe_non_finite(gradient)):
                    return f"the gradient of {variable.path}: {bad}"
    finally:
        differentiation.xla = compiled
    return NOT_FOUND


@contextmanager
def _watch_layers(model: keras.Model) -> Iterator[list[str]]:
    """Yields a list that collects every output of a layer that is not finite, while the block lasts."""
    found: list[str] = []

    def watch(operation: keras.Operation) -> None:
        compute = operation.call

        def call(*args: object, **kwargs: object) -> Any:
            outputs = compute(*args, **kwargs)
            for value in tf.nest.flatten(outputs):
                if tf.is_tensor(value) and (bad := describe_non_finite(value)):
                    name = getattr(operation, "path", None) or operation.name
                    found.append(f"the output of layer {name!r} ({type(operation).__name__}): {bad}")
            return outputs

        object.__setattr__(operation, "call", call)  # past Keras, which would track it

    operations = list(_list_operations(model))
    for operation in operations:
        watch(operation)
    try:
        yield found
    finally:
        for operation in operations:
            object.__delattr__(operation, "call")


def _list_operations(model: keras.Model) -> Iterable[keras.Operation]:
    """Returns the layers at any depth and the plain operations of functional models, each once."""
    layers = [model, *model._flatten_layers(include_self=False)]
    inside = [operation for layer in layers for operation in getattr(layer, "operations", ())]
    return {id(operation): operation for operation in (*layers, *inside)}.values()
