"""Batches for language models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.stages.base.padding import make_row_weights, pad_rows
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.base.tally import count_true, explain_share
from tfd2l.text.special_tokens import require_token_ids
from tfd2l.text.wordpiece import CLS, PAD, SEP

NEEDED = (PAD, CLS, SEP)
NO_TOKEN = -1  # tells padding from tokens
CHUNK = 1024  # texts a call


class LanguageModelBatch(Stage):
    """Batches texts as `[CLS] text [SEP]` for language models, with the next and the previous tokens as targets.

    A batch is `(x, y, sample_weight)`.

        x: token_ids, padding_mask            (batch, tokens) int32
        y: next_ids, previous_ids             (batch, tokens) int32: what stands after and before each token
           next_weights, previous_weights     (batch, tokens) float32; 0 where nothing does
        sample_weight                         (batch,) float32: 0 for rows that pad the last batch of a bucket

    The weights of a batch are alike wherever they are not 0, and their sum is that of the sample weights: the mean over
    examples of sum_j w_j l_j is the mean of l over tokens. Longer texts are cut into pieces.

    Args:
        batch_size: Texts a batch.
        boundaries: Lengths that texts are padded to, increasing; the last one is the longest piece, special tokens
            included.
        key: The texts' token ids.

    Raises:
        ValueError: A batch size below 1, boundaries that do not increase, or no room for a token.
        ConfigError: No vocabulary with the special tokens comes from the stages before.
    """

    @check_bounds
    def __init__(self, batch_size: PositiveInt = 64, boundaries: list[int] | None = None, key: str = "text") -> None:
        self.boundaries = [64] if boundaries is None else boundaries
        if not self.boundaries or any(a >= b for a, b in zip([2, *self.boundaries], self.boundaries, strict=False)):
            raise ValueError(f"boundaries increase, from 3 up. Received: boundaries={boundaries}")
        self.batch_size = batch_size
        self.key = key
        self.reads = self.tallies = (key,)
        self._ids: dict[str, int] = {}

    def bind(self, info: DataInfo) -> DataInfo:
        self._ids = require_token_ids(NEEDED, info.fact(Vocabulary).tokens, "language_model_batch")
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        pieces = ds.ragged_batch(CHUNK).map(self._pieces).unbatch().map(tf.convert_to_tensor)
        batches = pieces.bucket_by_sequence_length(
            tf.size,
            bucket_boundaries=[boundary + 1 for boundary in self.boundaries],  # exclusive limits
            bucket_batch_sizes=[self.batch_size] * (len(self.boundaries) + 1),
            padding_values=tf.constant(NO_TOKEN, tf.int32),
            pad_to_bucket_boundary=True,
        )
        return batches.map(self._batch, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def serve(self, examples: Examples) -> Any:
        """`[CLS] text [SEP]`, cut to the last boundary."""
        ids = tf.cast(examples[self.key], tf.int32)[:, : self.boundaries[-1] - 2]
        return self._x(self._enclosed(ids).to_tensor(NO_TOKEN))

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        return count_true(examples[self.key].row_lengths() > self.boundaries[-1] - 2)

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        return explain_share(sums, "texts divided into pieces of {} tokens", self.boundaries[-1])

    def _pieces(self, examples: Examples) -> tf.RaggedTensor:
        """Ragged (pieces, tokens): texts in pieces that fit, none shorter than a token unless its text is."""
        ids = tf.cast(examples[self.key], tf.int32)
        room = self.boundaries[-1] - 2
        lengths = tf.cast(ids.row_lengths(), tf.int32)
        count = tf.maximum(-(-lengths // room), 1)
        first = tf.repeat(tf.cumsum(count, exclusive=True), count)
        part = tf.range(tf.size(first)) - first  # which piece of its text
        sizes = tf.minimum(tf.repeat(lengths, count) - part * room, room)
        return self._enclosed(tf.RaggedTensor.from_row_lengths(ids.flat_values, sizes))

    def _enclosed(self, ids: tf.RaggedTensor) -> tf.RaggedTensor:
        one = tf.ones([ids.nrows(), 1], tf.int32)
        return tf.concat([one * self._ids[CLS], ids, one * self._ids[SEP]], axis=1)

    def _x(self, ids: tf.Tensor) -> Examples:
        is_token = ids != NO_TOKEN
        return {"token_ids": tf.where(is_token, ids, self._ids[PAD]), "padding_mask": tf.cast(is_token, tf.int32)}

    def _batch(self, ids: tf.Tensor) -> tuple[Examples, Examples, tf.Tensor]:
        x = self._x(ids)
        rows = tf.shape(ids)[0]
        mask = x["padding_mask"]
        counting = tf.cast(mask[:, 1:] * mask[:, :-1], tf.float32)  # (rows, tokens - 1): of two that stand together
        each = counting * tf.cast(rows, tf.float32) / tf.reduce_sum(counting)
        y = {
            "next_ids": tf.pad(x["token_ids"][:, 1:], [[0, 0], [0, 1]]),
            "next_weights": tf.pad(each, [[0, 0], [0, 1]]),
            "previous_ids": tf.pad(x["token_ids"][:, :-1], [[0, 0], [1, 0]]),
            "previous_weights": tf.pad(each, [[0, 0], [1, 0]]),
        }
        full_x, full_y = tf.nest.map_structure(lambda value: pad_rows(value, self.batch_size), (x, y))
        return full_x, full_y, make_row_weights(rows, self.batch_size)
