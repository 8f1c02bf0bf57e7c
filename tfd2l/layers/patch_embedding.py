"""An image as a sequence of vectors."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class PatchEmbedding(keras.layers.Layer):
    """Cut an image into square patches and project each to a vector, row by row from the top left.

    One convolution whose kernel and stride are a patch wide does both. Pixels that no whole patch covers are left out.

    Args:
        num_hiddens: width of a vector.
        patch_size: side of a patch in pixels.

    Input: (batch, height, width, channels). Output: (batch, patches, num_hiddens).

    Source: Dosovitskiy et al. 2021, *An Image is Worth 16x16 Words*; section 11.8 of the book's second edition.
    """

    def __init__(self, num_hiddens: int, patch_size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.num_hiddens = num_hiddens
        self.patch_size = patch_size
        self.projection = keras.layers.Conv2D(
            num_hiddens, patch_size, patch_size, dtype=self.dtype_policy, name="projection"
        )

    def build(self, input_shape: Any) -> None:
        self.projection.build(input_shape)

    def call(self, images: tf.Tensor) -> tf.Tensor:
        grid = self.projection(images)  # (batch, rows, columns, hiddens)
        return tf.reshape(grid, [tf.shape(grid)[0], grid.shape[1] * grid.shape[2], self.num_hiddens])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_hiddens": self.num_hiddens, "patch_size": self.patch_size}
