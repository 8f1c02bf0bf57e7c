"""Boxes of objects in images, as files have them."""

from __future__ import annotations

from collections import Counter

import numpy as np

CUT = "boxes that left the image, cut at its edge"
NO_AREA = "boxes without an area, left out"


def clip_objects(objects: np.ndarray, counts: Counter[str]) -> np.ndarray:
    """Clips boxes to the image and drops those without an area in it: (n, 5) -> (m, 5) float32.

    Args:
        objects: `[class, x_min, y_min, x_max, y_max]`, corners as shares of the image's width and height.
        counts: Gets how many boxes were cut, and how many were left out.
    """
    corners = objects[:, 1:]
    cut = np.clip(corners, 0, 1)
    has_area = (cut[:, 2] > cut[:, 0]) & (cut[:, 3] > cut[:, 1])
    outside = (np.abs(cut - corners) > 1e-6).any(axis=1)
    for reason, number in ((CUT, (outside & has_area).sum()), (NO_AREA, (~has_area).sum())):
        if number:
            counts[reason] += int(number)
    return np.concatenate([objects[:, :1], cut], axis=1)[has_area].astype(np.float32)
