"""The output is the loss."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tfd2l.losses.output import Output
from tfd2l.training.weighting import remove_reduction


def test_it_is_the_output_whatever_the_target():
    outputs = tf.constant([1.0, -3.0, 5.0])
    for target in (tf.zeros([3, 2]), tf.fill([3, 1], 9.0)):
        np.testing.assert_array_equal(remove_reduction(Output())(target, outputs), outputs)
        assert float(Output()(target, outputs)) == 1.0
    weighted = remove_reduction(Output())(tf.zeros([3, 2]), outputs, sample_weight=tf.constant([1.0, 0.0, 2.0]))
    np.testing.assert_array_equal(weighted, [1, 0, 10])


def test_it_is_kept_with_a_model():
    loss = keras.losses.deserialize(keras.losses.serialize(Output()))
    assert isinstance(loss, Output)
