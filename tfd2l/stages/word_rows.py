"""Rows of neighboring words, for skip-gram."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.stages.base.known_words import KnownWords
from tfd2l.stages.base.random_stage import RandomStage
from tfd2l.stages.base.stage import Examples


class WordRows(KnownWords, RandomStage):
    """Cuts a corpus into rows of neighboring words, each of them a center, for training skip-gram fast.

    Chunks of sentences become rows.

    A row holds `words` (length, 1, 1), what surrounds and includes them, `around` (length + 2 window), and how many
    words before and after each center are its context, `before` and `after` (length,): up to a width drawn from 1 to
    `window`, but none of another sentence. A center is looked up once a row, and so is a context word, not once a
    pair; the last row is padded with -1, which has no context and is in none.
    Served, `text` is (batch, words, 1), without unknown words.

    Args:
        length: Centers of a row.
        window: The greatest width of a context.
        key: Of the chunks, ragged (sentences, words) ids.

    Raises:
        ValueError: A window below 1, or a row shorter than it.
    """

    resizes = True

    @check_bounds
    def __init__(self, length: int = 32, window: PositiveInt = 5, key: str = "text") -> None:
        super().__init__(key)
        if not 1 <= window <= length:
            raise ValueError(
                f"window counts from 1 up, and a row is no shorter. Received: length={length}, window={window}"
            )
        self.length = length
        self.window = window

    def draw(self, example: Examples, seed: tf.Tensor) -> Examples:
        text = example[self.key]  # ragged (sentences, words), n words in all
        starts = tf.cast(text.row_splits, tf.int32)
        row = tf.cast(text.value_rowids(), tf.int32)  # (n,)
        place = tf.range(tf.size(row))
        width = tf.random.stateless_uniform(tf.shape(row), seed, 1, self.window + 1, tf.int32)
        before = tf.minimum(width, place - tf.gather(starts, row))
        after = tf.minimum(width, tf.gather(starts, row + 1) - 1 - place)
        words = tf.pad(
            self._rows(text.values, PADDING_ID), [[0, 1], [0, 0]], constant_values=PADDING_ID
        )  # (rows + 1, length)
        last = tf.concat([tf.fill([1, self.window], PADDING_ID), words[:-2, -self.window :]], axis=0)
        around = tf.concat([last, words[:-1], words[1:, : self.window]], axis=1)  # (rows, length + 2 window)
        return {
            "words": words[:-1, :, None, None],
            "around": around,
            "before": self._rows(before, 0),
            "after": self._rows(after, 0),
        }

    def _rows(self, values: tf.Tensor, padding: int) -> tf.Tensor:
        """(rows, length) of a vector."""
        missing = -tf.size(values) % self.length
        return tf.reshape(tf.pad(values, [[0, missing]], constant_values=padding), [-1, self.length])
