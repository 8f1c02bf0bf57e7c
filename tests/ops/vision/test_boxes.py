"""Conversions, IoU and GIoU, beside brute force."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.boxes import (
    center_to_corner,
    compute_area,
    compute_elementwise_giou,
    compute_elementwise_iou,
    compute_iou,
    corner_to_center,
)

CASES = 1000


def test_conversions_are_inverse():
    rng = np.random.default_rng(0)
    boxes = tf.constant(rng.integers(0, 1000, (7, 5, 4)), tf.float32)  # pixels: halves are exact
    np.testing.assert_array_equal(center_to_corner(corner_to_center(boxes)), boxes)
    np.testing.assert_array_equal(corner_to_center(center_to_corner(boxes)), boxes)


@pytest.mark.parametrize("jit_compile", [False, True])
def test_iou_and_giou_agree_with_brute_force(brute_force, jit_compile):
    rng = np.random.default_rng(1)
    a, b = (brute_force.random_boxes(rng, CASES, degenerate=0.2) for _ in range(2))
    b[:100] = a[:100]
    b[100:120, :2] += 1  # beside each other, or inside out
    for ours, theirs in ((compute_elementwise_iou, brute_force.iou), (compute_elementwise_giou, brute_force.giou)):
        if theirs is brute_force.giou:
            b = np.concatenate([np.minimum(b[:, :2], b[:, 2:]), np.maximum(b[:, :2], b[:, 2:])], axis=1)
        else:
            b[100:120, 2:] += 1
        expected = [theirs(one, other) for one, other in zip(a, b, strict=True)]
        computed = tf.function(ours, jit_compile=jit_compile)(tf.constant(a), tf.constant(b))
        np.testing.assert_allclose(computed, expected, atol=2e-6)


def test_pairwise_iou_of_batches(brute_force):
    rng = np.random.default_rng(2)
    a, b = brute_force.random_boxes(rng, 20, 7), brute_force.random_boxes(rng, 20, 5)
    computed = compute_iou(tf.constant(a), tf.constant(b))
    assert computed.shape == (20, 7, 5)
    expected = [brute_force.pairwise_iou(*pair) for pair in zip(a, b, strict=True)]
    np.testing.assert_allclose(computed, expected, atol=2e-6)
    one_for_all = compute_iou(tf.constant(a[0]), tf.constant(b))
    np.testing.assert_allclose(one_for_all[3], brute_force.pairwise_iou(a[0], b[3]), atol=2e-6)


def test_boxes_without_area():
    flat, inside_out, whole = [0.2, 0.2, 0.2, 0.9], [0.9, 0.9, 0.1, 0.1], [0.0, 0.0, 1.0, 1.0]
    boxes = tf.constant([flat, inside_out, whole])
    np.testing.assert_array_equal(compute_area(boxes), [0, 0, 1])
    np.testing.assert_array_equal(compute_iou(boxes, boxes), np.diag([0, 0, 1]))
    assert np.isfinite(compute_elementwise_giou(boxes[:, tf.newaxis], boxes)).all()
    assert compute_iou(tf.zeros((2, 0, 4)), boxes).shape == (2, 0, 3)


def test_giou_has_a_gradient_where_boxes_do_not_overlap():
    a = tf.constant([0.0, 0.0, 0.1, 0.1])
    near, far = tf.constant([0.2, 0.0, 0.3, 0.1]), tf.constant([0.8, 0.0, 0.9, 0.1])
    with tf.GradientTape() as tape:
        tape.watch(a)
        values = compute_elementwise_giou(a, tf.stack([near, far]))
    assert 0 > values[0] > values[1] > -1
    assert float(tape.gradient(values, a)[2]) > 0
