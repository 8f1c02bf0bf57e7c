"""Anchor boxes as a layer."""

from __future__ import annotations

import keras
import numpy as np

from tfd2l.layers.anchor_boxes import AnchorBoxes
from tfd2l.ops.vision.anchors import generate_anchors
from tfd2l.testing import check_layer


def test_the_same_boxes_for_every_image():
    image = keras.Input((3, 5, 2))
    model = keras.Model(image, AnchorBoxes([0.2, 0.4], [1.0, 2.0], dtype="mixed_bfloat16")(image))
    assert model.output.shape == (None, 45, 4)
    boxes = model(np.zeros((4, 3, 5, 2), np.float32))
    for image in boxes:
        np.testing.assert_array_equal(image, generate_anchors(3, 5, [0.2, 0.4], [1.0, 2.0]))


def test_works_wherever_keras_may_use_it():
    check_layer(AnchorBoxes([0.2, 0.4], [1.0, 2.0]), np.zeros((4, 3, 5, 2), np.float32))
