"""`check_schedule` passes correct schedules, and each of its properties fails for a schedule that lacks it."""

from __future__ import annotations

import keras
import pytest
import tensorflow as tf

from tfd2l.testing import check_schedule

PROPERTIES = ("finite", "pure", "function", "xla", "config")


@keras.saving.register_keras_serializable(package="tests")
class Inverse(keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, rate=0.1):
        self.rate = rate

    def __call__(self, step):
        return self.rate / (1 + tf.cast(step, tf.float32))

    def get_config(self):
        return {"rate": self.rate}


class Negative(Inverse):
    def __call__(self, step):
        return 0.1 - 0.01 * tf.cast(step, tf.float32)


class Infinite(Inverse):
    def __call__(self, step):
        return self.rate / tf.cast(step, tf.float32)


class Remembers(Inverse):
    def __call__(self, step):
        self.rate *= 0.9
        return super().__call__(step)


class BranchesInPython(Inverse):
    def __call__(self, step):
        return 0.1 if isinstance(step, int) and step < 5 else 0.01


class InPython(Inverse):
    def __call__(self, step):
        return tf.numpy_function(lambda n: tf.cast(n, tf.float32).numpy() * 0.1, [step], tf.float32)


@keras.saving.register_keras_serializable(package="tests")
class Forgets(Inverse):
    def get_config(self):
        return {}


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        (
            Negative(),
            r"Negative fails check_schedule, property 'finite': the rate of step 11 is below 0\. Received: -0\.01",
        ),
        (Infinite(), r"'finite': the schedule: rate by step is not finite at 1 of 21 places, first at index \(0,\)"),
        (Remembers(), r"'pure': called again, in another order, it differs: rate by step differs by"),
        (BranchesInPython(), r"'function': in a tf.function it differs.*at index \(0,\)"),
        (InPython(), "'xla', with"),
        (Forgets(0.2), "'config'"),
    ],
)
def test_a_schedule_without_a_property_fails(schedule, message):
    with pytest.raises(AssertionError, match=message):
        check_schedule(schedule, 20)


def test_a_correct_schedule_has_every_property():
    assert check_schedule(Inverse(), 20) == PROPERTIES
    assert check_schedule(keras.optimizers.schedules.CosineDecay(0.1, 10), 15) == PROPERTIES
