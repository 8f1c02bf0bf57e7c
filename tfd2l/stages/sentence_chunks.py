"""Chunks of sentences."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.stages.base.stage import Stage


class SentenceChunks(Stage):
    """Groups the sentences of a corpus into chunks, ragged (sentences, words), in their order.

    What follows then works on a hundred thousand words a call, not on a sentence. A large chunk is also what
    `rebatch` shuffles; a corpus of any size is streamed a few chunks at a time.

    Args:
        sentences: Of a chunk.

    Raises:
        ValueError: A number below 1.
    """

    @check_bounds
    def __init__(self, sentences: PositiveInt = 4096) -> None:
        self.sentences = sentences

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.ragged_batch(self.sentences)
