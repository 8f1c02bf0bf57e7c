"""From logits to labels that a person reads."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.decoders.class_probabilities import ClassProbabilities

INFO = DataInfo(
    inputs=(), example_spec={}, sizes={}, source="test", fingerprint="0", class_names=("no", "yes", "maybe")
)


@pytest.mark.parametrize("dtype", [tf.float32, tf.float16])
def test_names_the_likeliest_class(dtype):
    logits = tf.constant([[0.0, 2.0, -1.0], [5.0, 0.0, 0.0]], dtype)
    decoded = tf.function(ClassProbabilities(INFO))(logits, {})
    assert decoded["classes"].numpy().tolist() == [[b"no", b"yes", b"maybe"]] * 2
    expected = np.exp(logits.numpy().astype(np.float64))
    expected /= expected.sum(-1, keepdims=True)
    assert [label.decode() for label in decoded["label"].numpy()] == ["yes", "no"]
    np.testing.assert_allclose(decoded["probabilities"], expected, rtol=1e-5)
    np.testing.assert_allclose(decoded["probability"], expected.max(-1), rtol=1e-5)
