"""What a detector says becomes boxes with names."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.decoders.detections import Detections
from tfd2l.ops.vision.anchors import generate_anchors
from tfd2l.ops.vision.box_offsets import encode_offsets

DATA = dataclasses.replace(NO_DATA, class_names=("cat", "dog"))


@pytest.fixture
def outputs():
    """Two images: a cat and a dog in one place, the dog found twice; and nothing."""
    anchors = tf.tile(generate_anchors(4, 4, [0.3], [1.0])[tf.newaxis], [2, 1, 1])
    cat, dog = [0.1, 0.1, 0.5, 0.5], [0.1, 0.2, 0.5, 0.6]
    boxes = np.asarray(anchors).copy()
    logits = np.zeros((2, 16, 3), np.float32)
    logits[..., 0] = 8
    for anchor, box, row in ((0, cat, [0, 5, 0]), (1, dog, [0, 0, 4]), (2, dog, [0, 0, 3])):
        boxes[0, anchor], logits[0, anchor] = box, row
    return {
        "classes": tf.constant(logits),
        "offsets": encode_offsets(anchors, tf.constant(boxes), eps=0.0),
        "anchors": anchors,
    }


def test_boxes_names_and_scores(outputs):
    decoder = Detections(DATA, score_threshold=0.1, max_detections=5)
    found = decoder(outputs, {})
    assert found["labels"].numpy().tolist() == [[b"cat", b"dog", b"", b"", b""], [b""] * 5]
    np.testing.assert_allclose(found["boxes"][0, :2], [[0.1, 0.1, 0.5, 0.5], [0.1, 0.2, 0.5, 0.6]], atol=1e-5)
    expected = [tf.nn.softmax([0.0, 5.0, 0.0])[1], tf.nn.softmax([0.0, 0.0, 4.0])[2], 0, 0, 0]
    np.testing.assert_allclose(found["scores"][0], expected, rtol=1e-5)
    assert not np.any(found["scores"][1])


def test_boxes_end_at_the_border(outputs):
    far = {**outputs, "offsets": outputs["offsets"] + [-20.0, 0, 5.0, 5.0]}
    boxes = Detections(DATA, score_threshold=0.0, max_detections=32)(far, {})["boxes"].numpy()
    assert boxes.min() == 0
    assert boxes.max() <= 1


def test_in_the_graph_for_any_number_of_images(outputs):
    decoder = Detections(DATA, score_threshold=0.1)
    specs = {key: tf.TensorSpec([None, *value.shape[1:]]) for key, value in outputs.items()}
    serve = tf.function(lambda given: decoder(given, {}), input_signature=[specs])
    for rows in (0, 1, 2):
        found = serve({key: value[:rows] for key, value in outputs.items()})
        for key, value in decoder(outputs, {}).items():
            np.testing.assert_array_equal(found[key], value[:rows])
    half = {key: tf.cast(value, tf.bfloat16) if key != "anchors" else value for key, value in outputs.items()}
    np.testing.assert_allclose(decoder(half, {})["boxes"], decoder(outputs, {})["boxes"], atol=0.02)


@pytest.mark.parametrize(
    "options", [{"score_threshold": -0.1}, {"iou_threshold": 1.5}, {"max_detections": 0}, {"max_detections": 500}]
)
def test_refused(options):
    with pytest.raises(ValueError, match="Received"):
        Detections(DATA, **options)
