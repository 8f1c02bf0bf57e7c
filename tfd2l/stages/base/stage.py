"""The base class of stages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Self

import tensorflow as tf

from tfd2l.data.info import DataInfo

Examples = dict[str, Any]
"""A batch of examples: named tensors (or ragged tensors) with a leading batch dimension."""

TRANSFORM_CHUNK = 1024  # examples a call: one graph call for many examples, not one for each


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

    Example:
        >>> from tfd2l.stages.base.apply import apply
        >>> from tfd2l.stages.base.transforms import Transform
        >>> class Lowercase(Transform):
        ...     reads = ("text",)
        ...     def transform(self, examples):
        ...         return {**examples, "text": tf.strings.lower(examples["text"])}
        >>> ds = tf.data.Dataset.from_tensor_slices({"text": ["Go on", "Stop"]})
        >>> [example["text"] for example in apply([Lowercase()], ds, split="train", seed=0).as_numpy_iterator()]
        [b'go on', b'stop']
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

    def __new__(cls, *arguments: object, **options: object) -> Self:
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
