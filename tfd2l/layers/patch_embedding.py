"""Patch embedding of Vision Transformers."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class PatchEmbedding(keras.layers.Layer):
    """Splits an image into square patches and projects each to a vector, row by row from the top left.

    A convolution does both: its kernel and its stride are one patch wide. Pixels at the right and bottom edge that fill
    no whole patch are dropped.

    Args:
        num_hiddens: Width of a vector.
        patch_size: Side of a patch in pixels.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        images: Tensor of shape `(batch, height, width, channels)`.

    Returns:
        A tensor of shape `(batch, patches, num_hiddens)`.

    Example:
        >>> from tfd2l.layers.patch_embedding import PatchEmbedding
        >>> PatchEmbedding(num_hiddens=512, patch_size=16)(tf.zeros([4, 96, 96, 3])).shape
        TensorShape([4, 36, 512])

    References:
        - Dosovitskiy et al., 2021, *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*.
        - *Dive into Deep Learning*, second edition, section 11.8.
    """

    def __init__(self, num_hiddens: int, patch_size: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.num_hiddens = num_hiddens
        self.patch_size = patch_size
        self.projection = keras.layers.Conv2D(
            num_hiddens, patch_size, patch_size, dtype=self.dtype_policy, name="projection"
        )

    def build(self, input_shape: Shape) -> None:
        self.projection.build(input_shape)

    def call(self, images: tf.Tensor) -> tf.Tensor:
        grid = self.projection(images)  # (batch, rows, columns, hiddens)
        # (batch, patches, hiddens)
        return tf.reshape(grid, [tf.shape(grid)[0], grid.shape[1] * grid.shape[2], self.num_hiddens])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens, "patch_size": self.patch_size}
