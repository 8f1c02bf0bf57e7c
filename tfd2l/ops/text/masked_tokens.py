"""Mask tokens for masked language modeling."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

P_MASK, P_KEEP = 0.8, 0.1  # the rest becomes another token


class MaskedTokens(NamedTuple):
    """Sequences with masks, and what was there.

    Args:
        token_ids: (batch, tokens), with masks.
        positions: (batch, predictions), where there was something else, in rising order, then zeros.
        ids: (batch, predictions), what it was; 0 where there is nothing to predict.
        weights: (batch, predictions) floats, 1 where there is something to predict, then zeros.
    """

    token_ids: tf.Tensor
    positions: tf.Tensor
    ids: tf.Tensor
    weights: tf.Tensor


def mask_tokens(
    token_ids: tf.Tensor,
    maskable: tf.Tensor,
    lengths: tf.Tensor,
    seed: tf.Tensor,
    *,
    predictions: int | tf.Tensor,
    mask_id: int,
    replacements: tf.Tensor,
    share: float = 0.15,
) -> MaskedTokens:
    """Choose max(1, round(share length)) tokens of each sequence, as far as there are so many, to be predicted.

    Of these 80 % become `mask_id`, 10 % stay what they are, and 10 % become any of `replacements`.

    Args:
        token_ids: (batch, tokens).
        maskable: (batch, tokens) booleans, where a token may be chosen.
        lengths: (batch,), tokens of each sequence, special ones included.
        seed: (2,) integers; the same seed masks alike.
        predictions: at most so many of a sequence; (), it gives the width of what is returned.
        mask_id: id of the mask.
        replacements: (words,) ids.
        share: of the tokens of a sequence.

    Source: Devlin et al. 2019, *BERT*; sections 14.8.5 and 14.9.
    """
    seeds = tf.random.split(seed, 3)
    length = tf.shape(token_ids)[1]
    # float64 and rounding half to even: as Python's own round(0.15 * length).
    wanted = tf.cast(tf.maximum(tf.round(share * tf.cast(lengths, tf.float64)), 1), tf.int32)
    possible = tf.math.count_nonzero(maskable, axis=1, dtype=tf.int32)
    count = tf.minimum(tf.minimum(wanted, possible), predictions)  # (batch,)
    drawn = tf.where(maskable, tf.random.stateless_uniform(tf.shape(token_ids), seeds[0]), -1.0)
    places = tf.math.top_k(drawn, tf.minimum(predictions, length)).indices  # (batch, predictions)
    places = tf.pad(places, [[0, 0], [0, predictions - tf.shape(places)[1]]])
    weights = tf.sequence_mask(count, predictions, tf.float32)  # (batch, predictions)
    real = weights > 0
    places = tf.sort(tf.where(real, places, length), axis=1)
    positions = tf.where(real, places, 0)
    ids = tf.gather(token_ids, positions, batch_dims=1)
    way = tf.random.stateless_uniform(tf.shape(ids), seeds[1])
    others = tf.random.stateless_uniform(tf.shape(ids), seeds[2], 0, tf.size(replacements), tf.int32)
    another = tf.cast(tf.gather(replacements, others), token_ids.dtype)
    new = tf.where(way < P_MASK, tf.cast(mask_id, token_ids.dtype), tf.where(way < P_MASK + P_KEEP, ids, another))
    rows = tf.repeat(tf.range(tf.shape(token_ids)[0])[:, tf.newaxis], predictions, axis=1)
    at = tf.boolean_mask(tf.stack([rows, positions], axis=2), real)  # (masks, 2)
    masked = tf.tensor_scatter_nd_update(token_ids, at, tf.boolean_mask(new, real))
    return MaskedTokens(masked, positions, tf.where(real, ids, 0), weights)
