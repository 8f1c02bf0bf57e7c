"""Packing of two token sequences into one, as BERT reads a pair."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

SPECIAL_TOKENS_OF_A_PAIR = 3


def truncate_lengths(first: tf.Tensor, second: tf.Tensor, room: int) -> tuple[tf.Tensor, tf.Tensor]:
    """Truncates two sides, lengths (batch,), to so much room: the longer gives way first; at a tie the second does."""
    larger_half = (room + 1) // 2
    kept_first = tf.minimum(first, tf.maximum(room - second, larger_half))
    return kept_first, tf.minimum(second, room - kept_first)


def pack_pairs(
    words: tf.Tensor,
    pairs: Mapping[str, tf.Tensor],
    lengths: tf.Tensor,
    length: int | tf.Tensor,
    *,
    cls_id: int,
    sep_id: int,
    pad_id: int,
) -> list[tf.Tensor]:
    """Packs pairs of sentences as `[CLS] first [SEP] second [SEP]`.

    Args:
        words: (words,) int32, the tokens of all sentences.
        pairs: `first_start`, `first_length` and `second_start`, (rows,) int32: where the two sentences lie in `words`.
        lengths: (rows,) int32, tokens of each pair, special ones included.
        length: Tokens that each row is padded to.
        cls_id: The id of `[CLS]`.
        sep_id: The id of `[SEP]`.
        pad_id: The id of `[PAD]`.

    Returns:
        token_ids, segment_ids and padding_mask, each (rows, length) int32.
    """
    column = {key: value[:, tf.newaxis] for key, value in pairs.items()}  # (rows, 1)
    place = tf.range(length)  # (length,)
    middle, last = column["first_length"] + 1, lengths[:, tf.newaxis] - 1
    source = tf.where(
        place < middle, column["first_start"] + place - 1, column["second_start"] + place - middle - 1
    )  # (rows, length)
    ids = tf.gather(words, tf.clip_by_value(source, 0, tf.size(words) - 1))
    ids = tf.where((place == middle) | (place == last), sep_id, ids)
    ids = tf.where(place == 0, cls_id, tf.where(place > last, pad_id, ids))
    inside = place <= last
    return [ids, tf.cast((place > middle) & inside, tf.int32), tf.cast(inside, tf.int32)]
