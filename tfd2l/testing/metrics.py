"""Checks of metrics."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.testing.comparison import flatten, require_config, require_equal, require_finite
from tfd2l.testing.properties import check_properties


def check_metric(
    make: Callable[[], keras.metrics.Metric],
    y_true: object,
    y_pred: object,
    *,
    skip: Collection[str] = (),
    tolerance: float = 1e-5,
) -> tuple[str, ...]:
    """Checks that a metric adds up over batches and devices.

    The properties, in order:

    - `scalar`: Its result is one finite number.
    - `function`: Updated in a `tf.function` it has the same result.
    - `batches`: Updated with two batches, of unequal size, it has the result of both in one.
    - `replicas`: Its variables are sums: those of two metrics, of a batch each, add up to those of one metric of both.
    - `reset`: After `reset_state` it starts anew.
    - `weights`: An example of weight 0, as padded batches have them, does not count.
    - `config`: A metric made from its configuration has the same configuration and result.

    Args:
        make: Makes the metric: the class itself, or a lambda with options.
        y_true: Targets of a batch of at least 3 examples, as the batch stage makes them.
        y_pred: Predictions, as a model makes them.
        skip: Names of properties that the metric is not meant to have.
        tolerance: The largest difference, relative to the result, or absolute where that is below 1.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> import keras, numpy as np
        >>> from tfd2l.testing import check_metric
        >>> rng = np.random.default_rng(0)
        >>> targets, predictions = rng.normal(size=(2, 4, 3)).astype("float32")
        >>> check_metric(keras.metrics.MeanSquaredError, targets, predictions)
        ('scalar', 'function', 'batches', 'replicas', 'reset', 'weights', 'config')
    """
    y_true, y_pred = (tf.nest.map_structure(tf.constant, value) for value in (y_true, y_pred))
    rows = len(next(iter(flatten(y_pred).values())))
    first, second = (_slice(slice(0, 1), y_true, y_pred), _slice(slice(1, rows), y_true, y_pred))

    def updated(*batches: tuple[Any, ...]) -> keras.metrics.Metric:
        metric = make()
        for batch in batches:
            metric.update_state(*batch)
        return metric

    whole = updated((y_true, y_pred))
    expected = whole.result()

    def scalar() -> None:
        if tf.rank(expected) != 0:
            raise AssertionError(f"its result is not one number. Received: shape {tuple(expected.shape)}")
        require_finite(expected, "for these predictions", "its result")

    def function() -> None:
        metric = make()
        metric.update_state(y_true, y_pred)  # makes the variables of metrics that wait for their first batch
        metric.reset_state()
        tf.function(lambda y, x: metric.update_state(y, x))(y_true, y_pred)
        require_equal(metric.result(), expected, "updated in a tf.function it differs", tolerance, "its result")

    def batches() -> None:
        result = updated(first, second).result()
        require_equal(result, expected, "updated with two batches it differs from both in one", tolerance, "its result")

    def replicas() -> None:
        parts = [[np.array(variable) for variable in updated(batch).variables] for batch in (first, second)]
        sums = [one + other for one, other in zip(*parts, strict=True)]
        ours = [np.array(variable) for variable in whole.variables]
        require_equal(sums, ours, "the variables of two batches do not add up to those of both", tolerance, "variables")

    def reset() -> None:
        metric = updated(second)
        metric.reset_state()
        metric.update_state(y_true, y_pred)
        require_equal(metric.result(), expected, "after reset_state it differs from a new one", path="its result")

    def weights() -> None:
        kept = tf.constant([0.0] + [1.0] * (rows - 1))
        result = updated((y_true, y_pred, kept)).result()
        require_equal(result, updated(second).result(), "an example of weight 0 counts", tolerance, "its result")

    def config() -> None:
        other = type(whole).from_config(whole.get_config())
        require_config(whole.get_config(), other.get_config(), "a metric made from its configuration has another")
        other.update_state(y_true, y_pred)
        require_equal(other.result(), expected, "made from its configuration it differs", path="its result")

    properties = {
        "scalar": scalar,
        "function": function,
        "batches": batches,
        "replicas": replicas,
        "reset": reset,
        "weights": weights,
        "config": config,
    }
    return check_properties("check_metric", type(whole).__name__, properties, skip)


def _slice(rows: slice, *values: object) -> tuple[Any, ...]:
    return tuple(tf.nest.map_structure(lambda value: value[rows], one) for one in values)
