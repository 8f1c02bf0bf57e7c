"""Targets and suppression of a detector beside the book's, an image and a box after the other, and beside NumPy.

    python -m tfd2l.bench.ssd_targets

Targets are those of 32 images of up to 8 objects each over the 5444 anchors of TinySSD at 256 x 256. Suppression is
that of what a trained detector says of such images: high scores near objects, low ones elsewhere.

A is the graph, compiled by XLA. B is the book's formulation (13.4) in NumPy: a loop over images; in it a loop over
objects for the assignment, a loop over boxes for the suppression. C is NumPy over all images at once, in it
a round for each object. All must give the same, but for a few anchors: where an object lies inside of two anchors of
one size, their overlaps differ by rounding alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from tfd2l.bench.paired import paired
from tfd2l.models.ssd_heads import RATIOS, SIZES
from tfd2l.ops.anchors import multibox_prior
from tfd2l.ops.box_offsets import apply_offsets
from tfd2l.ops.multibox_targets import multibox_targets
from tfd2l.ops.nms import per_class_nms

Array = np.ndarray
IMAGES, OBJECTS, CLASSES, SIDES = 32, 8, 2, (32, 16, 8, 4, 1)
IOU, SCORE, DETECTIONS = 0.5, 0.1, 100
ROUNDS = 15
SLOW_ROUNDS = 5
TIES = 20  # of 174,208 anchors


def main() -> None:
    """Print medians and ratios with their spread."""
    rng = np.random.default_rng(0)
    anchors = np.concatenate([multibox_prior(n, n, s, RATIOS) for n, s in zip(SIDES, SIZES, strict=True)])
    objects = scenes(rng)
    every = tf.tile(tf.constant(anchors)[tf.newaxis], [IMAGES, 1, 1])
    compiled = tf.function(multibox_targets, jit_compile=True)
    given = tf.constant(objects)

    ours = compiled(every, given)
    for name, way in (("the book's", looped_targets), ("NumPy", batched_targets)):
        classes, offsets = way(anchors, objects)
        other = (ours.classes != classes) | (np.abs(ours.offsets - offsets) > 1e-3).any(axis=-1)
        assert np.sum(other) <= TIES, name
    print(f"targets of {IMAGES} images, {len(anchors)} anchors, up to {OBJECTS} objects")
    compare(
        lambda: [part.numpy() for part in compiled(every, given)],
        {"the book's": lambda: looped_targets(anchors, objects), "NumPy": lambda: batched_targets(anchors, objects)},
    )

    scores, offsets = detector(rng, ours)

    @tf.function(jit_compile=True)
    def detect(scores: tf.Tensor, offsets: tf.Tensor) -> tuple[tf.Tensor, ...]:
        boxes = apply_offsets(every, offsets)
        return tuple(per_class_nms(boxes, scores, IOU, SCORE, DETECTIONS))

    tensors = tf.constant(scores), tf.constant(offsets)
    boxes, classes, found = (part.numpy() for part in detect(*tensors))
    expected = looped_nms(anchors, scores, offsets)
    assert expected == looped_nms(anchors, scores, offsets, likely_alone=True)
    for image in range(IMAGES):
        real = classes[image] >= 0
        rows = sorted(zip(-found[image][real], classes[image][real], boxes[image][real].tolist(), strict=True))
        assert len(rows) == len(expected[image])
        for (score, label, box), (other, label2, box2) in zip(rows, sorted(expected[image]), strict=True):
            assert label == label2
            assert np.allclose([score, *box], [other, *box2], atol=1e-4)
    print(f"suppression, {sum(map(len, expected))} boxes stay")
    compare(
        lambda: [part.numpy() for part in detect(*tensors)],
        {
            "the book's": lambda: looped_nms(anchors, scores, offsets),
            "the book's, likely boxes alone": lambda: looped_nms(anchors, scores, offsets, likely_alone=True),
        },
        SLOW_ROUNDS,
    )


def compare(graph: Callable[[], object], others: dict[str, Callable[[], object]], rounds: int = ROUNDS) -> None:
    """A is the graph, B each of the others."""
    for name, other in others.items():
        result = paired(graph, other, rounds, warmup=1)
        ratios = sorted(1 / ratio for ratio in result.ratios)
        print(
            f"  A in the graph, B {name}: {result}\n"
            f"    B/A at the median: {np.median(ratios):.1f} [{ratios[0]:.1f}, {ratios[-1]:.1f}]"
        )


def scenes(rng: np.random.Generator) -> Array:
    """(images, objects, 5): from one object to all."""
    low = rng.uniform(0, 0.7, (IMAGES, OBJECTS, 2))
    boxes = np.concatenate([low, low + rng.uniform(0.1, 0.3, low.shape)], axis=-1)
    objects = np.concatenate([rng.integers(0, CLASSES, (IMAGES, OBJECTS, 1)), boxes], axis=-1).astype(np.float32)
    objects[np.arange(OBJECTS) >= rng.integers(1, OBJECTS + 1, IMAGES)[:, None]] = [-1, 0, 0, 0, 0]
    return objects


def detector(rng: np.random.Generator, targets: tuple[tf.Tensor, ...]) -> tuple[Array, Array]:
    """Scores (images, anchors, classes) and offsets of a detector that is nearly right."""
    classes, offsets, mask, _ = (np.asarray(part) for part in targets)
    logits = rng.normal(0, 1, (*classes.shape, CLASSES + 1)) + np.eye(1, CLASSES + 1) * 7  # background
    # It knows most of the anchors that have an object.
    sure = (mask > 0) & (rng.random(mask.shape) < 0.9)
    np.put_along_axis(logits, classes[..., None], np.where(sure, 10, logits.max(axis=-1))[..., None], axis=-1)
    share = np.exp(logits - logits.max(axis=-1, keepdims=True))
    scores = (share / share.sum(axis=-1, keepdims=True))[..., 1:]
    return scores.astype(np.float32), (offsets + rng.normal(0, 0.3, offsets.shape)).astype(np.float32)


def looped_targets(anchors: Array, objects: Array) -> tuple[Array, Array]:
    """An image after the other, in it an object after the other: `assign_anchor_to_bbox` of 13.4."""
    classes, offsets = [], []
    for image in objects:
        real = image[image[:, 0] >= 0]
        overlap = overlaps(anchors, real[:, 1:])  # (anchors, objects)
        assigned = np.where(overlap.max(axis=1) >= IOU, overlap.argmax(axis=1), -1)
        for _ in range(len(real)):
            anchor, label = divmod(int(overlap.argmax()), len(real))
            assigned[anchor] = label
            overlap[:, label] = -1
            overlap[anchor, :] = -1
        found = assigned >= 0
        classes.append(np.where(found, real[assigned, 0] + 1, 0).astype(int))
        offsets.append(to_offsets(anchors, real[assigned, 1:]) * found[:, None])
    return np.stack(classes), np.stack(offsets)


def batched_targets(anchors: Array, objects: Array) -> tuple[Array, Array]:
    """All images at once: a round for each object that an image may have."""
    overlap = overlaps(objects[..., 1:].reshape(-1, 4), anchors).reshape(IMAGES, OBJECTS, -1)
    overlap = np.where(objects[..., :1] >= 0, overlap, -1)
    assigned = np.where(overlap.max(axis=1) >= IOU, overlap.argmax(axis=1), -1)
    images = np.arange(IMAGES)
    for _ in range(OBJECTS):
        flat = overlap.transpose(0, 2, 1).reshape(IMAGES, -1)
        place = flat.argmax(axis=1)
        anchor, label = np.divmod(place, OBJECTS)
        real = flat[images, place] > 0
        assigned[images[real], anchor[real]] = label[real]
        overlap[images[real], label[real]] = -1
        overlap[images[real], :, anchor[real]] = -1
    found = assigned >= 0
    own = np.take_along_axis(objects, np.maximum(assigned, 0)[..., None], axis=1)
    offsets = to_offsets(anchors, np.where(found[..., None], own[..., 1:], anchors)) * found[..., None]
    return np.where(found, own[..., 0] + 1, 0).astype(int), offsets


def looped_nms(
    anchors: Array, scores: Array, offsets: Array, likely_alone: bool = False
) -> list[list[tuple[float, int, list[float]]]]:
    """An image after the other, in it a class after the other, in it a box after the other: `nms` of 13.4.

    Arguments:
        likely_alone: leave out unlikely boxes before, which the book does after.
    """
    every = []
    for score, offset in zip(scores, offsets, strict=True):
        boxes, kept = from_offsets(anchors, offset), []
        for label in range(CLASSES):
            order = np.argsort(-score[:, label], kind="stable")
            if likely_alone:
                order = order[score[order, label] >= SCORE]
            while order.size:
                best, order = order[0], order[1:]
                if score[best, label] >= SCORE:
                    kept.append((-float(score[best, label]), label, boxes[best].tolist()))
                order = order[overlaps(boxes[best][None], boxes[order])[0] <= IOU]
        every.append(kept)
    return every


def overlaps(a: Array, b: Array) -> Array:
    """(n, m) IoU."""
    low, high = np.maximum(a[:, None, :2], b[:, :2]), np.minimum(a[:, None, 2:], b[:, 2:])
    shared = np.prod(np.maximum(high - low, 0), axis=2)
    area = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (a, b)]
    return shared / np.maximum(area[0][:, None] + area[1] - shared, 1e-12)


def to_offsets(anchors: Array, boxes: Array) -> Array:
    """(..., 4)."""
    size, other = anchors[..., 2:] - anchors[..., :2], boxes[..., 2:] - boxes[..., :2]
    centers = (boxes[..., 2:] + boxes[..., :2] - anchors[..., 2:] - anchors[..., :2]) / 2
    return np.concatenate([10 * centers / size, 5 * np.log(1e-6 + other / size)], axis=-1)


def from_offsets(anchors: Array, offsets: Array) -> Array:
    """(..., 4) corner boxes."""
    size = anchors[:, 2:] - anchors[:, :2]
    center = offsets[:, :2] * size / 10 + (anchors[:, 2:] + anchors[:, :2]) / 2
    half = np.exp(offsets[:, 2:] / 5) * size / 2
    return np.concatenate([center - half, center + half], axis=1)


if __name__ == "__main__":
    main()
