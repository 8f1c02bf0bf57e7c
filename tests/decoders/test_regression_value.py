"""A number in the units of the data."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.standardization import Standardization
from tfd2l.data.info import NO_DATA
from tfd2l.decoders.regression_value import RegressionValue


def test_what_was_standardized_comes_back_in_its_units():
    info = NO_DATA.with_fact(Standardization({"level": (np.float32(125.0), np.float32(7.0))}))
    decoded = RegressionValue(info, "level")(tf.constant([0.0, 1.0, -2.0]), {})
    assert {key: value.numpy().tolist() for key, value in decoded.items()} == {"value": [125, 132, 111]}


def test_anything_else_is_as_the_model_gives_it():
    decoded = RegressionValue(NO_DATA, "y")(tf.constant([0.5], tf.float16), {})
    assert (decoded["value"].numpy().tolist(), decoded["value"].dtype) == ([0.5], tf.float32)
