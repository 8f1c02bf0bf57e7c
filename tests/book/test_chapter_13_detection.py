"""Every exact figure of sections 13.3, 13.4, 13.5 and 13.7, computed by the public components."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from tfd2l.data.info import NO_DATA
from tfd2l.losses.multibox import Multibox
from tfd2l.models.backbones.down_sampling import down_sample
from tfd2l.models.backbones.ssd_heads import SIZES, build_box_predictor, build_class_predictor
from tfd2l.models.tiny_ssd import tiny_ssd
from tfd2l.ops.vision.anchor_matching import match_anchors
from tfd2l.ops.vision.anchors import count_anchors_per_pixel, generate_anchors
from tfd2l.ops.vision.boxes import center_to_corner, compute_iou, corner_to_center
from tfd2l.ops.vision.multibox_targets import compute_multibox_targets
from tfd2l.ops.vision.nms import apply_class_agnostic_nms

DOG, CAT = [60.0, 45.0, 378.0, 516.0], [400.0, 112.0, 655.0, 493.0]
OBJECTS = tf.constant([[[0, 0.1, 0.08, 0.52, 0.92], [1, 0.55, 0.2, 0.9, 0.88]]])
ANCHORS = tf.constant(
    [
        [
            [0, 0.1, 0.2, 0.3],
            [0.15, 0.2, 0.4, 0.4],
            [0.63, 0.05, 0.88, 0.98],
            [0.66, 0.45, 0.8, 0.8],
            [0.57, 0.3, 0.92, 0.9],
        ]
    ]
)
HEIGHT, WIDTH = 561, 728  # the picture of dog and cat


def test_13_3_boxes(figure):
    boxes = tf.constant([DOG, CAT])
    centers = corner_to_center(boxes)
    figure("13.3", "dog and cat by their centres", [[219, 280.5, 318, 471], [527.5, 302.5, 255, 381]], centers)
    figure("13.3", "and back", boxes, center_to_corner(centers))


def test_13_4_anchors_of_the_picture(figure):
    sizes, ratios = [0.75, 0.5, 0.25], [1.0, 2.0, 0.5]
    anchors = generate_anchors(HEIGHT, WIDTH, sizes, ratios)
    figure("13.4", "anchors a pixel", 5, count_anchors_per_pixel(sizes, ratios))
    figure("13.4", "anchors of 561 x 728", [2042040, 4], anchors.shape)
    pixel = tf.reshape(anchors, [HEIGHT, WIDTH, 5, 4])[250, 250, 0]
    figure("13.4", "pixel (250, 250), the first, as printed", [0.06, 0.07, 0.63, 0.82], pixel, atol=0.005)
    figure("13.4", "in more digits", [0.05512, 0.07152, 0.63307, 0.82152], pixel, atol=5e-6)


def test_13_4_overlap_of_five_anchors(figure):
    expected = [[0.05365, 0], [0.14172, 0], [0, 0.56572], [0, 0.20588], [0, 0.74591]]
    overlap = compute_iou(ANCHORS, OBJECTS[..., 1:])[0]
    figure("13.4", "IoU with dog and cat", expected, overlap, atol=5e-6)


def test_13_4_targets_of_five_anchors(figure):
    targets = compute_multibox_targets(ANCHORS, OBJECTS)
    figure("13.4", "classes", [0, 1, 2, 0, 2], targets.classes[0])
    figure("13.4", "anchors with an object", [0, 1, 1, 0, 1], targets.mask[0])
    figure("13.4", "offsets of anchor 1", [1.4, 10, 2.594, 7.175], targets.offsets[0, 1], atol=5e-4)
    figure("13.4", "offsets of background", np.zeros((2, 4)), tf.gather(targets.offsets[0], [0, 3]))


def test_13_4_the_order_of_assignment(figure):
    """The text's matrix of nine anchors and four objects: only the order of its entries is told.

    Boxes one beside the other give any IoU below 1: object j covers [j, j + 1] of a row, anchor i a share of it.
    """
    best = {1: (2, 3, 0.9), 2: (7, 1, 0.8), 3: (5, 4, 0.7), 4: (9, 2, 0.6)}  # step -> anchor, object, IoU
    objects = np.array([[0, j, 0, j + 1, 1] for j in range(1, 5)], np.float32)
    anchors = np.array([[i, 5, i + 1, 6] for i in range(1, 10)], np.float32)  # off everything
    for anchor, label, share in best.values():
        anchors[anchor - 1] = [label, 0, label + share, 1]
    # Rivals that come too late: an anchor that overlaps a taken object less, and below the threshold.
    anchors[0] = [3, 0, 3.4, 1]
    assigned = match_anchors(tf.constant(anchors[None]), tf.constant(objects[None]))[0]
    expected = np.full(9, -1)
    for anchor, label, _ in best.values():
        expected[anchor - 1] = label - 1
    figure("13.4", "A2-B3, A7-B1, A5-B4, A9-B2", expected, assigned)


def test_13_4_nms(figure):
    boxes = tf.constant(
        [[[0.1, 0.08, 0.52, 0.92], [0.08, 0.2, 0.56, 0.95], [0.15, 0.3, 0.62, 0.91], [0.55, 0.2, 0.9, 0.88]]]
    )
    scores = tf.constant([[[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.1, 0.9]]])  # of dog and cat
    expected = [
        [0, 0.9, 0.1, 0.08, 0.52, 0.92],
        [1, 0.9, 0.55, 0.2, 0.9, 0.88],
        [-1, 0.8, 0.08, 0.2, 0.56, 0.95],
        [-1, 0.7, 0.15, 0.3, 0.62, 0.91],
    ]
    figure("13.4", "what stays, and what went", expected, apply_class_agnostic_nms(boxes, scores, 0.5)[0], atol=1e-6)


def test_13_5_three_scales(figure):
    ratios = [1.0, 2.0, 0.5]
    scales = ((4, 0.15, 48), (2, 0.4, 12), (1, 0.8, 3))
    total = 0
    for side, size, expected in scales:
        anchors = generate_anchors(side, side, [size], ratios)
        figure("13.5", f"anchors of {side} x {side}", expected, len(anchors))
        total += len(anchors)
    figure("13.5", "together", 63, total)
    # The first of each pixel is a square about its middle.
    figure(
        "13.5",
        "a middle",
        [0.125, 0.125, 0.15, 0.15],
        corner_to_center(generate_anchors(4, 4, [0.15], ratios))[0],
        1e-6,
    )


def test_13_7_predictors(figure):
    one, two = tf.zeros((2, 20, 20, 8)), tf.zeros((2, 10, 10, 16))
    classes = [build_class_predictor(5, 10)(one), build_class_predictor(3, 10)(two)]
    figure("13.7", "channels of 5 anchors and 10 classes", 55, classes[0].shape[-1])
    figure("13.7", "a scale", [2, 20, 20, 55], classes[0].shape)
    figure("13.7", "another", [2, 10, 10, 33], classes[1].shape)
    rows = layers.Concatenate(axis=1)([layers.Flatten()(values) for values in classes])
    figure("13.7", "put together", [2, 25300], rows.shape)
    figure("13.7", "channels of 5 anchors' offsets", 20, build_box_predictor(5)(one).shape[-1])
    figure("13.7", "half the size", [2, 10, 10, 10], down_sample(tf.zeros((2, 20, 20, 3)), 10, "half").shape)


@pytest.fixture(scope="module")
def ssd():
    spec = (tf.TensorSpec([32, 256, 256, 3]), tf.TensorSpec([32, 1, 5]), tf.TensorSpec([32]))
    return tiny_ssd(dataclasses.replace(NO_DATA, batch_spec=spec, class_names=("banana",)))


def test_13_7_tiny_ssd(figure, ssd):
    figure("13.7", "base of 256 x 256", [32, 32, 64], ssd.get_layer("base3_pool").output.shape[1:])
    expected = [[0.2, 0.272], [0.37, 0.447], [0.54, 0.619], [0.71, 0.79], [0.88, 0.961]]
    figure("13.7", "sizes", expected, [list(row) for row in SIZES])
    scales = [ssd.get_layer(f"anchors{scale}").output.shape[1] for scale in range(1, 6)]
    figure("13.7", "anchors of each scale", [4096, 1024, 256, 64, 4], scales)
    outputs = tf.function(ssd)(tf.zeros((32, 256, 256, 3)))
    figure("13.7", "anchors", [5444, 4], outputs["anchors"].shape[1:])
    figure("13.7", "classes", [32, 5444, 2], outputs["classes"].shape)
    figure("13.7", "offsets in a row", [32, 21776], tf.reshape(outputs["offsets"], [32, -1]).shape)


def test_13_7_smooth_l1_and_focal(figure):
    """The exercise's two losses, at one anchor that is exactly its object, so that offsets are distances."""
    box = [0.25, 0.25, 0.75, 0.75]
    objects, anchors = tf.constant([[[0, *box]]]), tf.constant([[box]])

    def parts(distance, logit, **options):
        outputs = {
            "classes": tf.constant([[[0.0, logit]]]),
            "offsets": tf.constant([[[distance, 0.0, 0.0, 0.0]]]),
            "anchors": anchors,
        }
        return [float(part[0]) for part in Multibox(per="objects", **options).compute_parts(objects, outputs)]

    for sigma in (10.0, 1.0, 0.5):
        for x in (0.005, 0.5, 1.5):
            expected = (sigma * x) ** 2 / 2 if x < 1 / sigma**2 else x - 0.5 / sigma**2
            smooth = parts(x, 0.0, box_loss="smooth_l1", sigma=sigma)[1]
            figure("13.7", f"smooth L1, sigma {sigma:g}, {x:g}", expected, smooth, atol=2e-5)
    for gamma in (0.0, 1.0, 5.0):
        for p in (0.01, 0.5, 0.9):
            focal = parts(0.0, np.log(p / (1 - p)), class_loss="focal", gamma=gamma)[0]
            figure("13.7", f"focal, gamma {gamma:g}, p {p:g}", -((1 - p) ** gamma) * np.log(p), focal, atol=1e-5)
