"""Examples whose targets nobody has."""

from __future__ import annotations

from dataclasses import dataclass

import tensorflow as tf


@dataclass(frozen=True, eq=False)
class UnlabelledExamples:
    """Examples whose targets nobody has, such as the test images of a competition.

    Args:
        examples: Dicts of an `id` and the inputs, before any stage.
    """

    examples: tf.data.Dataset
