"""Masking of tokens for masked language modeling."""

from __future__ import annotations

from typing import NamedTuple

import tensorflow as tf

P_MASK, P_KEEP = 0.8, 0.1  # the rest is replaced by another token


class MaskedTokens(NamedTuple):
    """Token sequences with masks, and the tokens to predict.

    Attributes:
        token_ids: An integer tensor of shape `(batch, tokens)`, with masks.
        positions: An int32 tensor of shape `(batch, predictions)`: the positions to predict in rising order, padded
            with 0.
        ids: An integer tensor of shape `(batch, predictions)`: the tokens to predict, padded with 0.
        weights: A float32 tensor of shape `(batch, predictions)`: 1 for tokens to predict, 0 for padding.

    Example:
        >>> from tfd2l.ops.text.masked_tokens import MaskedTokens
        >>> MaskedTokens._fields
        ('token_ids', 'positions', 'ids', 'weights')
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
    """Selects tokens of each sequence to predict, and masks them.

    `max(1, round(share * length))` tokens are selected, as far as that many may be. Of these, 80 % are replaced by
    `mask_id`, 10 % by a random one of `replacements`, and 10 % are kept.

    Args:
        token_ids: An integer tensor of shape `(batch, tokens)`.
        maskable: A boolean tensor of shape `(batch, tokens)`, true for tokens that may be selected.
        lengths: An integer tensor of shape `(batch,)`: the length of each sequence, special tokens included.
        seed: An integer tensor of shape `(2,)`. The same seed gives the same masks.
        predictions: The maximum number of selected tokens of a sequence, an integer or a scalar integer tensor. It is
            the width of the results.
        mask_id: The id of the mask token.
        replacements: An integer tensor of shape `(words,)`: ids of the tokens that may replace a selected one.
        share: The fraction of the tokens of a sequence that are selected. Defaults to 0.15.

    Returns:
        `MaskedTokens` of the batch.

    Example:
        >>> from tfd2l.ops.text.masked_tokens import mask_tokens
        >>> token_ids = tf.constant([[1, 7, 8, 9, 2]])
        >>> masked = mask_tokens(
        ...     token_ids,
        ...     maskable=token_ids > 2,
        ...     lengths=tf.constant([5]),
        ...     seed=tf.constant([0, 1]),
        ...     predictions=2,
        ...     mask_id=3,
        ...     replacements=tf.constant([7, 8, 9]),
        ... )
        >>> masked.token_ids.numpy(), masked.positions.numpy()
        (array([[1, 7, 8, 3, 2]], dtype=int32), array([[3, 0]], dtype=int32))
        >>> masked.ids.numpy(), masked.weights.numpy()
        (array([[9, 0]], dtype=int32), array([[1., 0.]], dtype=float32))

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
        - *Dive into Deep Learning*, sections 14.8.5 and 14.9.
    """
    seeds = tf.random.split(seed, 3)
    length = tf.shape(token_ids)[1]
    # float64, rounded half to even: as Python's round(0.15 * length).
    wanted = tf.cast(tf.maximum(tf.round(share * tf.cast(lengths, tf.float64)), 1), tf.int32)
    available = tf.math.count_nonzero(maskable, axis=1, dtype=tf.int32)
    count = tf.minimum(tf.minimum(wanted, available), predictions)  # (batch,)
    priority = tf.where(maskable, tf.random.stateless_uniform(tf.shape(token_ids), seeds[0]), -1.0)
    selected = tf.math.top_k(priority, tf.minimum(predictions, length)).indices  # (batch, predictions)
    selected = tf.pad(selected, [[0, 0], [0, predictions - tf.shape(selected)[1]]])
    weights = tf.sequence_mask(count, predictions, tf.float32)  # (batch, predictions)
    is_selected = weights > 0
    selected = tf.sort(tf.where(is_selected, selected, length), axis=1)
    positions = tf.where(is_selected, selected, 0)
    ids = tf.gather(token_ids, positions, batch_dims=1)
    choice = tf.random.stateless_uniform(tf.shape(ids), seeds[1])
    drawn = tf.random.stateless_uniform(tf.shape(ids), seeds[2], 0, tf.size(replacements), tf.int32)
    replacement = tf.cast(tf.gather(replacements, drawn), token_ids.dtype)
    unmasked = tf.where(choice < P_MASK + P_KEEP, ids, replacement)
    new = tf.where(choice < P_MASK, tf.cast(mask_id, token_ids.dtype), unmasked)
    rows = tf.repeat(tf.range(tf.shape(token_ids)[0])[:, tf.newaxis], predictions, axis=1)
    indices = tf.boolean_mask(tf.stack([rows, positions], axis=2), is_selected)  # (masks, 2)
    masked = tf.tensor_scatter_nd_update(token_ids, indices, tf.boolean_mask(new, is_selected))
    return MaskedTokens(masked, positions, tf.where(is_selected, ids, 0), weights)
