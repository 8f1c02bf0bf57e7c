"""Softmax over the keys that a mask or a valid length allows."""

from __future__ import annotations

from collections.abc import Sequence

import tensorflow as tf


def masked_softmax(
    scores: tf.Tensor, valid_lens: tf.Tensor | Sequence[int] | None = None, mask: tf.Tensor | None = None
) -> tf.Tensor:
    """Computes softmax over the keys that are not masked.

        w_qk = m_qk exp(s_qk) / sum_j m_qj exp(s_qj)

    where `m` is 1 for keys that a query may attend to and 0 for others, whose weight is exactly 0.

    A query whose keys are all masked (a length of 0) has weights of 0, and gradients of 0. Sums are computed in float32
    at least. (The book replaces masked scores by -1e6, which overflows in float16, and which spreads the weights of a
    query without keys evenly over masked ones.)

    Args:
        scores: A float tensor of shape `(batch, ..., queries, keys)`.
        valid_lens: An integer tensor of shape `(batch,)` or `(batch, queries)`: how many of the first keys are attended
            to. If None, all are. Defaults to None.
        mask: A boolean tensor whose shape broadcasts with that of the scores, true for keys that are attended to. If
            None, all are. Defaults to None.

    Returns:
        A tensor of the shape and type of the scores. The weights of each query sum to 1, or to 0 if all its keys are
        masked.

    Raises:
        ValueError: The shape of `valid_lens` does not match the scores, or a length exceeds the number of keys.
        InvalidArgumentError: A length exceeds the number of keys, where lengths are known in the graph only.

    Example:
        >>> from tfd2l.ops.masked_softmax import masked_softmax
        >>> masked_softmax(tf.constant([[[0.5, 0.3, 0.9]], [[0.4, 0.3, 0.2]]]), valid_lens=[2, 3])[:, 0].numpy()
        array([[0.5498, 0.4502, 0.    ],
               [0.3672, 0.3322, 0.3006]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 10.3.1. (The study notes print other values for these scores.)
    """
    scores = tf.convert_to_tensor(scores)
    allowed = None if valid_lens is None else _make_length_mask(scores, tf.convert_to_tensor(valid_lens))
    if mask is not None:
        mask = tf.cast(mask, tf.bool)
        allowed = mask if allowed is None else allowed & mask
    wide = tf.cast(scores, tf.float32) if scores.dtype.size < 4 else scores
    if allowed is None:
        return tf.cast(tf.nn.softmax(wide, axis=-1), scores.dtype)
    allowed = tf.broadcast_to(allowed, tf.shape(wide))
    # Masked before the exponential too: an overflow there would make the gradient NaN, although it is not used.
    unmasked = tf.where(allowed, wide, wide.dtype.min)
    highest = tf.stop_gradient(tf.reduce_max(unmasked, axis=-1, keepdims=True))
    powers = tf.where(allowed, tf.exp(tf.where(allowed, wide - highest, 0.0)), 0.0)
    total = tf.reduce_sum(powers, axis=-1, keepdims=True)
    return tf.cast(powers / tf.where(total > 0, total, 1.0), scores.dtype)


def _make_length_mask(scores: tf.Tensor, valid_lens: tf.Tensor) -> tf.Tensor:
    """Returns a mask of the first `valid_lens` keys, `(batch, 1, ..., queries or 1, keys)`."""
    _check_valid_lens(scores, valid_lens)
    keys = tf.shape(scores)[-1]
    valid_lens = tf.cast(valid_lens, tf.int32)
    # XLA, which has no assertions, drops this one.
    with tf.control_dependencies([tf.debugging.assert_less_equal(valid_lens, keys, _format_excess(scores))]):
        valid_lens = tf.identity(valid_lens)
    if valid_lens.shape.rank == 1:
        valid_lens = valid_lens[:, tf.newaxis]  # (batch, 1)
    between = [1] * (scores.shape.rank - 3)  # heads, for example
    shape = tf.concat([tf.shape(valid_lens)[:1], between, tf.shape(valid_lens)[1:], [1]], axis=0)
    return tf.range(keys) < tf.reshape(valid_lens, shape)


def _check_valid_lens(scores: tf.Tensor, valid_lens: tf.Tensor) -> None:
    rank, shape = valid_lens.shape.rank, scores.shape
    wanted = [shape[0]] if rank == 1 else [shape[0], shape[-2]]
    if rank not in (1, 2) or not valid_lens.shape.is_compatible_with(wanted):
        raise ValueError(
            f"valid_lens has shape (batch,) or (batch, queries), here ({shape[0]},) or ({shape[0]}, {shape[-2]}). "
            f"Received: valid_lens of shape {tuple(valid_lens.shape)}, scores of shape {tuple(shape)}"
        )
    known = tf.get_static_value(valid_lens)
    if known is not None and shape[-1] is not None and known.size and known.max() > shape[-1]:
        raise ValueError(
            f"valid_lens exceeds the sequence: there are {shape[-1]} keys. Received: valid_lens={known.tolist()}"
        )


def _format_excess(scores: tf.Tensor) -> str:
    return f"valid_lens exceeds the sequence: there are {scores.shape[-1]} keys"
