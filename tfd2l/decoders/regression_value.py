"""Decodes a model's output into a number in the units of the data."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.standardization import Standardization, Statistics
from tfd2l.data.info import DataInfo


class RegressionValue:
    """Decodes a model's output into `value`, in the units of the data.

    value = mean + deviation * output, with mean and standard deviation of the target in train if a stage has
    standardized it, else 0 and 1.

    Args:
        data: its fact `Standardization`, if there is one.
        target: key of the target among them.
    """

    def __init__(self, data: DataInfo, target: str) -> None:
        unchanged = (np.zeros((), np.float32), np.ones((), np.float32))
        known = data.find_fact(Standardization)
        statistics: Statistics = known.statistics if known else {}
        self.mean, self.deviation = statistics.get(target, unchanged)

    def __call__(self, outputs: tf.Tensor, inputs: object) -> dict[str, tf.Tensor]:
        return {"value": tf.cast(outputs, tf.float32) * self.deviation + self.mean}
