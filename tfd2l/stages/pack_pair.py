"""Packing of two token sequences into one."""

from __future__ import annotations

from collections.abc import Mapping

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.pair_packing import SPECIAL_TOKENS_OF_A_PAIR, truncate_lengths
from tfd2l.stages.base.stage import Examples
from tfd2l.stages.base.tally import count_true, explain_share
from tfd2l.stages.base.transforms import Transform
from tfd2l.text.special_tokens import require_token_ids
from tfd2l.text.wordpiece import CLS, SEP

IS_CUT = "is_cut"


class PackPair(Transform):
    """Packs two token sequences into one as BERT reads it, `[CLS] first [SEP] second [SEP]`, with segment ids.

    Segment ids are 0 up to the first `[SEP]` and 1 after it.

    A pair that is too long loses tokens one at a time from the end of its longer side (of the second side when both
    are as long), as section 15.7 does. Gives ragged `token_ids` and `segment_ids` in place of the two sides, and
    `is_cut`, by which such pairs are counted.

    Args:
        first: Key of the first token sequence.
        second: Key of the second one.
        max_length: Tokens of the whole, special ones included.
    """

    tallies = (IS_CUT,)

    @check_bounds
    def __init__(self, first: str = "premise", second: str = "hypothesis", max_length: PositiveInt = 128) -> None:
        if max_length <= SPECIAL_TOKENS_OF_A_PAIR:
            raise ValueError(f"max_length holds 3 special tokens and at least one more. Received: {max_length}")
        self.first = first
        self.second = second
        self.reads = (first, second)
        self.max_length = max_length
        self.cls_id = self.sep_id = -1

    def bind(self, info: DataInfo) -> DataInfo:
        self.cls_id, self.sep_id = require_token_ids((CLS, SEP), info.fact(Vocabulary).tokens, "pack_pair").values()
        return info

    def transform(self, examples: Examples) -> Examples:
        first, second = examples[self.first], examples[self.second]  # ragged (batch, tokens)
        room = self.max_length - SPECIAL_TOKENS_OF_A_PAIR
        kept_first, kept_second = truncate_lengths(_lengths(first), _lengths(second), room)  # (batch,)
        lengths = kept_first + kept_second + SPECIAL_TOKENS_OF_A_PAIR
        # For every token of every packed pair, all in one vector: its row, its place there, and where it comes from.
        row = tf.repeat(tf.range(tf.size(lengths)), lengths)
        place = tf.range(tf.size(row)) - tf.gather(tf.cumsum(lengths, exclusive=True), row)
        middle = tf.gather(kept_first, row) + 1  # place of the first [SEP]
        last = tf.gather(lengths, row) - 1
        pool = tf.concat([tf.cast([self.cls_id, self.sep_id], first.dtype), first.flat_values, second.flat_values], 0)
        from_first = 2 + tf.gather(_starts(first), row) + place - 1
        from_second = 2 + tf.size(first.flat_values) + tf.gather(_starts(second), row) + place - middle - 1
        source = tf.where(place < middle, from_first, from_second)
        source = tf.where(place == 0, 0, tf.where((place == middle) | (place == last), 1, source))
        token_ids = tf.gather(pool, source)
        segment_ids = tf.cast(place > middle, first.dtype)
        rest = {key: value for key, value in examples.items() if key not in (self.first, self.second)}
        packed = {"token_ids": _ragged(token_ids, lengths), "segment_ids": _ragged(segment_ids, lengths)}
        return {**rest, **packed, IS_CUT: _lengths(first) + _lengths(second) > room}

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        return count_true(examples[IS_CUT])

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        return explain_share(sums, "pairs cut at {} tokens", self.max_length)


def _lengths(tokens: tf.RaggedTensor) -> tf.Tensor:
    return tf.cast(tokens.row_lengths(), tf.int32)


def _starts(tokens: tf.RaggedTensor) -> tf.Tensor:
    return tf.cast(tokens.row_starts(), tf.int32)


def _ragged(values: tf.Tensor, lengths: tf.Tensor) -> tf.RaggedTensor:
    return tf.RaggedTensor.from_row_lengths(values, lengths, validate=False)
