"""Checks of stages."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.stages.base.stage import Stage
from tfd2l.testing.comparison import flatten, require_equal
from tfd2l.testing.graphs import require_no_python, require_no_python_operations
from tfd2l.testing.properties import check_properties

ROWS = 4  # examples that are looked at one by one
SEED, OTHER_SEED = 1, 2


def check_stage(
    make: Callable[[], Stage],
    examples: Mapping[str, Any] | tf.data.Dataset,
    *,
    data: DataInfo | None = None,
    inputs: Sequence[str] | None = None,
    skip: Collection[str] = (),
    tolerance: float = 1e-6,
) -> tuple[str, ...]:
    """Checks that a stage does the same in training, in another process, and when the model is served.

    The properties, in order:

    - `elements`: Fitted on the examples it yields elements that fit its `element_spec`, as many as its cardinality.
    - `facts`: Bound to the data, it adds the facts that it `provides`.
    - `deterministic`: Another stage, made and fitted alike, yields the same for the same seed.
    - `seed`: With another seed it yields something else if it `varies`, and the same if it does not.
    - `graph`: It computes without Python functions, in tf.data and when it serves.
    - `serve`: What `serve` returns for an example is what the stage yields for it, but for padding.
    - `rows`: What it makes of an example does not depend on the examples beside it, in tf.data and when it serves.

    `serve` and `rows` hold for stages of every use, not for those of training alone (`applies_to = "train"`); `rows` in
    tf.data for those that yield one example for each.

    Args:
        make: Makes the stage: the class itself, or a lambda with options.
        examples: At least 2 of them, all different: key -> one value an example, or a dataset of dicts.
        data: What is known of the examples, for stages that need more than their keys, a vocabulary say.
        inputs: Keys that there are when the model is served; None: all.
        skip: Names of properties that the stage is not meant to have.
        tolerance: The largest difference between training and serving, relative to the largest value.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> from tfd2l.stages.clean_text import CleanText
        >>> from tfd2l.testing import check_stage
        >>> check_stage(lambda: CleanText(["text"]), {"text": ["( A  man )", "Go."]})
        ('elements', 'facts', 'deterministic', 'seed', 'graph', 'serve', 'rows')
    """
    check = _StageCheck(make, examples, data, inputs, tolerance)
    properties = {
        "elements": check.elements,
        "facts": check.facts,
        "deterministic": check.deterministic,
        "seed": check.seed,
        "graph": check.graph,
    }
    if check.stage.applies_to == "every":
        properties |= {"serve": check.serve, "rows": check.rows}
    elif not isinstance(skip, str):
        skip = [name for name in skip if name not in ("serve", "rows")]
    return check_properties("check_stage", type(check.stage).__name__, properties, skip)


class _StageCheck:
    """The properties of one stage; each method raises an AssertionError if its property does not hold."""

    def __init__(
        self,
        make: Callable[[], Stage],
        examples: Mapping[str, Any] | tf.data.Dataset,
        data: DataInfo | None,
        inputs: Sequence[str] | None,
        tolerance: float,
    ) -> None:
        self.make, self.tolerance = make, tolerance
        if isinstance(examples, Mapping):
            columns = {
                key: values if isinstance(values, np.ndarray) else list(values) for key, values in examples.items()
            }
            examples = tf.data.Dataset.from_tensor_slices(columns)
        self.ds = examples
        self.inputs = list(self.ds.element_spec) if inputs is None else list(inputs)
        self.count = int(self.ds.reduce(np.int64(0), lambda number, _: number + 1))
        self.data = data or DataInfo(
            inputs=tuple(self.inputs),
            example_spec=self.ds.element_spec,
            sizes={"train": self.count},
            source="tfd2l.testing",
            fingerprint="0" * 16,
        )
        self.stage = make()
        self.bound = self._bind(self.stage)

    def elements(self) -> None:
        ds = self.stage(self.ds, split="train", seed=SEED)
        number = 0
        for number, element in enumerate(ds, start=1):
            if not _fits(element, ds.element_spec):
                raise AssertionError(
                    f"element {number - 1} does not fit the element spec. Received: "
                    f"{[(array.dtype.name, array.shape) for array in flatten(element).values()]} instead of "
                    f"{ds.element_spec}"
                )
        if number == 0:
            raise AssertionError(f"it yields no element for {self.count} examples")
        if 0 <= ds.cardinality() != number:
            raise AssertionError(f"its cardinality is {int(ds.cardinality())}, but it yields {number} elements")

    def facts(self) -> None:
        missing = [fact.__name__ for fact in self.stage.provides if self.bound.find_fact(fact) is None]
        if missing:
            raise AssertionError(f"the data that it was bound to lack a fact that it provides. Received: {missing}")

    def deterministic(self) -> None:
        ours, theirs = (self._elements(stage, SEED) for stage in (self._fitted(), self.stage))
        require_equal(ours, theirs, "made and fitted alike, it differs", path="element")

    def seed(self) -> None:
        one, other = self._elements(self.stage, SEED), self._elements(self.stage, OTHER_SEED)
        if not self.stage.varies:
            require_equal(other, one, "it does not vary, but differs with another seed", path="element")
            return
        try:
            require_equal(other, one, "", path="element")
        except AssertionError:
            return
        raise AssertionError(
            f"it varies, but yields the same elements with another seed. Received: seeds {SEED} and {OTHER_SEED}"
        )

    def graph(self) -> None:
        require_no_python([self.stage(self.ds, split="train", seed=SEED)], "its tf.data")
        if self.stage.applies_to == "every":
            served = self._served(0, self.count)
            serve = tf.function(self.stage.serve).get_concrete_function(
                tf.nest.map_structure(lambda value: tf.type_spec_from_value(value), served)
            )
            require_no_python_operations(serve.graph.as_graph_def(), "serving it")

    def serve(self) -> None:
        for row in range(min(ROWS, self.count)):
            alone = list(self.stage(self.ds.skip(row).take(1), split="test", seed=SEED))
            if len(alone) != 1:
                raise AssertionError(
                    f"it yields {len(alone)} elements for example {row} alone, but serves one for each example"
                )
            served = _row(self.stage.serve(self._served(row, 1)), 0)
            self._require_row(served, _example(alone[0]), f"served, example {row} differs from training")

    def rows(self) -> None:
        together = self.stage.serve(self._served(0, self.count))
        for row in range(min(ROWS, self.count)):
            alone = _row(self.stage.serve(self._served(row, 1)), 0)
            self._require_row(_row(together, row), alone, f"served in a batch, example {row} differs from alone")
        whole = list(self.stage(self.ds, split="test", seed=SEED))
        if self.stage.varies or len(whole) != self.count or not isinstance(whole[0], Mapping):
            return
        for row in range(min(ROWS, self.count)):
            (alone,) = self.stage(self.ds.skip(row).take(1), split="test", seed=SEED)
            self._require_row(whole[row], alone, f"in tf.data, example {row} of {self.count} differs from alone")

    def _fitted(self) -> Stage:
        stage = self.make()
        self._bind(stage)
        return stage

    def _bind(self, stage: Stage) -> DataInfo:
        stage.fit(self.ds)
        return stage.bind(self.data)

    def _elements(self, stage: Stage, seed: int) -> list[Any]:
        return list(stage(self.ds, split="train", seed=seed))

    def _served(self, first: int, count: int) -> dict[str, Any]:
        """Returns some examples as one batch, as they come when the model is served."""
        batch = next(iter(self.ds.skip(first).take(count).ragged_batch(count)))
        return {key: batch[key] for key in self.inputs}

    def _require_row(self, ours: object, theirs: object, what: str) -> None:
        """Requires two examples to be equal in the keys that both have, but for padding."""
        if isinstance(ours, Mapping) and isinstance(theirs, Mapping):
            extra = [key for key in ours if key not in theirs]
            if extra or not ours:
                raise AssertionError(f"{what}: served it has the keys {list(ours)}, in training {list(theirs)}")
            theirs = {key: theirs[key] for key in ours}
        one, other = flatten(ours, "x"), flatten(theirs, "x")
        if list(one) == list(other):
            shared = {name: _without_padding(array, other[name]) for name, array in one.items()}
            one, other = ({name: pair[place] for name, pair in shared.items()} for place in (0, 1))
        for name, array in one.items():
            require_equal(array, other.get(name), what, self.tolerance, name)


def _fits(element: object, spec: object) -> bool:
    try:
        tf.nest.assert_same_structure(element, spec)
    except (TypeError, ValueError):
        return False
    pairs = zip(tf.nest.flatten(element), tf.nest.flatten(spec), strict=True)
    return all(one.is_compatible_with(value) for value, one in pairs)


def _example(element: object) -> Any:
    """Returns the inputs of the first row of an element: a batch `(x, y, weights)`, or an example."""
    return _row(element[0], 0) if isinstance(element, tuple) else element


def _row(batch: object, row: int) -> Any:
    return tf.nest.map_structure(lambda value: value[row], batch)


def _without_padding(one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Returns the part that two arrays share, if what the larger one has beyond it is one value: padding."""
    if one.shape == other.shape or one.ndim != other.ndim:
        return one, other
    shared = tuple(slice(0, min(pair)) for pair in zip(one.shape, other.shape, strict=True))
    for array in (one, other):
        beyond = np.ones(array.shape, bool)
        beyond[shared] = False
        if len(np.unique(array[beyond])) > 1:
            return one, other
    return one[shared], other[shared]
