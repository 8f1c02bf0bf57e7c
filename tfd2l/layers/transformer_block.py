"""The blocks that a Transformer's encoder and decoder are stacks of (section 10.7)."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.layers.add_norm import AddNorm
from tfd2l.layers.multi_head_attention import MultiHeadAttention
from tfd2l.layers.position_wise_ffn import PositionWiseFFN


class _Block(keras.layers.Layer):
    """Sizes, and the sublayers that both kinds of block have.

    Args:
        num_hiddens: width of what goes in and out.
        num_heads: of each attention.
        ffn_hiddens: width inside the position-wise network.
        dropout: rate on attention weights, and on what a sublayer gives.
    """

    def __init__(self, num_hiddens: int, num_heads: int, ffn_hiddens: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.sizes = {
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

    def build(self, *shapes: Any) -> None:
        sequence = (None, None, self.sizes["num_hiddens"])
        self.self_attention.build(sequence, sequence, sequence)
        self.ffn.build(sequence)
        for norm in (self.self_norm, self.ffn_norm):
            norm.build(sequence, sequence)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.sizes}


@keras.saving.register_keras_serializable(package="tfd2l")
class TransformerEncoderBlock(_Block):
    """Self-attention and a position-wise network, each with residual and normalization.

    y = AddNorm(x, attention(x, x, x)), z = AddNorm(y, FFN(y)).

    Input: x (batch, steps, num_hiddens); valid_lens (batch,).
    Output: (batch, steps, num_hiddens); with `return_attention_scores`, the weights (batch, heads, steps, steps) too.

    Source: Vaswani et al. 2017, *Attention Is All You Need*; section 10.7.
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
    """Self-attention to what is written so far, attention to what was read, and a position-wise network.

    Input: x (batch, steps, num_hiddens); so_far (batch, positions, num_hiddens): the block's inputs at every position,
    of which query t may see the first written_lens[t]; read (batch, source steps, num_hiddens), read_lens (batch,).
    In training so_far is x itself and written_lens 1, 2, ..., steps; when writing token by token, x is one position.
    Output: (batch, steps, num_hiddens), and the weights on what was read, (batch, heads, steps, source steps).

    Source: Vaswani et al. 2017, *Attention Is All You Need*; section 10.7.
    """

    def __init__(self, num_hiddens: int, num_heads: int, ffn_hiddens: int, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(num_hiddens, num_heads, ffn_hiddens, dropout, **kwargs)
        self.cross_attention = MultiHeadAttention(
            num_hiddens, num_heads, dropout, dtype=self.dtype_policy, name="cross_attention"
        )
        self.cross_norm = AddNorm(dropout, dtype=self.dtype_policy, name="cross_norm")

    def build(self, *shapes: Any) -> None:
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
        looked, weights = self.cross_attention(
            y, read, read, read_lens, training=training, return_attention_scores=True
        )
        z = self.cross_norm(y, looked, training=training)
        return self.ffn_norm(z, self.ffn(z), training=training), weights
