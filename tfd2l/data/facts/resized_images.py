"""The size that a dataset itself has brought its images to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ResizedImages:
    """The size that a dataset itself has brought its images to; what is served is resized alike, before any stage.

    Args:
        height: Pixels.
        width: Pixels.
    """

    height: int
    width: int
