"""Assignment of anchors to objects, beside the book's one pair after the other."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.vision.anchor_matching import match_anchors

CASES, ANCHORS, OBJECTS = 1000, 12, 5


def expected_of(brute_force, anchors, objects, threshold):
    rows = []
    for boxes, image in zip(anchors, objects, strict=True):
        real = image[image[:, 0] >= 0]  # padding stands at the end
        rows.append(brute_force.assign(brute_force.pairwise_iou(boxes, real[:, 1:]), threshold))
    return np.array(rows)


@pytest.mark.parametrize("threshold", [0.5, 0.1])
@pytest.mark.parametrize("jit_compile", [False, True])
def test_matches_agree_with_brute_force(brute_force, threshold, jit_compile):
    rng = np.random.default_rng(0)
    anchors = brute_force.random_boxes(rng, CASES, ANCHORS)
    objects = brute_force.random_objects(rng, CASES, OBJECTS)
    match = tf.function(match_anchors, jit_compile=jit_compile)
    assigned = match(tf.constant(anchors), tf.constant(objects), threshold)
    np.testing.assert_array_equal(assigned, expected_of(brute_force, anchors, objects, threshold))
    assert (np.asarray(assigned) >= 0).any(axis=1).mean() > 0.5


def test_objects_with_the_same_best_anchor(brute_force):
    """Shrinking boxes on one place: each object's best anchor is the best of the others too, so many rounds."""
    rng = np.random.default_rng(1)
    edges = np.sort(rng.uniform(0.1, 0.2, (50, 6)))
    objects = np.stack([np.zeros_like(edges), edges * 0, edges * 0, edges, edges], axis=-1).astype(np.float32)
    anchors = np.concatenate([objects[..., 1:] + 0.05 * rng.random((50, 6, 1)), objects[..., 1:]], axis=1)
    anchors = anchors.astype(np.float32)
    assigned = match_anchors(tf.constant(anchors), tf.constant(objects), 0.99)
    np.testing.assert_array_equal(assigned, expected_of(brute_force, anchors, objects, 0.99))


def test_ties_go_to_the_first(brute_force):
    """Objects and anchors that are equal: the first anchor, then the first object, as the book's argmax."""
    box = [0.1, 0.1, 0.5, 0.5]
    objects = np.array([[[0, *box], [1, *box], [2, *box]]], np.float32)
    anchors = np.array([[[0, 0, 0.1, 0.1], box, box, [0.1, 0.1, 0.5, 0.6], box]], np.float32)
    assigned = match_anchors(tf.constant(anchors), tf.constant(objects), 0.5)
    np.testing.assert_array_equal(assigned, expected_of(brute_force, anchors, objects, 0.5))
    np.testing.assert_array_equal(assigned, [[-1, 0, 1, 0, 2]])


def test_object_without_free_anchors_has_no_match():
    """As one that overlaps none; the book gives both an anchor that they do not touch."""
    box, inner = [0.1, 0.1, 0.5, 0.5], [0.1, 0.1, 0.5, 0.4]
    objects = tf.constant([[[0, *box], [1, *inner], [-1, 0, 0, 0, 0]]], tf.float32)
    anchors = tf.constant([[[0.8, 0.8, 0.9, 0.9], box, [0.6, 0.6, 0.7, 0.7]]], tf.float32)
    np.testing.assert_array_equal(match_anchors(anchors, objects, 0.5), [[-1, 0, -1]])


def test_threshold_does_not_apply_to_forced_matches():
    """An IoU of the very threshold is enough; an object's own anchor needs none."""
    whole, half, corner = [0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.5], [0.0, 0.0, 0.25, 0.25]
    objects = tf.constant([[[0, *whole]]], tf.float32)
    anchors = tf.constant([[half, half, corner]], tf.float32)
    np.testing.assert_array_equal(match_anchors(anchors, objects, 0.5), [[0, 0, -1]])
    np.testing.assert_array_equal(match_anchors(anchors, objects, 0.51), [[0, -1, -1]])


def test_images_without_objects(brute_force):
    anchors = tf.constant(brute_force.random_boxes(np.random.default_rng(2), 3, 4))
    none = tf.constant(np.tile([-1.0, 0, 0, 0, 0], (3, 2, 1)), tf.float32)
    flat = tf.constant(np.tile([1.0, 0.5, 0.5, 0.5, 0.5], (3, 2, 1)), tf.float32)
    for objects in (none, flat, tf.zeros((3, 0, 5))):
        np.testing.assert_array_equal(match_anchors(anchors, objects), np.full((3, 4), -1))


def test_padding_and_other_images_do_not_change_matches(brute_force):
    rng = np.random.default_rng(3)
    anchors = tf.constant(brute_force.random_boxes(rng, 8, 9))
    objects = tf.constant(brute_force.random_objects(rng, 8, 4))
    whole = match_anchors(anchors, objects, 0.3)
    padded = tf.pad(objects, [[0, 0], [0, 3], [0, 0]], constant_values=-1)
    np.testing.assert_array_equal(match_anchors(anchors, padded, 0.3), whole)
    for image in range(8):
        alone = match_anchors(anchors[image : image + 1], objects[image : image + 1], 0.3)
        np.testing.assert_array_equal(alone[0], whole[image])
