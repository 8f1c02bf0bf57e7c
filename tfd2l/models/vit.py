"""Vision Transformer."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.patch_embedding import PatchEmbedding
from tfd2l.layers.shapes import Shape
from tfd2l.layers.vit_block import EPSILON, ViTBlock
from tfd2l.models.base.heads import check_heads
from tfd2l.models.base.images import get_image_shape

DEVIATION = 0.02  # of the positions' normal start
CLASS_TOKEN = "<cls>"


@keras.saving.register_keras_serializable(package="tfd2l")
class VisionTransformer(keras.Model):
    """Vision Transformer: a Transformer encoder on the patches of an image.

        x = dropout([<cls>; E p_1; ...; E p_n] + P), through the blocks;    logits = W norm(x_<cls>) + b

    Args:
        image_shape: Shape of the images, (height, width, channels).
        num_classes: Number of classes.
        patch_size: Side of a patch in pixels.
        num_hiddens: Width of the embeddings and blocks.
        mlp_hiddens: Width of the hidden layer of the blocks' networks.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`.
        num_blocks: Number of blocks.
        embedding_dropout: Rate of the dropout of the embeddings with positions.
        dropout: Rate of the dropout inside the blocks.
        use_bias: Whether the projections of the attention have biases.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        images: Tensor of shape `(batch, height, width, channels)`.
        training: Whether dropout is applied.

    Returns:
        Logits of shape `(batch, num_classes)`.
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
        **kwargs: Unpack[LayerOptions],
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

    def build(self, input_shape: Shape | None = None) -> None:
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
        """Returns the weights of every block, between <cls> and the patches, labelled row,column."""
        _, weights = self._encode(images, training=False)
        rows, columns = self.grid
        steps = [CLASS_TOKEN, *(f"{row},{column}" for row in range(rows) for column in range(columns))]
        labels = [steps] * images.shape[0]
        layers = {block.name: w for block, w in zip(self.blocks, weights, strict=True)}
        return AttentionWeights(layers, labels, labels, "attending patch (row,column)", "attended patch (row,column)")

    def _encode(self, images: tf.Tensor, training: bool | None) -> tuple[tf.Tensor, list[tf.Tensor]]:
        """Returns the last block's output, (batch, 1 + patches, num_hiddens), and each block's attention weights."""
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


@check_bounds
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
    """Vision Transformer (ViT) image classifier.

    The image is split into patches, each a token; a token <cls> before them gathers what the class is predicted from,
    and learned positions are added. The blocks normalize first and have GELU between both layers of their network. The
    defaults are the book's, which has images of 96 x 96. Positions are initialized with a standard deviation of 0.02,
    as in the paper; the book's 1 dominates the patches.

    Args:
        data: Description of the data: the shape of the images, and the class names.
        patch_size: Side of a patch in pixels, a divisor of height and width. Defaults to 16.
        num_hiddens: Width of the embeddings and blocks. Defaults to 512.
        mlp_hiddens: Width of the hidden layer of the blocks' networks. Defaults to 2048.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`. Defaults to 8.
        num_blocks: Number of blocks. Defaults to 2.
        embedding_dropout: Rate of the dropout of the embeddings with positions. Defaults to 0.1.
        dropout: Rate of the dropout inside the blocks. Defaults to 0.1.
        use_bias: Whether the projections of the attention have biases, as in the paper, but not in the book. Defaults
            to `False`.

    Returns:
        A `VisionTransformer`.

    Raises:
        ConfigError: An argument is outside its range, the heads do not divide the width, or the patches not the images.

    References:
        - Dosovitskiy et al., 2021, *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*.
        - *Dive into Deep Learning*, second edition, section 11.8.
    """
    check_heads(num_hiddens, num_heads)
    shape = get_image_shape(data, "vit")
    if shape[0] % patch_size or shape[1] % patch_size:
        raise ConfigError(
            "model.vit cuts images into whole patches: model.patch_size divides height and width; or put a resize "
            f"before. Received: model.patch_size={patch_size} for images of {shape[0]} x {shape[1]}"
        )
    model = VisionTransformer(
        shape,
        len(data.class_names),
        patch_size,
        num_hiddens,
        mlp_hiddens,
        num_heads,
        num_blocks,
        embedding_dropout,
        dropout,
        use_bias,
        name="vit",
    )
    model.build()
    return model
