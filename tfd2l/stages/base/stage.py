"""Base classes of stages, and their application to datasets and to served batches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any, Literal, Self, cast

import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, did_you_mean, listing

Examples = dict[str, Any]
"""A batch of examples: named tensors (or ragged tensors) with a leading batch dimension."""

TRANSFORM_CHUNK = 1024  # examples a call: one graph call for many examples, not one for each
CHUNK_NUMBERS = 1 << 20  # in the chunks of examples that are large


class Stage:
    """Base class of preprocessing stages: one step between the examples of a dataset and the batches of a model.

    A stage is fitted (`fit`), then bound (`bind`), then applied to the splits (`__call__`) and to what is served
    (`serve`).

    Attributes:
        label: Its key among the configuration's `stages`, which names its random numbers; empty outside of one.
        applies_to: "every" use of the model, or "train" alone (shuffling, augmentation).
        varies: True if it should differ from epoch to epoch; it and what follows are rebuilt each epoch.
        resizes: True if it leaves more or fewer examples in one epoch than in another.
        arranges: True if it makes nothing of an example (shuffles them, keeps them, leaves some out).
        fixes_size: True if it leaves images in one size, whatever size they come in.
        reads: Keys that an example must have when it comes to this stage.
        provides: The classes of the facts that `bind` adds to the data (see `DataInfo.fact`).
        resources: Lookup tables that it holds after `fit`; an exported model must keep them.
        tallies: Keys that `tally` reads.
        tally_chunk: Examples that `tally` takes together.
    """

    label = ""
    applies_to: Literal["every", "train"] = "every"
    varies = False
    resizes = False
    arranges = False
    fixes_size = False
    reads: Sequence[str] = ()
    provides: tuple[type, ...] = ()
    resources: Sequence[Any] = ()
    tallies: Sequence[str] = ()
    tally_chunk = TRANSFORM_CHUNK
    _made_with = ""

    def __new__(cls, *arguments: Any, **options: Any) -> Self:
        stage = super().__new__(cls)
        stage._made_with = ", ".join([*map(repr, arguments), *(f"{key}={value!r}" for key, value in options.items())])
        return stage

    def __repr__(self) -> str:
        """The stage and its options: what is kept of its work is known by them."""
        return f"{type(self).__name__}({self._made_with})"

    def fit(self, train: tf.data.Dataset) -> None:
        """Learn from the train split, as the stages before this one leave it."""

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        """A split after this stage; `seed` differs by run and epoch, and is for stages that vary."""
        raise NotImplementedError(f"{type(self).__name__} does not say what it does to a dataset")

    def serve(self, examples: Examples) -> Any:
        """The same for one batch when the model is served; what only arranges examples does nothing."""
        return examples

    def bind(self, info: DataInfo) -> DataInfo:
        """Takes what it needs of the data; called once, after `fit` and before any use.

        Args:
            info: The data as the stages before this one leave them.

        Returns:
            The data after this stage, with the facts that it provides.

        Raises:
            ConfigError: The data lack a fact that it needs; the error names the stages that provide one.
        """
        return info

    def tally(self, examples: Examples) -> dict[str, tf.Tensor]:
        """Counts what this stage cuts or leaves out, in the graph.

        Args:
            examples: `tally_chunk` of them, with the keys `tallies`, as they are after all stages that are the same in
                every epoch.

        Returns:
            Named numbers, () int64, that are summed over a split. No names: there is nothing to count.
        """
        return {}

    def explain_tally(self, sums: Mapping[str, int], size: int) -> dict[str, int]:
        """Returns reason -> number, as `DataInfo.counts` has them.

        Args:
            sums: Of `tally`, over all splits.
            size: Examples of all splits, before any stage that makes more or fewer of them.
        """
        return {}


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

    def each(self, example: Any, place: tf.Tensor, seed: int) -> Any:
        """One example after this stage, in the graph.

        Args:
            example: Named tensors, or what the stage before makes of them.
            place: () int64, of the example in the split.
            seed: As the stage is called with.
        """
        raise NotImplementedError(f"{type(self).__name__} does not say what it computes")

    def __call__(self, ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
        return apply_to_each(ds, [self], seed)


def apply(stages: Iterable[Stage], ds: tf.data.Dataset, *, split: str, seed: int) -> tf.data.Dataset:
    """Applies stages to a split; neighboring `Transform`s, and `EachExample`s, run as one graph function."""
    used = [stage for stage in stages if split == "train" or stage.applies_to == "every"]
    for kind, neighbours in groupby(used, key=_kind):
        group = list(neighbours)
        _require_keys(group[0], ds.element_spec)
        if kind is Transform:
            ds = apply_transforms(ds, cast("list[Transform]", group))
        elif kind is EachExample:
            ds = apply_to_each(ds, cast("list[EachExample]", group), seed)
        else:
            for stage in group:
                _require_keys(stage, ds.element_spec)
                ds = stage(ds, split=split, seed=seed)
    return ds


def serve(stages: Iterable[Stage], examples: Examples) -> Any:
    """Applies the stages of every use to a served batch."""
    for stage in stages:
        if stage.applies_to == "every":
            examples = stage.serve(examples)
    return examples


def apply_transforms(ds: tf.data.Dataset, transforms: Sequence[Transform]) -> tf.data.Dataset:
    """Applies transforms to a dataset: in chunks (vectors of several lengths ragged), then one by one."""

    @tf.autograph.experimental.do_not_convert  # it would wrap a mistake in a message of its own
    def run(examples: Examples) -> Examples:
        for stage in transforms:
            _require_keys(stage, examples)
            examples = stage.transform(examples)
        return examples

    count = ds.cardinality()
    chunks = ds.ragged_batch(TRANSFORM_CHUNK).map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
    single = chunks.unbatch().map(_without_ragged)
    return single.apply(tf.data.experimental.assert_cardinality(count)) if count >= 0 else single


def apply_to_each(ds: tf.data.Dataset, stages: Sequence[EachExample], seed: int) -> tf.data.Dataset:
    """Applies stages that take one example at a time; small ones of one size together, if all can."""

    @tf.autograph.experimental.do_not_convert
    def run(place: tf.Tensor, example: Any) -> Any:
        for stage in stages:
            _require_keys(stage, example)
            example = stage.each(example, place, seed)
        return example

    chunk = _chunk(ds.element_spec) if all(stage.takes_chunks for stage in stages) else 1
    if chunk > 1:
        count = ds.cardinality()
        chunks = ds.batch(chunk).enumerate().map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)
        single = chunks.unbatch()
        return single.apply(tf.data.experimental.assert_cardinality(count)) if count >= 0 else single
    return ds.enumerate().map(run, num_parallel_calls=tf.data.AUTOTUNE, deterministic=True)


def _chunk(spec: Any) -> int:
    """How many examples fit into a chunk; 1 if they differ in size."""
    shapes = [leaf.shape for leaf in tf.nest.flatten(spec)]
    if not all(shape.is_fully_defined() for shape in shapes):
        return 1
    return min(TRANSFORM_CHUNK, CHUNK_NUMBERS // max(1, sum(shape.num_elements() for shape in shapes)))


def _kind(stage: Stage) -> type[Stage]:
    """How it is applied; one that says itself how is on its own."""
    kinds = (Transform, EachExample)
    own = type(stage).__call__ not in [kind.__call__ for kind in kinds]
    return Stage if own else next(kind for kind in kinds if isinstance(stage, kind))


def _require_keys(stage: Stage, examples: Any) -> None:
    if stage.reads and not isinstance(examples, Mapping):  # (x, y, weights), say
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


def _without_ragged(example: Examples) -> Examples:
    """One example's ragged values are plain vectors; only their type still says ragged."""
    return {k: tf.convert_to_tensor(v) if isinstance(v, tf.RaggedTensor) else v for k, v in example.items()}
