"""Keyword arguments that Keras' base classes take."""

from __future__ import annotations

from typing import TypedDict

import keras


class LayerOptions(TypedDict, total=False):
    """Keyword arguments of `keras.layers.Layer` and `keras.Model`.

    Example:
        >>> from tfd2l.layers.add_norm import AddNorm
        >>> from tfd2l.layers.options import LayerOptions
        >>> options: LayerOptions = {"name": "norm", "dtype": "bfloat16"}
        >>> AddNorm(**options).name
        'norm'
    """

    name: str
    dtype: str | keras.DTypePolicy
    trainable: bool
    autocast: bool
    activity_regularizer: keras.regularizers.Regularizer
