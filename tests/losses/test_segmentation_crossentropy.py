"""Cross-entropy of pixels: NumPy's, what is ignored, and a pixel's share of the gradient."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.segmentation_crossentropy import SegmentationCrossentropy


def by_numpy(mask, logits, ignore=255):
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    values = []
    for truth, of_image in zip(mask, log_p, strict=True):
        counted = [of_image[i, j, truth[i, j]] for i, j in np.ndindex(truth.shape) if truth[i, j] != ignore]
        values.append(-np.mean(counted) if counted else 0.0)
    return np.array(values)


@pytest.fixture
def batch():
    rng = np.random.default_rng(0)
    mask = rng.integers(0, 4, (3, 5, 6)).astype(np.uint8)
    mask[0, :2], mask[1, 2, 3], mask[2] = 255, 255, 255
    return mask, rng.normal(size=(3, 5, 6, 4))


@pytest.mark.parametrize("jit", [False, True])
def test_agrees_with_numpy(batch, jit):
    mask, logits = batch
    loss = SegmentationCrossentropy(reduction="none")
    values = tf.function(loss, jit_compile=jit)(tf.constant(mask), tf.constant(logits, tf.float32))
    np.testing.assert_allclose(values, by_numpy(mask, logits), rtol=1e-5)
    assert values[2] == 0  # no pixel of it counts


def test_another_number_may_be_ignored(batch):
    mask, logits = batch
    mask = np.where(mask == 255, 3, mask)
    values = SegmentationCrossentropy(ignore=3, reduction="none")(mask, logits)
    np.testing.assert_allclose(values, by_numpy(mask, logits, ignore=3), rtol=1e-5)


def test_what_is_ignored_has_no_gradient(batch):
    mask, logits = batch
    logits = tf.Variable(logits, dtype=tf.float32)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(SegmentationCrossentropy(reduction="none")(mask, logits))
    gradient = tape.gradient(total, logits).numpy()
    assert not gradient[mask == 255].any()
    assert np.abs(gradient[mask != 255]).max(axis=-1).min() > 0


def test_it_is_loaded_as_it_was_saved():
    loss = keras.saving.deserialize_keras_object(
        keras.saving.serialize_keras_object(SegmentationCrossentropy(ignore=7))
    )
    assert loss.ignore == 7
