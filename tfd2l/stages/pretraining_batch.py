"""Batches for pretraining BERT."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import InnerFraction, PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.ops.text.masked_tokens import mask_tokens
from tfd2l.ops.text.sentence_pairs import pair_sentences
from tfd2l.stages.base.padding import make_row_weights, pad_rows
from tfd2l.stages.base.pair_packing import SPECIAL_TOKENS_OF_A_PAIR, pack_pairs, truncate_lengths
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.base.tally import count_true, explain_share
from tfd2l.text import vocabulary, wordpiece
from tfd2l.text.special_tokens import require_token_ids
from tfd2l.text.wordpiece import CLS, MASK, PAD, SEP

NEEDED = (PAD, CLS, SEP, MASK)
UNKNOWN = (wordpiece.UNKNOWN, vocabulary.UNKNOWN)


class PretrainingBatch(Stage):
    """Batches pairs of sentences for pretraining BERT: paired and masked anew in every epoch.

    A batch is `(x, y, sample_weight)`.

    Every sentence that another follows is the first of a pair; the second is that one or, as often, a random one of the
    pool. A pair too long is cut as `pack_pair` does. (The book leaves it out, so that epochs are of different lengths.)

        x: token_ids, segment_ids, padding_mask      (batch, tokens) int32
           masked_positions                          (batch, predictions) int32; 0, where [CLS] stands, is none
        y: masked_ids                                (batch, predictions) int32
           masked_weights                            (batch, predictions) float32
           is_next                                   (batch,) int32
        sample_weight                                (batch,) float32: 0 for rows that pad the last batch

    The `masked_weights` of a batch are alike wherever there is a mask, 0 elsewhere, and their sum is that of the sample
    weights: the mean over examples of sum_j w_j l_j is the mean of l over the masks, whatever their number. Tokens are
    as many as the longest boundary that a pair of the batch needs, predictions 15 % of that. All random choices follow
    from (run seed, epoch).

    Served, one text comes, which may hold [SEP] between two sentences and [MASK]; `masked_positions` is where it does.

    Args:
        batch_size: Pairs a batch.
        max_length: Tokens of a pair, special ones included.
        boundaries: Lengths that pairs are padded to, increasing, the last one `max_length`; None has that alone.
        pool: Sentences held in memory together; random ones are drawn from among them, and pairs shuffled.
        share: Of the tokens of a pair, so many are masked.
        key: The sentences' token ids; `begins` tells where a paragraph begins.

    Raises:
        ValueError: A size below 1, a share outside (0, 1), boundaries that do not increase to `max_length`.
        ConfigError: No vocabulary with the special tokens comes from the stages before.

    References:
        - Sections 14.8.5, 14.9.
    """

    varies = True

    @check_bounds
    def __init__(
        self,
        batch_size: PositiveInt = 512,
        max_length: PositiveInt = 64,
        boundaries: list[int] | None = None,
        pool: PositiveInt = 65_536,
        share: InnerFraction = 0.15,
        key: str = "text",
    ) -> None:
        self.boundaries = boundaries or [max_length]
        if self.boundaries[-1] != max_length or any(
            a >= b for a, b in zip(self.boundaries, self.boundaries[1:], strict=False)
        ):
            raise ValueError(f"boundaries increase up to max_length={max_length}. Received: boundaries={boundaries}")
        self.batch_size = batch_size
        self.max_length = max_length
        self.pool = pool
        self.share = share
        self.key = key
        self.reads = self.tallies = (key, "begins")
        self.tally_chunk = pool
        if max_length <= SPECIAL_TOKENS_OF_A_PAIR:
            raise ValueError(f"max_length holds 3 special tokens and at least one more. Received: {max_length}")
        self._ids: dict[str, int] = {}
        self._special: list[int] = []  # never masked
        self._words: list[int] = []
        self._paired, self._batched = tf.function(self._pairs), tf.function(self._batch)  # traced once, not every epoch

    def bind(self, info: DataInfo) -> DataInfo:
        tokens = info.fact(Vocabulary).tokens
        self._ids = require_token_ids(NEEDED, tokens, "pretraining_batch")
        unknown = [tokens.index(token) for token in UNKNOWN if token in tokens]
        self._special = [*self._ids.values(), *unknown]
        self._words = [id for id in range(len(tokens)) if id not in self._special]
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        def batches(number: tf.Tensor, sentences: Examples) -> tf.data.Dataset:
            seeds = tf.random.split(tf.stack([tf.constant(seed, tf.int64), number]))
            pairs, order = self._paired(sentences, seeds[0])
            return tf.data.Dataset.from_tensor_slices(order).map(
                lambda index: self._batched(pairs, index, seeds[1]),
                num_parallel_calls=tf.data.AUTOTUNE,
                deterministic=True,
            )

        options = tf.data.Options()  # to rewrite this graph takes a second, in every epoch, and gains nothing
        options.experimental_optimization.apply_default_optimizations = False
        return ds.ragged_batch(self.pool).enumerate().flat_map(batches).with_options(options)

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        lengths = examples[self.key].row_lengths()  # (sentences,)
        both = lengths[:-1] + lengths[1:]
        follows = tf.logical_not(examples["begins"][1:])
        return count_true(tf.boolean_mask(both, follows) > self.max_length - SPECIAL_TOKENS_OF_A_PAIR)

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        return explain_share(sums, "pairs of neighbouring sentences cut at {} tokens", self.max_length)

    def serve(self, examples: Examples) -> Any:
        """`[CLS] text [SEP]`, cut to `max_length`."""
        ids = examples[self.key][:, : self.max_length - 2]  # ragged (batch, tokens)
        row = tf.ones([ids.nrows(), 1], ids.dtype)
        packed = tf.concat([row * self._ids[CLS], ids, row * self._ids[SEP]], axis=1)
        token_ids = packed.to_tensor(self._ids[PAD])  # (batch, tokens)
        padding_mask = tf.sequence_mask(packed.row_lengths(), dtype=tf.int32)
        separators = tf.cast(token_ids == self._ids[SEP], tf.int32)
        after = tf.cumsum(separators, axis=1, exclusive=True) > 0
        is_mask = token_ids == self._ids[MASK]
        places = tf.where(is_mask, tf.range(tf.shape(token_ids)[1]), tf.int32.max)
        count = tf.reduce_max(tf.math.count_nonzero(is_mask, axis=1, dtype=tf.int32))  # of the row with most
        places = tf.sort(places, axis=1)[:, :count]  # (batch, predictions)
        return {
            "token_ids": token_ids,
            "segment_ids": tf.cast(after, tf.int32) * padding_mask,
            "padding_mask": padding_mask,
            "masked_positions": tf.where(places < tf.int32.max, places, 0),
        }

    def _pairs(self, sentences: Examples, seed: tf.Tensor) -> tuple[Examples, tf.Tensor]:
        """The pairs of a pool, those of like length together, and the order in which their batches come.

        Dense from here on: tf.data sets up this graph in every epoch, and ragged operations are large ones.
        """
        seeds = tf.random.split(seed)
        first, second, is_next = pair_sentences(sentences["begins"], seeds[0])
        tokens = sentences[self.key]  # ragged (sentences, tokens)
        starts, lengths = tf.cast(tokens.row_starts(), tf.int32), tf.cast(tokens.row_lengths(), tf.int32)
        kept_first, kept_second = truncate_lengths(
            tf.gather(lengths, first), tf.gather(lengths, second), self.max_length - SPECIAL_TOKENS_OF_A_PAIR
        )
        total = kept_first + kept_second + SPECIAL_TOKENS_OF_A_PAIR  # (pairs,)
        like = tf.argsort(tf.searchsorted(tf.constant(self.boundaries), total), stable=True)  # in random order before
        pairs = {
            "first_start": tf.gather(starts, first),
            "first_length": kept_first,
            "second_start": tf.gather(starts, second),
            "second_length": kept_second,
            "is_next": is_next,
        }
        number = -(-tf.size(like) // self.batch_size)  # of batches
        order = tf.random.experimental.stateless_shuffle(tf.range(number), seeds[1])
        words = tf.concat([tf.cast(tokens.flat_values, tf.int32), [0]], axis=0)  # never empty
        return {"words": words, **{key: tf.gather(value, like) for key, value in pairs.items()}}, order

    def _batch(self, pairs: Examples, index: tf.Tensor, seed: tf.Tensor) -> tuple[Examples, Examples, tf.Tensor]:
        begin = index * self.batch_size
        chosen = {k: value[begin : begin + self.batch_size] for k, value in pairs.items() if k != "words"}  # (rows,)
        lengths = chosen["first_length"] + chosen["second_length"] + SPECIAL_TOKENS_OF_A_PAIR
        bucket = tf.searchsorted(self.boundaries, tf.reduce_max(lengths)[tf.newaxis])[0]
        places = [max(1, round(self.share * boundary)) for boundary in self.boundaries]
        fixed = len(self.boundaries) == 1  # then every shape is known beforehand
        length = self.max_length if fixed else tf.gather(self.boundaries, bucket)
        predictions = places[0] if fixed else tf.gather(places, bucket)
        token_ids, segment_ids, padding_mask = pack_pairs(
            pairs["words"], chosen, lengths, length, cls_id=self._ids[CLS], sep_id=self._ids[SEP], pad_id=self._ids[PAD]
        )
        special = tf.reduce_any(token_ids[:, :, tf.newaxis] == self._special, axis=-1)
        masked = mask_tokens(
            token_ids,
            (padding_mask > 0) & ~special,
            lengths,
            tf.random.experimental.stateless_fold_in(seed, index),
            predictions=predictions,
            mask_id=self._ids[MASK],
            replacements=tf.constant(self._words),
            share=self.share,
        )
        number = tf.shape(lengths)[0]
        each = tf.math.divide_no_nan(tf.cast(number, tf.float32), tf.reduce_sum(masked.weights))

        def full(value: tf.Tensor, *widths: int | tf.Tensor) -> tf.Tensor:
            shape = [None, *(width if fixed else None for width in widths)]
            return pad_rows(tf.ensure_shape(value, shape), self.batch_size)

        x = {
            "token_ids": full(masked.token_ids, length),
            "segment_ids": full(segment_ids, length),
            "padding_mask": full(padding_mask, length),
            "masked_positions": full(masked.positions, predictions),
        }
        y = {
            "masked_ids": full(masked.ids, predictions),
            "masked_weights": full(masked.weights * each, predictions),
            "is_next": full(chosen["is_next"]),
        }
        return x, y, make_row_weights(number, self.batch_size)
