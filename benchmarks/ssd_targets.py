"""Targets and suppression of a detector beside the book's, an image and a box after the other, and beside NumPy.

    python -m benchmarks.ssd_targets

Targets are those of 32 images of up to 8 objects each over the 5444 anchors of TinySSD at 256 x 256. Suppression is
that of what a trained detector says of such images: high scores near objects, low ones elsewhere.

A is the graph, compiled by XLA. B is the book's formulation (13.4): a loop over images; in it a loop over objects for
the assignment, a loop over boxes for the suppression; in PyTorch (in a process of its own), as the book has it, and in
NumPy, which does less for each small operation. Last comes NumPy over all images at once, in it a round for each
object. All must give the same, but for a few anchors: where an object lies inside of two anchors of one size, their
overlaps differ by rounding alone.
Needs torch (`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from functools import partial

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from benchmarks.detection_by_loops import IOU, SCORE, batched_targets, looped_nms, looped_targets
from benchmarks.paired import paired
from benchmarks.peer import Peer
from tfd2l.models.backbones.ssd_heads import RATIOS, SIZES
from tfd2l.ops.vision.anchors import generate_anchors
from tfd2l.ops.vision.box_offsets import decode_offsets
from tfd2l.ops.vision.multibox_targets import compute_multibox_targets
from tfd2l.ops.vision.nms import apply_per_class_nms

Array = np.ndarray
IMAGES, OBJECTS, CLASSES, SIDES = 32, 8, 2, (32, 16, 8, 4, 1)
DETECTIONS = 100
ROUNDS = 15
SLOW_ROUNDS = 5
TIES = 20  # of 174,208 anchors


def main() -> None:
    """Print medians and ratios with their spread."""
    rng = np.random.default_rng(0)
    anchors = np.concatenate([generate_anchors(n, n, s, RATIOS) for n, s in zip(SIDES, SIZES, strict=True)])
    objects = scenes(rng)
    every = tf.tile(tf.constant(anchors)[tf.newaxis], [IMAGES, 1, 1])
    given = tf.constant(objects)

    @tf.function(jit_compile=True)
    def assign(anchors: tf.Tensor, objects: tf.Tensor) -> tuple[tf.Tensor, ...]:
        return compute_multibox_targets(anchors, objects)[:3]  # what the book's returns

    kinds, shifts, mask = (part.numpy() for part in assign(every, given))
    loops = {"the book's in NumPy": looped_targets, "NumPy": batched_targets}
    with Peer("benchmarks.peers.targets_in_torch", anchors=anchors, objects=objects) as peer:
        book = peer.results()
        made = {"the book's": (book["classes"], book["offsets"])}
        made |= {name: way(anchors, objects) for name, way in loops.items()}
        for name, (classes, offsets) in made.items():
            other = (kinds != classes) | (np.abs(shifts - offsets) > 1e-3).any(axis=-1)
            assert np.sum(other) <= TIES, name
        print(f"targets of {IMAGES} images, {len(anchors)} anchors, up to {OBJECTS} objects")
        compare(
            lambda: [part.numpy() for part in assign(every, given)],
            {"the book's": peer, **{name: partial(way, anchors, objects) for name, way in loops.items()}},
        )

    scores, offsets = detector(rng, kinds, shifts, mask)

    @tf.function(jit_compile=True)
    def detect(scores: tf.Tensor, offsets: tf.Tensor) -> tuple[tf.Tensor, ...]:
        boxes = decode_offsets(every, offsets)
        return tuple(apply_per_class_nms(boxes, scores, IOU, SCORE, DETECTIONS))

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
            "the book's in NumPy": lambda: looped_nms(anchors, scores, offsets),
            "the same, likely boxes alone": lambda: looped_nms(anchors, scores, offsets, likely_alone=True),
        },
        SLOW_ROUNDS,
    )


def compare(
    graph: Callable[[], object], others: Mapping[str, Callable[[], object] | Peer], rounds: int = ROUNDS
) -> None:
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


def detector(rng: np.random.Generator, classes: Array, offsets: Array, mask: Array) -> tuple[Array, Array]:
    """Scores (images, anchors, classes) and offsets of a detector that is nearly right."""
    logits = rng.normal(0, 1, (*classes.shape, CLASSES + 1)) + np.eye(1, CLASSES + 1) * 7  # background
    # It knows most of the anchors that have an object.
    sure = (mask > 0) & (rng.random(mask.shape) < 0.9)
    np.put_along_axis(logits, classes[..., None], np.where(sure, 10, logits.max(axis=-1))[..., None], axis=-1)
    share = np.exp(logits - logits.max(axis=-1, keepdims=True))
    scores = (share / share.sum(axis=-1, keepdims=True))[..., 1:]
    return scores.astype(np.float32), (offsets + rng.normal(0, 0.3, offsets.shape)).astype(np.float32)


if __name__ == "__main__":
    main()
