"""Batches of examples of one shape."""

from __future__ import annotations

from functools import partial
from typing import Any

import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt
from tfd2l.stages.base.padding import make_row_weights, pad_rows
from tfd2l.stages.base.stage import Examples, Stage


class Batch(Stage):
    """Batches examples of one shape as `(x, y, sample_weight)`; the last batch is padded, no example is dropped.

    The last batch is padded with rows of weight 0, which count neither in the loss nor in a metric. They repeat
    the batch's own rows: batch normalization, which knows no weights, must not see blank images.

    Args:
        inputs: Keys of `x`: one gives its tensor, several a dict.
        batch_size: Examples a batch.
        target: Key of `y`.
        evaluation_batch_size: Examples a batch of what is not trained on; None takes the same.

    Raises:
        ValueError: No input, or a batch size below 1.

    Example:
        >>> from tfd2l.stages.batch import Batch
        >>> ds = tf.data.Dataset.from_tensor_slices({"x": [1.0, 2.0, 3.0], "label": [0, 1, 0]})
        >>> for x, y, weight in Batch(inputs=["x"], batch_size=2)(ds, split="train", seed=0):
        ...     print(x.numpy(), y.numpy(), weight.numpy())
        [1. 2.] [0 1] [1. 1.]
        [3. 3.] [0 0] [1. 0.]
    """

    @check_bounds
    def __init__(
        self,
        inputs: list[str],
        batch_size: PositiveInt = 64,
        target: str = "label",
        evaluation_batch_size: PositiveInt | None = None,
    ) -> None:
        if not inputs:
            raise ValueError(f"inputs names at least one key. Received: inputs={inputs}")
        self.inputs = inputs
        self.batch_size = batch_size
        self.evaluation_batch_size = evaluation_batch_size or batch_size
        self.target = target
        self.reads = (*inputs, target)

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        size = self.batch_size if split == "train" else self.evaluation_batch_size
        fill = partial(self._pad, size)
        return ds.batch(size).map(fill, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)

    def serve(self, examples: Examples) -> Any:
        """Only choose: a served batch is as it comes."""
        return examples[self.inputs[0]] if len(self.inputs) == 1 else {key: examples[key] for key in self.inputs}

    def _pad(self, size: int, batch: Examples) -> tuple[Any, tf.Tensor, tf.Tensor]:
        full = {key: pad_rows(batch[key], size, repeat=True) for key in self.reads}
        return self.serve(full), full[self.target], make_row_weights(tf.shape(batch[self.target])[0], size)
