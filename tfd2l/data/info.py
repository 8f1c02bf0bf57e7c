"""What every dataset returns: named splits of dict examples, and all that may be known of them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import numpy as np
import tensorflow as tf

from tfd2l.data.facts.providers import explain_missing
from tfd2l.errors import ConfigError, did_you_mean

Fact = TypeVar("Fact")

Splits = dict[str, tf.data.Dataset]
"""`train`, `validation` and `test`: datasets whose examples are dicts of named tensors."""

MEASURED = ("test", "validation", "train")  # splits: results are of the first that is there

Values = Sequence[Any] | np.ndarray
Columns = Mapping[str, Values]


@dataclass(frozen=True)
class DataInfo:
    """What every component may know of the data.

    What only some data have is a fact: an object of a frozen dataclass such as `Vocabulary`, at most one of a class. A
    plugin adds facts of its own by a dataclass of its own.

    Args:
        inputs: The keys of an example that a person gives when the model is served.
        example_spec: Key -> tensor specification of a raw example, as the dataset gives it.
        sizes: Examples of each split.
        source: Where the examples come from ("embedded", "tfds: snli 1.1.0", a file, ...).
        fingerprint: 16 hex digits that change when any example changes.
        batch_spec: Tensor specifications of a batch after all stages, such as (x, y); None before the stages are bound.
        class_names: Names of the classes, in the order of their labels.
        stages: What was done to the examples so far, each stage with its options.
        counts: What was left out, changed or odd, in words.
        input_names: Key of an input -> the name that a person knows it by, where that is another (the column of their
            own file). The exported model's inputs are named so; stages, models and reports go by the keys.
        facts: See `fact`.

    Example:
        >>> from tfd2l.data.facts.vocabulary import Vocabulary
        >>> from tfd2l.data.info import make_splits
        >>> splits, info = make_splits({"train": {"text": ["a b"]}}, inputs=["text"], source="an example")
        >>> info.with_fact(Vocabulary(("<unk>", "a", "b"))).fact(Vocabulary).tokens
        ('<unk>', 'a', 'b')
    """

    inputs: tuple[str, ...]
    example_spec: Mapping[str, tf.TensorSpec]
    sizes: Mapping[str, int]
    source: str
    fingerprint: str
    batch_spec: Any = None
    class_names: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    input_names: Mapping[str, str] = field(default_factory=dict)
    facts: tuple[object, ...] = ()

    @property
    def served_inputs(self) -> dict[str, str]:
        """The name of each input outside the run -> its key, in the order of `inputs`."""
        return {self.input_names.get(key, key): key for key in self.inputs}

    def fact(self, kind: type[Fact]) -> Fact:
        """Returns the fact of a class.

        Args:
            kind: The class, such as `Vocabulary`.

        Raises:
            ConfigError: The data have none; it names the stages and datasets that provide one.
        """
        found = self.find_fact(kind)
        if found is None:
            raise ConfigError(explain_missing(kind, self.source, self.stages))
        return found

    def find_fact(self, kind: type[Fact]) -> Fact | None:
        """Returns the fact of a class, or None if the data have none."""
        return next((fact for fact in self.facts if type(fact) is kind), None)

    def with_fact(self, fact: object) -> DataInfo:
        """Returns the same with a fact, in place of one of its class."""
        others = tuple(other for other in self.facts if type(other) is not type(fact))
        return replace(self, facts=(*others, fact))


NO_DATA = DataInfo(inputs=(), example_spec={}, sizes={}, source="none", fingerprint="")
"""Of a run that needs no data."""


def make_splits(
    columns: Mapping[str, Columns],
    *,
    inputs: Sequence[str],
    source: str,
    class_names: Sequence[str] = (),
    counts: Mapping[str, int] | None = None,
    input_names: Mapping[str, str] | None = None,
) -> tuple[Splits, DataInfo]:
    """Makes datasets of dict examples from columns in memory.

    Args:
        columns: Split -> key -> one value an example; integers become int32 (bytes, as of images, stay uint8), text
            becomes string tensors.
        inputs: The keys of an example that a person gives when the model is served.
        source: Where the examples come from.
        class_names: Names of the classes, in the order of their labels.
        counts: What was left out, changed or odd, in words.
        input_names: Key of an input -> the name that a person knows it by.

    Example:
        >>> from tfd2l.data.info import make_splits
        >>> columns = {"train": {"x": [1.0, 2.0], "label": [0, 1]}, "test": {"x": [3.0], "label": [1]}}
        >>> splits, info = make_splits(columns, inputs=["x"], source="an example", class_names=["no", "yes"])
        >>> next(splits["test"].as_numpy_iterator())
        {'x': np.float32(3.0), 'label': np.int32(1)}
        >>> info.sizes
        {'train': 2, 'test': 1}
    """
    splits = {
        split: tf.data.Dataset.from_tensor_slices({key: _tensor(values) for key, values in by_key.items()})
        for split, by_key in columns.items()
    }
    info = DataInfo(
        inputs=tuple(inputs),
        example_spec=splits["train"].element_spec,
        sizes={split: len(next(iter(by_key.values()))) for split, by_key in columns.items()},
        source=source,
        fingerprint=compute_fingerprint(columns),
        class_names=tuple(class_names),
        counts=dict(counts or {}),
        input_names=dict(input_names or {}),
    )
    return splits, info


def compute_fingerprint(columns: Mapping[str, Columns]) -> str:
    """Computes 16 hex digits over every value of every split, in order; the order of splits and keys does not count."""
    digest = hashlib.sha256()
    for split, by_key in sorted(columns.items()):
        for key, values in sorted(by_key.items()):
            parts = [value.encode() for value in values] if _is_text(values) else [_array(values).tobytes()]
            # Lengths first, so that moving a character from one value to the next is a change.
            digest.update(f"{split}/{key}: {len(values)} {[len(part) for part in parts]}".encode())
            digest.update(b"".join(parts))
    return digest.hexdigest()[:16]


def _tensor(values: Values) -> tf.Tensor:
    return tf.constant(list(values), tf.string) if _is_text(values) else tf.constant(_array(values))


def _is_text(values: Values) -> bool:
    return len(values) > 0 and isinstance(values[0], str)


def _array(values: Values) -> np.ndarray:
    array = np.asarray(values)
    if array.dtype == np.uint8:
        return array
    return array.astype(np.int32 if array.dtype.kind in "iu" else np.float32)


def choose_measured_split(sizes: Mapping[str, int]) -> str:
    """Chooses the split that results, reports and the example of an exported model are of.

    Args:
        sizes: Split -> its examples.

    Returns:
        "test"; where it is not there or empty, "validation"; else "train".
    """
    return next((split for split in MEASURED if sizes.get(split)), "train")


def require_split(split: str, sizes: Mapping[str, int]) -> None:
    """Checks that the data have a split.

    Raises:
        ConfigError: It is not there, or empty.
    """
    if not sizes.get(split):
        there = {name: size for name, size in sizes.items() if size}
        raise ConfigError(
            f"The data have no examples of the split {split!r}.{did_you_mean(split, there)} They have: "
            f"{', '.join(f'{name} {size}' for name, size in there.items())}. Received: split={split}"
        )
