"""Checks of losses."""

from __future__ import annotations

from collections.abc import Collection

import keras
import numpy as np
import tensorflow as tf

from tfd2l.testing.comparison import flatten, is_floating, require_config, require_equal, require_finite
from tfd2l.testing.gradients import require_gradients
from tfd2l.testing.properties import check_properties


def check_loss(
    loss: keras.losses.Loss, y_true: object, y_pred: object, *, skip: Collection[str] = (), tolerance: float = 1e-5
) -> tuple[str, ...]:
    """Checks that a loss can be differentiated, weighted and compiled.

    The properties, in order:

    - `scalar`: It is one finite number.
    - `function`: In a `tf.function` it is what it is eagerly.
    - `xla`: Compiled by XLA too.
    - `gradients`: Its gradient with respect to the predictions is finite and equal to finite differences.
    - `weights`: An example of weight 0, as padded batches have them, does not count.
    - `bfloat16`: It is finite for predictions in bfloat16, and near that in float32.
    - `config`: A loss made from its configuration has the same configuration and value.

    Args:
        loss: The loss.
        y_true: Targets of a batch of at least 2 examples, as the batch stage makes them.
        y_pred: Predictions, as a model makes them.
        skip: Names of properties that the loss is not meant to have.
        tolerance: The largest difference, relative to the loss, or absolute where that is below 1.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> import keras, numpy as np
        >>> from tfd2l.testing import check_loss
        >>> rng = np.random.default_rng(0)
        >>> targets, predictions = rng.normal(size=(2, 4, 3)).astype("float32")
        >>> check_loss(keras.losses.Huber(), targets, predictions)
        ('scalar', 'function', 'xla', 'gradients', 'weights', 'bfloat16', 'config')
    """
    y_true, y_pred = (tf.nest.map_structure(tf.constant, value) for value in (y_true, y_pred))
    expected = loss(y_true, y_pred)

    def scalar() -> None:
        if expected.shape.rank != 0:
            raise AssertionError(f"it is not one number. Received: shape {tuple(expected.shape)}")
        require_finite(expected, "for these predictions", "the loss")

    def function() -> None:
        value = tf.function(lambda y, x: loss(y, x))(y_true, y_pred)
        require_equal(value, expected, "in a tf.function it differs from eager execution", tolerance, "the loss")

    def xla() -> None:
        value = tf.function(lambda y, x: loss(y, x), jit_compile=True)(y_true, y_pred)
        require_equal(value, expected, "compiled by XLA it differs from eager execution", tolerance, "the loss")

    def gradients() -> None:
        arrays = tf.nest.map_structure(np.asarray, y_pred)
        require_gradients(lambda predictions: loss(y_true, predictions), [arrays], [], precise=False)

    def weights() -> None:
        rows = len(next(iter(flatten(y_pred).values())))
        kept = tf.constant([1.0] * (rows - 1) + [0.0])
        other = tf.nest.map_structure(_with_another_last_row, y_pred)
        values = [loss(y_true, predictions, sample_weight=kept) for predictions in (y_pred, other)]
        require_equal(
            values[1], values[0], "the prediction for an example of weight 0 changes it", tolerance, "the loss"
        )

    def bfloat16() -> None:
        half = tf.nest.map_structure(lambda v: tf.cast(v, tf.bfloat16) if v.dtype.is_floating else v, y_pred)
        value = tf.cast(loss(y_true, half), tf.float32)
        require_finite(value, "for predictions in bfloat16", "the loss")
        require_equal(value, expected, "for predictions in bfloat16 it differs from float32", 0.05, "the loss")

    def config() -> None:
        other = type(loss).from_config(loss.get_config())
        require_config(loss.get_config(), other.get_config(), "a loss made from its configuration has another")
        require_equal(other(y_true, y_pred), expected, "made from its configuration it differs", path="the loss")

    properties = {
        "scalar": scalar,
        "function": function,
        "xla": xla,
        "gradients": gradients,
        "weights": weights,
        "bfloat16": bfloat16,
        "config": config,
    }
    return check_properties("check_loss", type(loss).__name__, properties, skip)


def _with_another_last_row(values: tf.Tensor) -> tf.Tensor:
    array = np.array(values)
    array[-1] = array[-1] * 3 + 1 if is_floating(array) else array[0]
    return tf.constant(array)
