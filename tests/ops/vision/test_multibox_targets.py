"""Targets of a detector, image by image."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.box_offsets import encode_offsets
from tfd2l.ops.vision.multibox_targets import compute_multibox_targets

CASES = 1000


@pytest.mark.parametrize("jit_compile", [False, True])
def test_targets_agree_with_brute_force(brute_force, jit_compile):
    rng = np.random.default_rng(0)
    anchors = brute_force.random_boxes(rng, CASES, 9, degenerate=0)
    anchors[..., 2:] += 0.01
    objects = brute_force.random_objects(rng, CASES, 4)
    targets = tf.function(compute_multibox_targets, jit_compile=jit_compile)(
        tf.constant(anchors), tf.constant(objects), 0.4
    )
    for image in range(CASES):
        real = objects[image][objects[image, :, 0] >= 0]
        assigned = brute_force.assign(brute_force.pairwise_iou(anchors[image], real[:, 1:]), 0.4)
        found = assigned >= 0
        rows = real[assigned] if len(real) else np.zeros((9, 5), np.float32)
        np.testing.assert_array_equal(targets.classes[image], np.where(found, rows[:, 0] + 1, 0))
        np.testing.assert_array_equal(targets.mask[image], found)
        expected = encode_offsets(tf.constant(anchors[image]), tf.constant(rows[:, 1:]))
        np.testing.assert_allclose(targets.offsets[image], np.where(found[:, None], expected, 0), atol=1e-3)
        boxes = np.where(found[:, None], rows[:, 1:], anchors[image])
        np.testing.assert_array_equal(targets.boxes[image], boxes)


def test_batch_without_objects_is_background():
    anchors = tf.constant([[[0.0, 0.0, 0.5, 0.5], [0.5, 0.5, 1.0, 1.0]]])
    targets = compute_multibox_targets(anchors, tf.zeros((1, 0, 5)))
    assert not np.any(targets.classes)
    assert not np.any(targets.mask)
    assert not np.any(targets.offsets)
