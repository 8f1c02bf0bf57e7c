"""Base classes of stages that compute on examples, and their application to datasets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfd2l.errors import ConfigError, did_you_mean, listing
from tfd2l.stages.base.stage import TRANSFORM_CHUNK, Examples, Stage

CHUNK_NUMBERS = 1 << 20  # in the chunks of examples that are large


class Transform(Stage):
    """Base class of stages that compute on many examples at a time: one code for tf.data and for serving."""

    def transform(self, examples: Examples) -> Examples:
        """The examples after this stage; in the graph, over a leading batch dimension."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return apply_transforms(ds, [self])

    def serve(self, examples: Examples) -> Any:
        return self.transform(examples)


class EachExample(Stage):
    """Base class of stages that compute on one example at a time, which may differ in size.

    `takes_chunks`: True if it does not look at place or seed, and computes over a leading dimension as well.
    """

    takes_chunks = False

    def each(self, example: Examples, place: tf.Tensor, seed: int) -> Any:
        """One example after this stage, in the graph.

        Args:
            example: Named tensors, or what the stage before makes of them.
            place: () int64, of the example in the split.
            seed: As the stage is called with.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return apply_to_each(ds, [self], seed)


def apply_transforms(ds: tf.data.Dataset, transforms: Sequence[Transform]) -> tf.data.Dataset:
    """Applies transforms to a dataset: in chunks (vectors of several lengths ragged), then one by one."""

    @tf.autograph.experimental.do_not_convert  # it would wrap a mistake in a message of its own
    def run(examples: Examples) -> Examples:
        for stage in transforms:
            require_keys(stage, examples)
            examples = stage.transform(examples)
        return examples

    count = ds.cardinality()
    chunks = ds.ragged_batch(TRANSFORM_CHUNK).map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
    single = chunks.unbatch().map(_without_ragged)
    return single.apply(tf.data.experimental.assert_cardinality(count)) if count >= 0 else single


def apply_to_each(ds: tf.data.Dataset, stages: Sequence[EachExample], seed: int) -> tf.data.Dataset:
    """Applies stages that take one example at a time; small ones of one size together, if all can."""

    @tf.autograph.experimental.do_not_convert
    def run(place: tf.Tensor, example: Examples) -> Any:
        for stage in stages:
            require_keys(stage, example)
            example = stage.each(example, place, seed)
        return example

    chunk = _chunk(ds.element_spec) if all(stage.takes_chunks for stage in stages) else 1
    if chunk > 1:
        count = ds.cardinality()
        chunks = ds.batch(chunk).enumerate().map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        single = chunks.unbatch()
        return single.apply(tf.data.experimental.assert_cardinality(count)) if count >= 0 else single
    return ds.enumerate().map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def require_keys(stage: Stage, examples: object) -> None:
    """Checks that examples have the keys that a stage reads.

    Raises:
        ConfigError: A key is missing, or the examples have no keys any more.
    """
    if not stage.reads:
        return
    if not isinstance(examples, Mapping):  # (x, y, weights), say
        raise ConfigError(
            f"stages: {stage!r} reads {listing(stage.reads)}, but after a stage that batches nothing has a name any "
            f"more: put it before that. Received: {len(tf.nest.flatten(examples))} tensors without names"
        )
    missing = [key for key in stage.reads if key not in examples]
    if missing:
        hints = "".join(did_you_mean(key, examples) for key in missing)
        raise ConfigError(
            f"stages: {stage!r} reads {listing(missing)}, which no example has there.{hints} At that stage an example "
            f"has: {listing(examples)}. Received: {', '.join(missing)}"
        )


def _chunk(spec: object) -> int:
    """How many examples fit into a chunk; 1 if they differ in size."""
    shapes = [leaf.shape for leaf in tf.nest.flatten(spec)]
    if not all(shape.is_fully_defined() for shape in shapes):
        return 1
    return min(TRANSFORM_CHUNK, CHUNK_NUMBERS // max(1, sum(shape.num_elements() for shape in shapes)))


def _without_ragged(example: Examples) -> Examples:
    """One example's ragged values are plain vectors; only their type still says ragged."""
    return {k: tf.convert_to_tensor(v) if isinstance(v, tf.RaggedTensor) else v for k, v in example.items()}
