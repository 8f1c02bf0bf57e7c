"""Softmax over the keys that may be seen."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def masked_softmax(scores: tf.Tensor, valid_lens: Any = None, mask: Any = None) -> tf.Tensor:
    """Weights that sum to 1 over the keys that a query may see; the others weigh exactly 0.

    w_qk = m_qk exp(s_qk) / sum_j m_qj exp(s_qj), m 1 for keys that may be seen and 0 for the others.

    A query that may see no key (a length of 0) has weights of 0, and gradients of 0. The sums are taken in float32 at
    least: the book's filling of masked scores with -1e6 is infinite in float16, and spreads a row without keys evenly
    over what it must not see.

    Args:
        scores: (batch, ..., queries, keys).
        valid_lens: how many of the first keys may be seen: (batch,) for all queries alike, or (batch, queries).
        mask: true where a key may be seen; any shape that broadcasts to the scores'.

    Returns:
        weights, (batch, ..., queries, keys), of the scores' type.

    Raises:
        ValueError: lengths that fit the scores in neither way, or are longer than there are keys.
        InvalidArgumentError: the same, where lengths are known in the graph alone.

    Source: section 10.3.1. (softmax of [.5, .3] is [.5498, .4502] and of [.4, .3, .2] [.3672, .3322, .3006]; the study
    notes print others.)
    """
    scores = tf.convert_to_tensor(scores)
    seen = None if valid_lens is None else _within(scores, tf.convert_to_tensor(valid_lens))
    if mask is not None:
        mask = tf.cast(mask, tf.bool)
        seen = mask if seen is None else seen & mask
    wide = tf.cast(scores, tf.float32) if scores.dtype.size < 4 else scores
    if seen is None:
        return tf.cast(tf.nn.softmax(wide, axis=-1), scores.dtype)
    seen = tf.broadcast_to(seen, tf.shape(wide))
    # Masked before the exponential too: an overflow there would make NaN of the gradient even where it is not used.
    kept = tf.where(seen, wide, wide.dtype.min)
    highest = tf.stop_gradient(tf.reduce_max(kept, axis=-1, keepdims=True))
    powers = tf.where(seen, tf.exp(tf.where(seen, wide - highest, 0.0)), 0.0)
    total = tf.reduce_sum(powers, axis=-1, keepdims=True)
    return tf.cast(powers / tf.where(total > 0, total, 1.0), scores.dtype)


def _within(scores: tf.Tensor, valid_lens: tf.Tensor) -> tf.Tensor:
    """True where a key is among the first valid_lens, (batch, 1..., queries or 1, keys)."""
    _require_fit(scores, valid_lens)
    keys = tf.shape(scores)[-1]
    valid_lens = tf.cast(valid_lens, tf.int32)
    # XLA, which knows no assertions, leaves this one out.
    with tf.control_dependencies([tf.debugging.assert_less_equal(valid_lens, keys, _too_long(scores))]):
        valid_lens = tf.identity(valid_lens)
    if valid_lens.shape.rank == 1:
        valid_lens = valid_lens[:, tf.newaxis]  # (batch, 1)
    between = [1] * (scores.shape.rank - 3)  # heads, if there are any
    shape = tf.concat([tf.shape(valid_lens)[:1], between, tf.shape(valid_lens)[1:], [1]], axis=0)
    return tf.range(keys) < tf.reshape(valid_lens, shape)


def _require_fit(scores: tf.Tensor, valid_lens: tf.Tensor) -> None:
    rank, shape = valid_lens.shape.rank, scores.shape
    wanted = [shape[0]] if rank == 1 else [shape[0], shape[-2]]
    if rank not in (1, 2) or not valid_lens.shape.is_compatible_with(wanted):
        raise ValueError(
            f"valid_lens is (batch,) or (batch, queries), here ({shape[0]},) or ({shape[0]}, {shape[-2]}). Received: "
            f"valid_lens of shape {tuple(valid_lens.shape)}, scores of shape {tuple(shape)}"
        )
    known = tf.get_static_value(valid_lens)
    if known is not None and shape[-1] is not None and known.size and known.max() > shape[-1]:
        raise ValueError(
            f"valid_lens goes beyond the sequence: there are {shape[-1]} keys. Received: valid_lens={known.tolist()}"
        )


def _too_long(scores: tf.Tensor) -> str:
    return f"valid_lens goes beyond the sequence: there are {scores.shape[-1]} keys"
