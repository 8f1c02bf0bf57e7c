"""Multi-head attention."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.dot_product_attention import DotProductAttention
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiHeadAttention(DotProductAttention):
    """Multi-head attention: scaled dot-product attention in several learned projections at once.

    With h heads, each of width num_hiddens / h:

        head_i = attention(W_q^i q, W_k^i k, W_v^i v),    output = W_o [head_1; ...; head_h]

    `keras.layers.MultiHeadAttention` computes the same, with biases and weights of other names; this layer takes the
    lengths of the book, and queries, keys and values of different widths.

    Args:
        num_hiddens: Width of all heads together, and of the output.
        num_heads: Number of heads, a divisor of `num_hiddens`.
        dropout: Rate of the dropout that is applied to the attention weights, in [0, 1). Defaults to 0.
        use_bias: Whether the four projections have biases. Defaults to `False`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments and result: see `tfd2l.layers.attention.Attention`. The output is `num_hiddens` wide.

    Raises:
        ValueError: `num_heads` does not divide `num_hiddens`, or an input does not fit the others.

    Example:
        >>> from tfd2l.layers.multi_head_attention import MultiHeadAttention
        >>> attention = MultiHeadAttention(num_hiddens=100, num_heads=5)
        >>> queries, keys = tf.ones([2, 4, 100]), tf.ones([2, 6, 100])
        >>> output, weights = attention(queries, keys, keys, tf.constant([3, 2]), return_attention_scores=True)
        >>> output.shape, weights.shape
        (TensorShape([2, 4, 100]), TensorShape([2, 5, 4, 6]))

    References:
        - Vaswani et al., 2017, *Attention Is All You Need*.
        - *Dive into Deep Learning*, section 10.5.
    """

    def __init__(
        self,
        num_hiddens: int,
        num_heads: int,
        dropout: float = 0.0,
        use_bias: bool = False,
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(dropout, **kwargs)
        if min(num_hiddens, num_heads) < 1 or num_hiddens % num_heads:
            raise ValueError(
                "The heads divide the width evenly: num_hiddens must be a multiple of num_heads. "
                f"Received: num_hiddens={num_hiddens}, num_heads={num_heads}"
            )
        self.num_hiddens = num_hiddens
        self.num_heads = num_heads
        self.use_bias = use_bias
        self.query_projection, self.key_projection, self.value_projection, self.output_projection = (
            keras.layers.Dense(num_hiddens, use_bias=use_bias, dtype=self.dtype_policy, name=f"{name}_projection")
            for name in ("query", "key", "value", "output")
        )

    def build(self, queries_shape: Shape, keys_shape: Shape, values_shape: Shape, *others: Shape) -> None:
        self.query_projection.build(queries_shape)
        self.key_projection.build(keys_shape)
        self.value_projection.build(values_shape)
        self.output_projection.build((None, None, self.num_hiddens))

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns projected queries, keys and values, each `(batch, heads, steps, head_width)`."""
        q, k, v = self.query_projection(queries), self.key_projection(keys), self.value_projection(values)
        return self._heads(q), self._heads(k), self._heads(v)

    def join(self, averages: tf.Tensor) -> tf.Tensor:
        """Projects the heads' averages, `(batch, heads, queries, head_width)`, to `(batch, queries, num_hiddens)`."""
        by_query = tf.transpose(averages, [0, 2, 1, 3])  # (batch, queries, heads, head_width)
        shape = tf.shape(by_query)
        # (batch, queries, num_hiddens)
        return self.output_projection(tf.reshape(by_query, [shape[0], shape[1], self.num_hiddens]))

    def _heads(self, projected: tf.Tensor) -> tf.Tensor:
        """Splits `(batch, steps, num_hiddens)` into `(batch, heads, steps, head_width)`."""
        shape = tf.shape(projected)
        width = self.num_hiddens // self.num_heads
        return tf.transpose(tf.reshape(projected, [shape[0], shape[1], self.num_heads, width]), [0, 2, 1, 3])

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "num_hiddens": self.num_hiddens,
            "num_heads": self.num_heads,
            "use_bias": self.use_bias,
        }
