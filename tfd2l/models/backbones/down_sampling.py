"""Block of convolutions that halves the size of a feature map."""

from __future__ import annotations

import keras
from keras import layers

from tfd2l.layers.fused_batch_normalization import FusedBatchNormalization
from tfd2l.models.base.normalization import NORMALIZATION


def down_sample(x: keras.KerasTensor, filters: int, name: str) -> keras.KerasTensor:
    """Applies two 3 x 3 convolutions with batch normalization and ReLU, then 2 x 2 max pooling.

    Args:
        x: Feature map of shape `(batch, height, width, channels)`.
        filters: Channels of the output.
        name: Prefix of the layers' names.

    Returns:
        A feature map of shape `(batch, height // 2, width // 2, filters)`.

    References:
        - *Dive into Deep Learning*, section 13.7.1.
    """
    for number in (1, 2):
        x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_conv{number}")(x)
        x = FusedBatchNormalization(**NORMALIZATION, name=f"{name}_norm{number}")(x)
        x = layers.ReLU(name=f"{name}_relu{number}")(x)  # (batch, height, width, filters)
    return layers.MaxPooling2D(2, name=f"{name}_pool")(x)
