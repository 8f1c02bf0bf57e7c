"""Batches of translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, listing
from tfd2l.stages.base.padding import make_row_weights, pad_rows
from tfd2l.stages.base.stage import Examples, Stage
from tfd2l.stages.base.tally import count_true, explain_share
from tfd2l.text.vocabulary import BEGIN, END, PADDING

NONE = -1  # no word's id


class TranslationBatch(Stage):
    """Batches sentences and their translations for an encoder and a decoder, padded to one length.

    A batch is `(x, y, sample_weight)`.

    Every sentence gets `<eos>` at its end, is cut to `num_steps` words (a cut one has no `<eos>`), and padded with
    `<pad>`. With B = batch_size and T = num_steps:

        x["source_ids"]      (B, T) int32
        x["source_lengths"]  (B,) int32: words of the source and its <eos>
        x["target_in_ids"]   (B, T) int32: <bos>, then y without its last
        y                    (B, T) int32
        sample_weight        (B, T) float32: 1 at the target's words and its <eos>, 0 at padding

    The last batch is padded with its own rows again, at weight 0. When served, x has the source alone.

    Args:
        batch_size: Sentences a batch.
        num_steps: Words of a sentence, `<eos>` included.
        source: Key of the sentences' word ids.
        target: Key of their translations' word ids.

    Raises:
        ValueError: A batch size or a number of steps below 1.
        ConfigError: No vocabulary with `<pad>`, `<bos>` and `<eos>` comes from the stages before.

    References:
        - Section 9.5, and 9.7 for the decoder's input.
    """

    @check_bounds
    def __init__(
        self, batch_size: PositiveInt = 64, num_steps: PositiveInt = 10, source: str = "source", target: str = "target"
    ) -> None:
        self.batch_size = batch_size
        self.num_steps = num_steps
        self.source = source
        self.target = target
        self.reads = self.tallies = (source, target)
        self._ids: dict[str, dict[str, int]] = {}
        self._batched = tf.function(self._batch)  # traced once, not anew in every epoch

    def bind(self, info: DataInfo) -> DataInfo:
        vocabularies = info.fact(Vocabulary).tokens, info.fact(TargetVocabulary).tokens
        for key, tokens in zip((self.source, self.target), vocabularies, strict=True):
            missing = [token for token in (PADDING, BEGIN, END) if token not in tokens]
            if missing:
                raise ConfigError(
                    f"translation_batch needs {PADDING}, {BEGIN} and {END} in the vocabulary of each language; put "
                    f"the stage `words` before it. Received: {len(tokens)} tokens for {key!r}, without "
                    f"{listing(missing)}"
                )
            self._ids[key] = {token: tokens.index(token) for token in (PADDING, BEGIN, END)}
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        ragged = ds.ragged_batch(self.batch_size)
        return ragged.map(self._batched, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def serve(self, examples: Examples) -> Any:
        """The source alone, padded to `num_steps` too: the model keeps one length."""
        ids, lengths = self._pad_words(examples[self.source], self.source)
        return {"source_ids": ids, "source_lengths": lengths}

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        sentences = [examples[key].row_lengths() for key in self.reads]
        return count_true(tf.concat(sentences, axis=0) >= self.num_steps)  # <eos> needs one of them

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        return explain_share(sums, "sentences cut at {} words, <eos> included", self.num_steps)

    def _batch(self, examples: Examples) -> tuple[Examples, tf.Tensor, tf.Tensor]:
        x = self.serve(examples)
        y, lengths = self._pad_words(examples[self.target], self.target)  # (rows, T), (rows,)
        begin = tf.fill([tf.shape(y)[0], 1], self._ids[self.target][BEGIN])
        x["target_in_ids"] = tf.concat([begin, y[:, :-1]], axis=1)
        counted = tf.sequence_mask(lengths, self.num_steps, tf.float32)  # (rows, T)
        rows = make_row_weights(tf.shape(y)[0], self.batch_size)[:, tf.newaxis]  # (B, 1)
        full = {key: self._pad(value) for key, value in x.items()}
        return full, self._pad(y), self._pad(counted) * rows

    def _pad(self, value: tf.Tensor) -> tf.Tensor:
        return pad_rows(value, self.batch_size, repeat=True)

    def _pad_words(self, words: tf.RaggedTensor, key: str) -> tuple[tf.Tensor, tf.Tensor]:
        """Ids (rows, T) and lengths (rows,) of sentences of words, ragged (rows, words)."""
        ids = self._ids[key]
        # Dense from here on: tf.data sets up this graph in every epoch, and ragged operations are large ones.
        dense = tf.cast(words, tf.int32).to_tensor(NONE, shape=[None, None])[:, : self.num_steps]
        dense = tf.pad(dense, [[0, 0], [0, self.num_steps - tf.shape(dense)[1]]], constant_values=NONE)  # (rows, T)
        count = tf.math.count_nonzero(dense != NONE, axis=1, dtype=tf.int32)  # (rows,)
        after = tf.where(tf.range(self.num_steps) == count[:, tf.newaxis], ids[END], ids[PADDING])  # (rows, T)
        padded = tf.ensure_shape(tf.where(dense != NONE, dense, after), [None, self.num_steps])
        return padded, tf.minimum(count + 1, self.num_steps)
