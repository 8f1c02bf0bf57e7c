"""Candidates for the full softmax over a vocabulary."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.ops.text.context_windows import PADDING_ID
from tfd2l.stages.base.stage import Examples, Stage


class AllWords(Stage):
    """Takes every word of the vocabulary as a candidate, for training word vectors with the full softmax.

    Batches of `words` and `targets` become batches that ask which words of the vocabulary are the targets.

    x: words (batch, 1, ...); without candidates a model scores all words. y: (batch, 1, targets) ids. Weights: 1, 0
    where there is no target. The loss is `target_crossentropy`.

    References:
        - Section 14.1.
    """

    reads = ("words", "targets")

    def __init__(self) -> None:
        """It has no options."""

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return ds.map(_all_words, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _all_words(example: Examples) -> Any:
    targets = example["targets"][:, None, :]  # (batch, 1, targets)
    return {"words": example["words"]}, tf.maximum(targets, 0), tf.cast(targets != PADDING_ID, tf.float32)
