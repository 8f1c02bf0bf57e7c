"""Several attentions side by side."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.layers.dot_product_attention import DotProductAttention


@keras.saving.register_keras_serializable(package="tfd2l")
class MultiHeadAttention(DotProductAttention):
    """Scaled dot-product attention in several projections of queries, keys and values at once.

    head_i = attention(W_q^i q, W_k^i k, W_v^i v), output = W_o [head_1; ...; head_h]; a head is num_hiddens/num_heads
    wide.

    `keras.layers.MultiHeadAttention` is the same function with biases and other names; this one takes the book's
    lengths, and queries, keys and values of different widths.

    Args:
        num_hiddens: width of all heads together, and of the output.
        num_heads: how many; they divide num_hiddens.
        dropout: rate on the weights.
        use_bias: add a bias to each of the four projections.

    Output: (batch, queries, num_hiddens).

    Source: Vaswani et al. 2017, *Attention Is All You Need*; section 10.5.
    """

    def __init__(
        self, num_hiddens: int, num_heads: int, dropout: float = 0.0, use_bias: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(dropout, **kwargs)
        if min(num_hiddens, num_heads) < 1 or num_hiddens % num_heads:
            raise ValueError(
                "every head takes an equal part of the width: num_hiddens is a multiple of num_heads. "
                f"Received: num_hiddens={num_hiddens}, num_heads={num_heads}"
            )
        self.num_hiddens = num_hiddens
        self.num_heads = num_heads
        self.use_bias = use_bias
        self.query_projection, self.key_projection, self.value_projection, self.output_projection = (
            keras.layers.Dense(num_hiddens, use_bias=use_bias, dtype=self.dtype_policy, name=f"{name}_projection")
            for name in ("query", "key", "value", "output")
        )

    def build(self, queries_shape: Any, keys_shape: Any, values_shape: Any, *others: Any) -> None:
        self.query_projection.build(queries_shape)
        self.key_projection.build(keys_shape)
        self.value_projection.build(values_shape)
        self.output_projection.build((None, None, self.num_hiddens))

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Each (batch, heads, steps, head)."""
        q, k, v = self.query_projection(queries), self.key_projection(keys), self.value_projection(values)
        return self._heads(q), self._heads(k), self._heads(v)

    def join(self, averages: tf.Tensor) -> tf.Tensor:
        """(batch, heads, queries, head) -> (batch, queries, hiddens)."""
        together = tf.transpose(averages, [0, 2, 1, 3])  # (batch, queries, heads, head)
        shape = tf.shape(together)
        return self.output_projection(tf.reshape(together, [shape[0], shape[1], self.num_hiddens]))

    def _heads(self, projected: tf.Tensor) -> tf.Tensor:
        """(batch, steps, hiddens) -> (batch, heads, steps, head)."""
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
