"""Targets and suppression of a detector in the book's way, an image and a box after the other, and in NumPy at once.

What `benchmarks.ssd_targets` compares with, in NumPy; `benchmarks.peers.targets_in_torch` is the same in PyTorch.
"""

from __future__ import annotations

import numpy as np

Array = np.ndarray
IOU, SCORE = 0.5, 0.1


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
    overlap = overlaps(objects[..., 1:].reshape(-1, 4), anchors).reshape(*objects.shape[:2], -1)
    overlap = np.where(objects[..., :1] >= 0, overlap, -1)
    assigned = np.where(overlap.max(axis=1) >= IOU, overlap.argmax(axis=1), -1)
    images = np.arange(len(objects))
    for _ in range(objects.shape[1]):
        flat = overlap.transpose(0, 2, 1).reshape(len(objects), -1)
        place = flat.argmax(axis=1)
        anchor, label = np.divmod(place, objects.shape[1])
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
    """Suppresses overlapping boxes image by image, class by class and box by box, as `nms` of section 13.4.

    Args:
        anchors: (anchors, 4).
        scores: (images, anchors, classes).
        offsets: (images, anchors, 4).
        likely_alone: leave out unlikely boxes before, which the book does after.
    """
    every = []
    for score, offset in zip(scores, offsets, strict=True):
        boxes, kept = from_offsets(anchors, offset), []
        for label in range(score.shape[1]):
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
