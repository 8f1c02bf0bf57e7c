"""Boxes by brute force: NumPy and float64, one pair after the other, as far from the code under test as can be."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest


def random_boxes(rng, *shape, degenerate=0.1):
    """Corner boxes in [0, 1], some without an area."""
    corners = rng.random((*shape, 2, 2))
    low, high = corners.min(axis=-2), corners.max(axis=-2)
    flat = rng.random(shape) < degenerate
    high = np.where(flat[..., None], low, high)
    return np.concatenate([low, high], axis=-1).astype(np.float32)


def random_objects(rng, batch, most, classes=3):
    """(batch, most, 5) with from none to all rows filled."""
    objects = np.zeros((batch, most, 5), np.float32)
    objects[..., 0] = -1
    for image in range(batch):
        count = rng.integers(0, most + 1)
        objects[image, :count, 0] = rng.integers(0, classes, count)
        objects[image, :count, 1:] = random_boxes(rng, count)
    return objects


def iou(a, b):
    """Of two boxes."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared / union if union > 0 else 0.0


def giou(a, b):
    """Of two boxes."""
    a, b = np.asarray(a, np.float64), np.asarray(b, np.float64)
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    shared = max(width, 0) * max(height, 0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    around = (max(a[2], b[2]) - min(a[0], b[0])) * (max(a[3], b[3]) - min(a[1], b[1]))
    return (shared / union if union > 0 else 0.0) - ((around - union) / around if around > 0 else 0.0)


def assign(overlap, threshold):
    """Anchors' objects from their IoU (anchors, objects): the greatest pair, its row and column struck out, and so on.

    The IoU come from outside, so that pairs that are equal in one precision are equal here too.
    """
    left = np.array(overlap, np.float64)
    anchors, objects = left.shape
    assigned = np.full(anchors, -1)
    for anchor in range(anchors):
        best = max(range(objects), key=lambda j: overlap[anchor, j], default=-1)
        if best >= 0 and overlap[anchor, best] >= threshold:
            assigned[anchor] = best
    for _ in range(objects):
        place = int(np.argmax(left))
        if left.flat[place] <= 0:
            break
        anchor, best = divmod(place, objects)
        assigned[anchor] = best
        left[anchor, :] = -1
        left[:, best] = -1
    return assigned


def nms(overlap, scores, threshold):
    """Indices that stay, the likeliest first, from IoU (n, n)."""
    order = list(np.argsort(-np.asarray(scores), kind="stable"))
    kept = []
    while order:
        best = order.pop(0)
        kept.append(best)
        order = [other for other in order if not overlap[best, other] > threshold]
    return kept


def pairwise_iou(a, b):
    """(n, m)."""
    return np.array([[iou(one, other) for other in b] for one in a]).reshape(len(a), len(b))


@pytest.fixture(scope="session")
def brute_force():
    """The functions above."""
    return SimpleNamespace(
        random_boxes=random_boxes,
        random_objects=random_objects,
        iou=iou,
        giou=giou,
        pairwise_iou=pairwise_iou,
        assign=assign,
        nms=nms,
    )
