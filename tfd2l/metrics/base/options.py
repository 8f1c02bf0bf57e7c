"""Types of the keyword arguments that metrics pass on to Keras."""

from __future__ import annotations

from typing import TypedDict

import keras


class MetricOptions(TypedDict, total=False):
    """Keyword arguments of `keras.metrics.Metric` that every metric passes on.

    Example:
        >>> from tfd2l.metrics.base.options import MetricOptions
        >>> from tfd2l.metrics.book_sequence_loss import BookSequenceLoss
        >>> options: MetricOptions = {"dtype": "float32"}
        >>> BookSequenceLoss(**options).dtype
        'float32'
    """

    dtype: str | keras.DTypePolicy
