"""Keys and values for attention pooling."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import tensorflow as tf

from tfd2l.stages.base.stage import TRANSFORM_CHUNK, Examples, Stage


class LeaveOneOut(Stage):
    """Adds the training examples as keys and values for attention: all others in training, all of them otherwise.

        queries  (): the example's own key
        keys     (n - 1,) in training, else (n,)
        values   as many

    An example that were among its own keys would attend to itself, and learn to look nowhere else. It is known by
    its key and value, so the order of the examples may change on the way.

    Args:
        key: What examples are compared by, a number.
        value: What is averaged, a number.

    Raises:
        ValueError: Fewer than two training examples.
        InvalidArgumentError: An example in training that was not there when the stage was fitted.

    References:
        - Section 10.2.4.
    """

    def __init__(self, key: str = "x", value: str = "y") -> None:
        self.key = key
        self.value = value
        self.reads = (key, value)
        self.keys = self.values = np.empty(0, np.float32)  # (n,) each

    def fit(self, train: tf.data.Dataset) -> None:
        chunks = list(train.batch(TRANSFORM_CHUNK).as_numpy_iterator())
        self.keys = np.concatenate([chunk[self.key] for chunk in chunks])
        self.values = np.concatenate([chunk[self.value] for chunk in chunks])
        if len(self.keys) < 2:
            raise ValueError(f"leave_one_out needs two training examples or more. Received: {len(self.keys)}")

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        attend: Callable[[Examples], Examples] = self._others if split == "train" else self.serve
        count = ds.cardinality()
        chunks = ds.batch(TRANSFORM_CHUNK).map(attend, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        return chunks.unbatch().apply(tf.data.experimental.assert_cardinality(count))

    def serve(self, examples: Examples) -> Examples:
        """All the training examples, for each row of a batch."""
        queries = examples[self.key]  # (batch,)
        shape = [tf.shape(queries)[0], len(self.keys)]
        keys, values = (tf.broadcast_to(tf.constant(column), shape) for column in (self.keys, self.values))
        return {**examples, "queries": queries, "keys": keys, "values": values}

    def _others(self, examples: Examples) -> Examples:
        examples = self.serve(examples)
        batch, others = tf.shape(examples["queries"])[0], len(self.keys) - 1
        same_key = examples["queries"][:, tf.newaxis] == examples["keys"]  # (batch, n)
        itself = same_key & (examples[self.value][:, tf.newaxis] == examples["values"])
        known = tf.debugging.assert_equal(
            tf.reduce_any(itself, axis=1), True, "leave_one_out: a training example that was not there in fit"
        )
        with tf.control_dependencies([known]):
            place = tf.argmax(tf.cast(itself, tf.int32), axis=1, output_type=tf.int32)[:, tf.newaxis]  # (batch, 1)
        rest = tf.broadcast_to(tf.range(others), [batch, others])
        rest += tf.cast(rest >= place, tf.int32)  # past the example's own place
        taken = {name: tf.gather(examples[name], rest, batch_dims=1) for name in ("keys", "values")}
        return {**examples, **taken}
