"""What every attention layer has in common: masks, dropout of weights, and what it gives."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from tfd2l.ops.masked_softmax import masked_softmax


class Attention(keras.layers.Layer):
    """Averages values, weighted by how well their keys answer the queries.

    output_q = sum_k w_qk v_k, w = masked softmax over the keys of score(q, k).

    A subclass says how to score. Called as `layer(queries, keys, values, valid_lens)`; Keras' own masks, as
    `Embedding(mask_zero=True)` makes them, are honoured too: keys or values that are masked are not seen.

    Args:
        dropout: rate on the weights.

    Shapes: queries (batch, queries, q), keys (batch, keys, k), values (batch, keys, v), valid_lens (batch,) or
    (batch, queries): how many of the first keys are seen; None sees all.
    Output: (batch, queries, v); with `return_attention_scores`, the weights (batch, heads, queries, keys) too, before
    dropout, heads 1 unless the layer has more.

    Raises:
        ValueError: shapes that do not fit each other, or lengths beyond the keys.
    """

    def __init__(self, dropout: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not 0 <= dropout < 1:
            raise ValueError(f"a dropout rate is from 0 up to, not including, 1. Received: dropout={dropout}")
        self.dropout = dropout
        self.weight_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.supports_masking = True

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """What is scored and averaged instead of queries, keys and values: as they are, unless a subclass projects."""
        return queries, keys, values

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """Scores (..., queries, keys) of what `project` gives, (..., queries, q) and (..., keys, k)."""
        raise NotImplementedError(f"{type(self).__name__} does not say how it scores")

    def attend(
        self,
        queries: tf.Tensor,
        keys: tf.Tensor,
        values: tf.Tensor,
        valid_lens: tf.Tensor | None = None,
        mask: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Averages (..., queries, v) of what `project` gives, and the weights (batch, heads, queries, keys).

        To be called by itself where keys stay the same over many calls, so that they are projected once.

        Args:
            mask: (batch, keys), true where a key may be seen.
        """
        scores = self.score(queries, keys)  # (batch, queries, keys), or with heads after the batch
        heads = [tf.newaxis] * (scores.shape.rank - 2)
        seen = None if mask is None else mask[:, *heads]  # (batch, 1..., keys)
        weights = masked_softmax(scores, valid_lens, seen)
        averages = tf.matmul(self.weight_dropout(weights, training=training), tf.cast(values, weights.dtype))
        return averages, weights if weights.shape.rank == 4 else weights[:, tf.newaxis]

    def join(self, averages: tf.Tensor) -> tf.Tensor:
        """The output (batch, queries, v) from the averages: as they are, unless a subclass has several heads."""
        return averages

    def call(
        self,
        queries: tf.Tensor,
        keys: tf.Tensor,
        values: tf.Tensor,
        valid_lens: tf.Tensor | None = None,
        queries_mask: tf.Tensor | None = None,
        keys_mask: tf.Tensor | None = None,
        values_mask: tf.Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> Any:
        require_fit(queries, keys, values)
        mask = both(keys_mask, values_mask)  # (batch, keys)
        averages, weights = self.attend(*self.project(queries, keys, values), valid_lens, mask, training)
        output = self.join(averages)
        return (output, weights) if return_attention_scores else output

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The output is masked where the queries are."""
        return previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout}


def both(one: tf.Tensor | None, other: tf.Tensor | None) -> tf.Tensor | None:
    """What both masks let through; None lets all."""
    given = [tf.cast(mask, tf.bool) for mask in (one, other) if mask is not None]
    return tf.reduce_all(tf.stack(given), axis=0) if given else None


def require_fit(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> None:
    """Refuse queries, keys and values that do not belong together.

    Raises:
        ValueError: not three-dimensional, of several batches, or not a value for each key.
    """
    shapes = [value.shape for value in (queries, keys, values)]
    told = f"Received: queries {tuple(shapes[0])}, keys {tuple(shapes[1])}, values {tuple(shapes[2])}"
    if any(shape.rank != 3 for shape in map(tf.TensorShape, shapes)):
        raise ValueError(f"queries, keys and values are (batch, steps, width) each. {told}")
    first, *rest = (tf.TensorShape(shape)[:1] for shape in shapes)
    if not all(first.is_compatible_with(other) for other in rest):
        raise ValueError(f"queries, keys and values are of one batch. {told}")
    if not tf.TensorShape(shapes[1])[1:2].is_compatible_with(tf.TensorShape(shapes[2])[1:2]):
        raise ValueError(f"every key has its value. {told}")
