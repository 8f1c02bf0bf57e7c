"""The two images of neural style transfer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class StyleImages:
    """The two images of neural style transfer.

    Args:
        content: (height, width, 3) uint8, the image that is painted anew.
        style: (height, width, 3) uint8, the image whose style it takes.
    """

    content: np.ndarray
    style: np.ndarray
