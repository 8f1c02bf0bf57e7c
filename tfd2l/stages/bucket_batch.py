"""Batches of sequences of similar length."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.padding import make_row_weights, pad_rows
from tfd2l.stages.base.stage import Examples, Stage

PADDING_MASK = "padding_mask"
PADDING = -1
CHECK_CHUNK = 1024  # examples at a time


class BucketBatch(Stage):
    """Batches sequences of similar length together, padded to the end of their length bucket.

    A batch is `(x, y, sample_weight)`.

    Every batch has one of `len(boundaries)` shapes: an example goes to the first bucket that holds it, and the last
    batch of a bucket is padded with rows of weight 0, which count neither in the loss nor in a metric. `x` holds
    the sequences and their `padding_mask` (1 at tokens, 0 at padding).

    Args:
        batch_size: Examples a batch.
        boundaries: Longest length of each bucket, increasing; the last must hold the longest example.
        sequences: Keys of the sequences of one length, (tokens,) each; the first holds ids, from 0 up.
        target: Key of `y`.

    Raises:
        ValueError: Boundaries that do not increase, or a batch size below 1.
        ConfigError: When it meets a split with an example longer than the last boundary.
    """

    @check_bounds
    def __init__(
        self,
        batch_size: PositiveInt = 64,
        boundaries: list[int] | None = None,
        sequences: list[str] | None = None,
        target: str = "label",
    ) -> None:
        self.batch_size = batch_size
        self.boundaries = [16, 24, 32, 48, 64, 96, 128] if boundaries is None else boundaries
        self.sequences = ["token_ids", "segment_ids"] if sequences is None else sequences
        self.target = target
        self.reads = (*self.sequences, target)
        self._checked: set[str] = set()
        if not self.boundaries or any(a >= b for a, b in zip(self.boundaries, self.boundaries[1:], strict=False)):
            raise ValueError(f"boundaries must increase. Received: boundaries={self.boundaries}")

    def bind(self, info: DataInfo) -> DataInfo:
        self._checked.clear()
        return info

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        if set(ds.element_spec) != set(self.reads):
            ds = ds.map(lambda example: {key: example[key] for key in self.reads})
        # A padding that no token has tells tokens from padding afterwards, a batch at a time.
        padding = {key: tf.constant(PADDING, ds.element_spec[key].dtype) for key in self.sequences}
        padding[self.target] = None
        if split not in self._checked:
            self._check(ds.padded_batch(CHECK_CHUNK, padding_values=padding), split)
        # bucket_by_sequence_length wants exclusive limits, and pads to one below them.
        limits = [boundary + 1 for boundary in self.boundaries]
        batches = ds.bucket_by_sequence_length(
            lambda example: tf.size(example[self.sequences[0]]),
            bucket_boundaries=limits,
            bucket_batch_sizes=[self.batch_size] * (len(limits) + 1),
            padding_values=padding,
            pad_to_bucket_boundary=True,
        )
        return batches.map(self._pad, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def serve(self, examples: Examples) -> Any:
        """Only pad: a served batch is as long as its longest example."""
        x = {key: examples[key].to_tensor() for key in self.sequences}  # (batch, tokens)
        mask = tf.sequence_mask(examples[self.sequences[0]].row_lengths(), dtype=tf.int32)
        return {**x, PADDING_MASK: mask}

    def _check(self, chunks: tf.data.Dataset, split: str) -> None:
        """Refuse a split with an example that no bucket holds; tf.data would say so only when it comes to it."""
        last, longest, too_long = self.boundaries[-1], 0, 0
        for chunk in chunks:
            lengths = tf.reduce_sum(self._mask(chunk), axis=1).numpy()  # (chunk,)
            longest, too_long = max(longest, lengths.max()), too_long + (lengths > last).sum()
        if too_long:
            raise ConfigError(
                f"bucket_batch: the {split} split has {too_long} too long for the last boundary, the longest of "
                f"{longest} tokens. Add a boundary of {longest} or more (stages.batch.boundaries), or shorten them "
                f"before (stages.pack.max_length). Received: boundaries={self.boundaries}"
            )
        self._checked.add(split)

    def _pad(self, batch: Examples) -> tuple[Examples, tf.Tensor, tf.Tensor]:
        mask = self._mask(batch)  # (rows, tokens)
        x = {key: batch[key] * tf.cast(mask, batch[key].dtype) for key in self.sequences}
        rows = tf.shape(mask)[0]
        full = {key: pad_rows(value, self.batch_size) for key, value in {**x, PADDING_MASK: mask}.items()}
        return full, pad_rows(batch[self.target], self.batch_size), make_row_weights(rows, self.batch_size)

    def _mask(self, batch: Examples) -> tf.Tensor:
        return tf.cast(batch[self.sequences[0]] != PADDING, tf.int32)
