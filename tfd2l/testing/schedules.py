"""Checks of learning-rate schedules."""

from __future__ import annotations

from collections.abc import Collection

import keras
import numpy as np
import tensorflow as tf

from tfd2l.testing.comparison import require_config, require_equal, require_finite
from tfd2l.testing.properties import check_properties


def check_schedule(
    schedule: keras.optimizers.schedules.LearningRateSchedule,
    steps: int = 100,
    *,
    skip: Collection[str] = (),
    tolerance: float = 1e-6,
) -> tuple[str, ...]:
    """Checks that a learning-rate schedule is a pure function of the step, wherever it is called.

    The properties, in order:

    - `finite`: Every rate is a finite number, and none is below 0.
    - `pure`: Called again, in another order, it returns the same.
    - `function`: In a `tf.function`, with the step as a tensor, it returns what it returns for a number.
    - `xla`: Compiled by XLA too.
    - `config`: A schedule made from its serialized form returns the same.

    Args:
        schedule: The schedule.
        steps: Steps 0 to `steps` are looked at, so take a little more than it is made for.
        skip: Names of properties that the schedule is not meant to have.
        tolerance: The largest difference, relative to the largest rate, or absolute where that is below 1.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says at which step, and by how much.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> from tfd2l.schedules.cosine import Cosine
        >>> from tfd2l.testing import check_schedule
        >>> check_schedule(Cosine(0.1, duration=50), steps=60)
        ('finite', 'pure', 'function', 'xla', 'config')
    """
    places = range(steps + 1)
    rates = np.array([float(schedule(step)) for step in places])

    def finite() -> None:
        require_finite(rates, "the schedule", "rate by step")
        if (rates < 0).any():
            step = int(np.argmax(rates < 0))
            raise AssertionError(f"the rate of step {step} is below 0. Received: {rates[step]:.6g}")

    def pure() -> None:
        again = np.array([float(schedule(step)) for step in reversed(places)])[::-1]
        require_equal(again, rates, "called again, in another order, it differs", path="rate by step")

    def compiled(xla: bool) -> np.ndarray:
        function = tf.function(
            lambda step: tf.cast(schedule(step), tf.float32),
            input_signature=[tf.TensorSpec([], tf.int64)],
            jit_compile=xla,
        )
        return np.array([float(function(tf.constant(step, tf.int64))) for step in places])

    def function() -> None:
        require_equal(
            compiled(False), rates, "in a tf.function it differs from eager execution", tolerance, "rate by step"
        )

    def xla() -> None:
        require_equal(
            compiled(True), rates, "compiled by XLA it differs from eager execution", tolerance, "rate by step"
        )

    def config() -> None:
        serialized = keras.optimizers.schedules.serialize(schedule)
        other = keras.optimizers.schedules.deserialize(serialized)
        require_config(schedule.get_config(), other.get_config(), "a schedule made from its configuration has another")
        theirs = np.array([float(other(step)) for step in places])
        require_equal(theirs, rates, "made from its configuration it differs", path="rate by step")

    properties = {"finite": finite, "pure": pure, "function": function, "xla": xla, "config": config}
    return check_properties("check_schedule", type(schedule).__name__, properties, skip)
