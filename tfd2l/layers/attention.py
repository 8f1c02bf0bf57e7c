"""Base class of attention layers: masks, dropout of the weights, and the weighted average."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.ops.masked_softmax import masked_softmax


class Attention(keras.layers.Layer):
    """Base class of attention layers: averages values, weighted by a score of query and key.

    For the query q, with the softmax taken over the valid keys k:

        output_q = sum_k w_qk v_k,    w_q = softmax_k(score(q, k))

    A subclass implements `score`, and `project` and `join` if it has weights of its own. Masks of Keras, such as
    `keras.layers.Embedding(mask_zero=True)` attaches them, are honoured: masked keys and values have weight 0.

    Args:
        dropout: Rate of the dropout that is applied to the attention weights, in [0, 1). Defaults to 0.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        queries: Tensor of shape `(batch, num_queries, query_width)`.
        keys: Tensor of shape `(batch, num_keys, key_width)`.
        values: Tensor of shape `(batch, num_keys, value_width)`.
        valid_lens: Number of valid keys, which are the first ones: integers of shape `(batch,)`, or
            `(batch, num_queries)` for a number for each query. `None`: all keys are valid.
        training: Whether dropout is applied.
        return_attention_scores: Whether to return the attention weights too.

    Returns:
        A tensor of shape `(batch, num_queries, value_width)`. With `return_attention_scores`, a pair of it and the
        attention weights before dropout, of shape `(batch, num_heads, num_queries, num_keys)`; layers without heads
        have `num_heads` 1.

    Raises:
        ValueError: The rate lies outside [0, 1), the inputs' shapes do not fit each other, or a length exceeds the
            number of keys.

    Example:
        An attention that scores by the negative distance of one-dimensional queries and keys:

        >>> from tfd2l.layers.attention import Attention
        >>> class NearestAttention(Attention):
        ...     def score(self, queries, keys):
        ...         return -10 * tf.abs(queries - tf.transpose(keys, [0, 2, 1]))
        >>> keys = values = tf.constant([[[1.0], [2.0], [3.0]]])
        >>> NearestAttention()(tf.constant([[[2.1]]]), keys, values).numpy()
        array([[[2.0003]]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 10.3.
    """

    def __init__(self, dropout: float = 0.0, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        if not 0 <= dropout < 1:
            raise ValueError(f"A dropout rate lies in [0, 1). Received: dropout={dropout}")
        self.dropout = dropout
        self.weight_dropout = keras.layers.Dropout(dropout, dtype=self.dtype_policy)
        self.supports_masking = True

    def project(self, queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns what is scored and averaged in place of queries, keys and values; by default these themselves."""
        return queries, keys, values

    def score(self, queries: tf.Tensor, keys: tf.Tensor) -> tf.Tensor:
        """Returns the scores, `(..., num_queries, num_keys)`.

        Args:
            queries: Projected queries, `(..., num_queries, query_width)`.
            keys: Projected keys, `(..., num_keys, key_width)`.
        """
        raise NotImplementedError(f"{type(self).__name__} does not implement `score`")

    def attend(
        self,
        queries: tf.Tensor,
        keys: tf.Tensor,
        values: tf.Tensor,
        valid_lens: tf.Tensor | None = None,
        mask: tf.Tensor | None = None,
        training: bool | None = None,
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """Averages projected values. To be called directly where the same keys serve many calls and are projected once.

        Args:
            queries: Projected queries, as `project` returns them.
            keys: Projected keys.
            values: Projected values.
            valid_lens: Number of valid keys, as in a call of the layer.
            mask: Booleans of shape `(batch, num_keys)`, true for valid keys. `None`: all are.
            training: Whether dropout is applied.

        Returns:
            The averages, `(..., num_queries, value_width)`, and the weights, `(batch, num_heads, num_queries,
            num_keys)`.
        """
        scores = self.score(queries, keys)  # (batch, queries, keys), or with heads after the batch
        heads = [tf.newaxis] * (scores.shape.rank - 2)
        key_mask = None if mask is None else mask[:, *heads]  # (batch, 1..., keys)
        weights = masked_softmax(scores, valid_lens, key_mask)  # (batch, ..., queries, keys)
        averages = tf.matmul(self.weight_dropout(weights, training=training), tf.cast(values, weights.dtype))
        return averages, weights if weights.shape.rank == 4 else weights[:, tf.newaxis]

    def join(self, averages: tf.Tensor) -> tf.Tensor:
        """Makes the output, `(batch, num_queries, value_width)`, of the averages; by default these themselves."""
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
        _check_shapes(queries, keys, values)
        mask = _combine_masks(keys_mask, values_mask)  # (batch, keys)
        averages, weights = self.attend(*self.project(queries, keys, values), valid_lens, mask, training)
        output = self.join(averages)
        return (output, weights) if return_attention_scores else output

    def compute_mask(self, inputs: object, previous_mask: object = None) -> Any:
        """Returns the mask of the queries, which is that of the output."""
        return previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "dropout": self.dropout}


def _combine_masks(*masks: tf.Tensor | None) -> tf.Tensor | None:
    """Returns the conjunction of the masks that are not None; None where there is none."""
    masks_present = [tf.cast(mask, tf.bool) for mask in masks if mask is not None]
    return tf.reduce_all(tf.stack(masks_present), axis=0) if masks_present else None


def _check_shapes(queries: tf.Tensor, keys: tf.Tensor, values: tf.Tensor) -> None:
    """Checks that queries, keys and values are three-dimensional, of one batch, and that every key has a value."""
    shapes = [tf.TensorShape(tensor.shape) for tensor in (queries, keys, values)]
    received = "Received: queries {}, keys {}, values {}".format(
        *(tuple(tensor.shape) for tensor in (queries, keys, values))
    )
    if any(shape.rank != 3 for shape in shapes):
        raise ValueError(f"Queries, keys and values must each have the shape (batch, steps, width). {received}")
    batch, *other_batches = (shape[:1] for shape in shapes)
    if not all(batch.is_compatible_with(other) for other in other_batches):
        raise ValueError(f"Queries, keys and values must be of one batch size. {received}")
    if not shapes[1][1:2].is_compatible_with(shapes[2][1:2]):
        raise ValueError(f"There must be as many values as keys. {received}")
