"""Share of right answers."""

from __future__ import annotations

import keras


def accuracy() -> keras.metrics.Metric:
    """Share of examples whose largest logit stands at the label: labels (...), logits (..., classes)."""
    return keras.metrics.SparseCategoricalAccuracy(name="accuracy")
