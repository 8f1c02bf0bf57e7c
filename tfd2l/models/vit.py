"""A Vision Transformer: an image as a sequence of patches."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.patch_embedding import PatchEmbedding
from tfd2l.layers.vit_block import EPSILON, ViTBlock
from tfd2l.models.base.images import image_shape

DEVIATION = 0.02  # of the positions' normal start
CLASS_TOKEN = "<cls>"


@keras.saving.register_keras_serializable(package="tfd2l")
class VisionTransformer(keras.Model):
    """A Transformer encoder on the patches of an image.

    x = dropout([<cls>; E p_1; ...; E p_n] + P), through the blocks; logits = W norm(x_<cls>) + b.

    Args:
        image_shape: (height, width, channels).
        num_classes: width of the logits.
        patch_size, num_hiddens, mlp_hiddens, num_heads, num_blocks, embedding_dropout, dropout, use_bias: as `vit` has
            them.

    Input: (batch, height, width, channels). Output: logits, (batch, num_classes).
    """

    def __init__(
        self,
        image_shape: tuple[int, int, int],
        num_classes: int,
        patch_size: int,
        num_hiddens: int,
        mlp_hiddens: int,
        num_heads: int,
        num_blocks: int,
        embedding_dropout: float,
        dropout: float,
        use_bias: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.config: dict[str, Any] = {
            "image_shape": tuple(image_shape),
            "num_classes": num_classes,
            "patch_size": patch_size,
            "num_hiddens": num_hiddens,
            "mlp_hiddens": mlp_hiddens,
            "num_heads": num_heads,
            "num_blocks": num_blocks,
            "embedding_dropout": embedding_dropout,
            "dropout": dropout,
            "use_bias": use_bias,
        }
        self.grid = (image_shape[0] // patch_size, image_shape[1] // patch_size)  # rows and columns of patches
        self.embedding = PatchEmbedding(num_hiddens, patch_size, name="patches")
        self.embedding_dropout = keras.layers.Dropout(embedding_dropout)
        self.blocks = [
            ViTBlock(num_hiddens, num_heads, mlp_hiddens, dropout, use_bias, name=f"block{number}")
            for number in range(1, num_blocks + 1)
        ]
        self.norm = keras.layers.LayerNormalization(epsilon=EPSILON, name="norm")
        self.classifier = keras.layers.Dense(num_classes, name="classifier")

    def build(self, input_shape: Any = None) -> None:
        width, steps = self.config["num_hiddens"], 1 + self.grid[0] * self.grid[1]
        self.embedding.build((None, *self.config["image_shape"]))
        self.class_token = self.add_weight(shape=(1, 1, width), initializer="zeros", name="class_token")
        self.positions = self.add_weight(
            shape=(1, steps, width), initializer=keras.initializers.RandomNormal(stddev=DEVIATION), name="positions"
        )
        for block in self.blocks:
            block.build((None, steps, width))
        self.norm.build((None, width))
        self.classifier.build((None, width))
        self.built = True

    def call(self, images: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        x, _ = self._encode(images, training)
        return self.classifier(self.norm(x[:, 0]))  # (batch, num_classes)

    def attention_weights(self, images: tf.Tensor, data: DataInfo) -> AttentionWeights:
        """Of every block; along the axes <cls>, then the patches as row,column."""
        _, weights = self._encode(images, training=False)
        rows, columns = self.grid
        steps = [CLASS_TOKEN, *(f"{row},{column}" for row in range(rows) for column in range(columns))]
        labels = [steps] * images.shape[0]
        layers = {block.name: w for block, w in zip(self.blocks, weights, strict=True)}
        return AttentionWeights(layers, labels, labels, "attending patch (row,column)", "attended patch (row,column)")

    def _encode(self, images: tf.Tensor, training: bool | None) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """(batch, 1 + patches, num_hiddens), and each block's attention weights."""
        patches = self.embedding(images)  # (batch, patches, hiddens)
        token = tf.cast(self.class_token, patches.dtype)
        token = tf.tile(token, [tf.shape(patches)[0], 1, 1])  # (batch, 1, hiddens)
        x = tf.concat([token, patches], axis=1) + tf.cast(self.positions, patches.dtype)
        x = self.embedding_dropout(x, training=training)
        scores = []
        for block in self.blocks:
            x, weights = block(x, training=training, return_attention_scores=True)
            scores.append(weights)
        return x, scores

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.config}


def vit(
    data: DataInfo,
    patch_size: PositiveInt = 16,
    num_hiddens: PositiveInt = 512,
    mlp_hiddens: PositiveInt = 2048,
    num_heads: PositiveInt = 8,
    num_blocks: PositiveInt = 2,
    embedding_dropout: ProperFraction = 0.1,
    dropout: ProperFraction = 0.1,
    use_bias: bool = False,
) -> VisionTransformer:
    """A Vision Transformer with a class for each of `data.class_names`: images -> logits.

    The image is cut into patches, each a token; a token <cls> before them gathers what the class is told from, and
    learned positions say where each was. The blocks normalize first and have GELU between the two layers of their
    network. The defaults are the book's, which takes images of 96 x 96.

    Args:
        data: the images' shape, and the classes.
        patch_size: side of a patch in pixels; it divides height and width.
        num_hiddens: width of every token.
        mlp_hiddens: width inside the blocks' networks.
        num_heads: of each attention; they divide num_hiddens.
        num_blocks: how many.
        embedding_dropout: rate on patches and positions together.
        dropout: rate inside the blocks.
        use_bias: give the attention's projections biases (the paper has them, the book has not).

    The positions start at a normal deviation of 0.02, as the paper's do; the book's start at 1, louder than patches.

    Raises:
        ConfigError: a size below 1, or images that the patches do not divide.

    Source: section 11.8 of the book's second edition; Dosovitskiy et al. 2021, *An Image is Worth 16x16 Words*.
    """
    sizes = {
        "patch_size": patch_size,
        "num_hiddens": num_hiddens,
        "mlp_hiddens": mlp_hiddens,
        "num_heads": num_heads,
        "num_blocks": num_blocks,
    }
    for name, size in sizes.items():
        if size < 1:
            raise ConfigError(f"A size counts from 1 up. Received: model.{name}={size}")
    shape = image_shape(data, "vit")
    if shape[0] % patch_size or shape[1] % patch_size:
        raise ConfigError(
            "model.vit cuts images into whole patches: model.patch_size divides height and width; or put a resize "
            f"before. Received: model.patch_size={patch_size} for images of {shape[0]} x {shape[1]}"
        )
    model = VisionTransformer(
        shape,
        len(data.class_names),
        embedding_dropout=embedding_dropout,
        dropout=dropout,
        use_bias=use_bias,
        name="vit",
        **sizes,
    )
    model.build()
    return model
