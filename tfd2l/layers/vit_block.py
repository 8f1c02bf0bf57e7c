"""Encoder block of Vision Transformers."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.multi_head_attention import MultiHeadAttention
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape

EPSILON = 1e-5  # added to the variance in the normalizations, as in the book


@keras.saving.register_keras_serializable(package="tfd2l")
class ViTBlock(keras.layers.Layer):
    """Block of a Vision Transformer: self-attention and a two-layer network, normalized before each.

        y = x + attention(norm(x)),    z = y + W_2 gelu(W_1 norm(y) + b_1) + b_2

    With normalization before the sublayers ("pre-norm"), deep stacks train without a warm-up; the block of a
    Transformer's encoder, `TransformerEncoderBlock`, normalizes after each sum.

    Args:
        num_hiddens: Width of inputs and outputs.
        num_heads: Number of heads of the attention, a divisor of `num_hiddens`.
        mlp_hiddens: Width of the hidden layer of the network.
        dropout: Rate of the dropout of attention weights and after each layer of the network. Defaults to 0.
        use_bias: Whether the projections of the attention have biases. Defaults to `False`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Tensor of shape `(batch, steps, num_hiddens)`.
        training: Whether dropout is applied.
        return_attention_scores: Whether to return the attention weights too.

    Returns:
        A tensor of the shape of `x`. With `return_attention_scores`, a pair of it and the attention weights,
        `(batch, num_heads, steps, steps)`.

    Example:
        >>> from tfd2l.layers.vit_block import ViTBlock
        >>> ViTBlock(num_hiddens=24, num_heads=8, mlp_hiddens=48)(tf.ones([2, 100, 24])).shape
        TensorShape([2, 100, 24])

    References:
        - Dosovitskiy et al., 2021, *An Image is Worth 16x16 Words: Transformers for Image Recognition at Scale*.
        - *Dive into Deep Learning*, second edition, section 11.8.
    """

    def __init__(
        self,
        num_hiddens: int,
        num_heads: int,
        mlp_hiddens: int,
        dropout: float = 0.0,
        use_bias: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "num_hiddens": num_hiddens,
            "num_heads": num_heads,
            "mlp_hiddens": mlp_hiddens,
            "dropout": dropout,
            "use_bias": use_bias,
        }
        policy = self.dtype_policy
        self.attention = MultiHeadAttention(
            num_hiddens, num_heads, dropout, use_bias, dtype=policy, name="self_attention"
        )
        self.attention_norm = keras.layers.LayerNormalization(epsilon=EPSILON, dtype=policy, name="attention_norm")
        self.mlp_norm = keras.layers.LayerNormalization(epsilon=EPSILON, dtype=policy, name="mlp_norm")
        self.mlp_hidden = keras.layers.Dense(mlp_hiddens, activation="gelu", dtype=policy, name="mlp_hidden")
        self.mlp_output = keras.layers.Dense(num_hiddens, dtype=policy, name="mlp_output")
        self.hidden_dropout = keras.layers.Dropout(dropout, dtype=policy)
        self.output_dropout = keras.layers.Dropout(dropout, dtype=policy)

    def build(self, input_shape: Shape) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        self.attention.build(sequence, sequence, sequence)
        self.attention_norm.build(sequence)
        self.mlp_norm.build(sequence)
        self.mlp_hidden.build(sequence)
        self.mlp_output.build((None, None, self.sizes["mlp_hiddens"]))

    def call(self, x: tf.Tensor, training: bool | None = None, return_attention_scores: bool = False) -> Any:
        normed = self.attention_norm(x)
        attended, weights = self.attention(normed, normed, normed, training=training, return_attention_scores=True)
        y = x + attended  # (batch, steps, hiddens)
        hidden = self.hidden_dropout(self.mlp_hidden(self.mlp_norm(y)), training=training)
        z = y + self.output_dropout(self.mlp_output(hidden), training=training)
        return (z, weights) if return_attention_scores else z

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}
