"""Offsets and their inverse, beside the formula in float64."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.box_offsets import decode_offsets, encode_offsets

CASES = 1000


def center(box):
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]


def brute_force_offsets(anchor, box, eps):
    (xa, ya, wa, ha), (xb, yb, wb, hb) = center(anchor.astype(np.float64)), center(box.astype(np.float64))
    return [10 * (xb - xa) / wa, 10 * (yb - ya) / ha, 5 * np.log(eps + wb / wa), 5 * np.log(eps + hb / ha)]


@pytest.mark.parametrize("jit_compile", [False, True])
def test_offsets_agree_with_the_formula(brute_force, jit_compile):
    rng = np.random.default_rng(0)
    anchors = brute_force.random_boxes(rng, CASES, degenerate=0)
    anchors[:, 2:] += 0.05
    boxes = brute_force.random_boxes(rng, CASES, degenerate=0.2)
    computed = tf.function(encode_offsets, jit_compile=jit_compile)(tf.constant(anchors), tf.constant(boxes))
    expected = [brute_force_offsets(a, b, 1e-6) for a, b in zip(anchors, boxes, strict=True)]
    np.testing.assert_allclose(computed, expected, rtol=2e-4, atol=2e-3)  # widths are differences of float32
    assert np.isfinite(computed).all()


def test_decoded_offsets_give_the_box(brute_force):
    rng = np.random.default_rng(1)
    anchors = brute_force.random_boxes(rng, 10, 100, degenerate=0)
    anchors[..., 2:] += 0.05
    boxes = brute_force.random_boxes(rng, 10, 100, degenerate=0)
    reached = decode_offsets(tf.constant(anchors), encode_offsets(tf.constant(anchors), tf.constant(boxes), eps=0.0))
    np.testing.assert_allclose(reached, boxes, atol=1e-5)
