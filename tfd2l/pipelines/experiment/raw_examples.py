"""Reads the examples of a split as plain Python values."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.pipelines.experiment.serving import plain

CHUNK = 1024  # examples that are read at once


def read_examples(examples: tf.data.Dataset, limit: int | None) -> dict[str, list[Any]]:
    """Returns key -> the values of the examples: text as str, an image as an array.

    Args:
        examples: of a split, before the stages.
        limit: at most so many; None reads all.
    """
    examples = examples.take(-1 if limit is None else limit)
    if any(spec.shape.rank > 1 for spec in examples.element_spec.values()):  # images, which may differ in size
        rows = list(examples.as_numpy_iterator())
        return {key: [plain(row[key][None])[0] for row in rows] for key in examples.element_spec}
    parts = list(examples.batch(CHUNK).as_numpy_iterator())
    return {key: plain(np.concatenate([part[key] for part in parts])) for key in parts[0]}
