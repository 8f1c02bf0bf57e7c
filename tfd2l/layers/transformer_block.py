"""Encoder and decoder blocks of the Transformer."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.add_norm import AddNorm
from tfd2l.layers.multi_head_attention import MultiHeadAttention
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.position_wise_ffn import PositionWiseFFN
from tfd2l.layers.shapes import Shape


class _Block(keras.layers.Layer):
    """Sublayers that encoder and decoder blocks have in common.

    Args:
        num_hiddens: Width of inputs and outputs.
        num_heads: Number of heads of each attention.
        ffn_hiddens: Width of the hidden layer of the position-wise network.
        dropout: Rate of the dropout of attention weights and of the sublayers' outputs.
        **kwargs: Arguments of `keras.layers.Layer`.
    """

    def __init__(
        self, num_hiddens: int, num_heads: int, ffn_hiddens: int, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(**kwargs)
        self.sizes: dict[str, Any] = {
            "num_hiddens": num_hiddens,
            "num_heads": num_heads,
            "ffn_hiddens": ffn_hiddens,
            "dropout": dropout,
        }
        self.self_attention = MultiHeadAttention(
            num_hiddens, num_heads, dropout, dtype=self.dtype_policy, name="self_attention"
        )
        self.self_norm = AddNorm(dropout, dtype=self.dtype_policy, name="self_norm")
        self.ffn = PositionWiseFFN(ffn_hiddens, num_hiddens, dtype=self.dtype_policy, name="ffn")
        self.ffn_norm = AddNorm(dropout, dtype=self.dtype_policy, name="ffn_norm")

    def build(self, *shapes: Shape) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        self.self_attention.build(sequence, sequence, sequence)
        self.ffn.build(sequence)
        for norm in (self.self_norm, self.ffn_norm):
            norm.build(sequence, sequence)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@keras.saving.register_keras_serializable(package="tfd2l")
class TransformerEncoderBlock(_Block):
    """Block of a Transformer's encoder: self-attention and a position-wise feed-forward network.

    Each sublayer is followed by a residual connection and layer normalization:

        y = AddNorm(x, attention(x, x, x)),    z = AddNorm(y, FFN(y))

    Args:
        num_hiddens: Width of inputs and outputs.
        num_heads: Number of heads of the attention, a divisor of `num_hiddens`.
        ffn_hiddens: Width of the hidden layer of the position-wise network.
        dropout: Rate of the dropout of attention weights and of the sublayers' outputs. Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Tensor of shape `(batch, steps, num_hiddens)`.
        valid_lens: Number of valid steps, integers of shape `(batch,)` or `(batch, steps)`. `None`: all are.
        training: Whether dropout is applied.
        return_attention_scores: Whether to return the attention weights too.

    Returns:
        A tensor of the shape of `x`. With `return_attention_scores`, a pair of it and the attention weights,
        `(batch, num_heads, steps, steps)`.

    Example:
        >>> from tfd2l.layers.transformer_block import TransformerEncoderBlock
        >>> block = TransformerEncoderBlock(num_hiddens=24, num_heads=8, ffn_hiddens=48)
        >>> block(tf.ones([2, 100, 24]), tf.constant([3, 2])).shape
        TensorShape([2, 100, 24])

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.7.4.
    """

    def call(
        self,
        x: tf.Tensor,
        valid_lens: tf.Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> Any:
        attended, weights = self.self_attention(x, x, x, valid_lens, training=training, return_attention_scores=True)
        y = self.self_norm(x, attended, training=training)
        z = self.ffn_norm(y, self.ffn(y), training=training)
        return (z, weights) if return_attention_scores else z


@keras.saving.register_keras_serializable(package="tfd2l")
class TransformerDecoderBlock(_Block):
    """Block of a Transformer's decoder: self-attention, attention to the encoder, and a feed-forward network.

    Each sublayer is followed by a residual connection and layer normalization. In training `so_far` is `x` itself and
    `written_lens` 1, 2, ..., steps, so that no position attends to a later one; when a target is generated token by
    token, `x` is one position and `so_far` the inputs of all positions up to it.

    Args:
        num_hiddens: Width of inputs and outputs.
        num_heads: Number of heads of each attention, a divisor of `num_hiddens`.
        ffn_hiddens: Width of the hidden layer of the position-wise network.
        dropout: Rate of the dropout of attention weights and of the sublayers' outputs. Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        x: Inputs of the block, `(batch, steps, num_hiddens)`.
        so_far: Keys and values of the self-attention, the block's inputs at every position, `(batch, positions,
            num_hiddens)`.
        written_lens: Number of positions that the self-attention may attend to, integers `(batch,)` or `(batch,
            steps)`.
        read: Outputs of the encoder, `(batch, source_steps, num_hiddens)`.
        read_lens: Number of valid steps of the encoder, integers `(batch,)`. `None`: all are.
        training: Whether dropout is applied.

    Returns:
        A pair of a tensor of the shape of `x` and the weights of the attention to the encoder, `(batch, num_heads,
        steps, source_steps)`.

    Example:
        >>> from tfd2l.layers.transformer_block import TransformerDecoderBlock
        >>> block = TransformerDecoderBlock(num_hiddens=24, num_heads=8, ffn_hiddens=48)
        >>> x, encoded = tf.ones([2, 3, 24]), tf.ones([2, 10, 24])
        >>> causal = tf.constant([[1, 2, 3], [1, 2, 3]])  # position t attends to the first t + 1
        >>> output, weights = block(x, x, causal, encoded, tf.constant([10, 4]))
        >>> output.shape, weights.shape
        (TensorShape([2, 3, 24]), TensorShape([2, 8, 3, 10]))

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.7.5.
    """

    def __init__(
        self, num_hiddens: int, num_heads: int, ffn_hiddens: int, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(num_hiddens, num_heads, ffn_hiddens, dropout, **kwargs)
        self.cross_attention = MultiHeadAttention(
            num_hiddens, num_heads, dropout, dtype=self.dtype_policy, name="cross_attention"
        )
        self.cross_norm = AddNorm(dropout, dtype=self.dtype_policy, name="cross_norm")

    def build(self, *shapes: Shape) -> None:
        super().build(*shapes)
        sequence = (None, None, self.sizes["num_hiddens"])
        self.cross_attention.build(sequence, sequence, sequence)
        self.cross_norm.build(sequence, sequence)

    def call(
        self,
        x: tf.Tensor,
        so_far: tf.Tensor,
        written_lens: tf.Tensor,
        read: tf.Tensor,
        read_lens: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        y = self.self_norm(
            x, self.self_attention(x, so_far, so_far, written_lens, training=training), training=training
        )
        context, weights = self.cross_attention(
            y, read, read, read_lens, training=training, return_attention_scores=True
        )
        z = self.cross_norm(y, context, training=training)
        return self.ffn_norm(z, self.ffn(z), training=training), weights
