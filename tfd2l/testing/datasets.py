"""Checks of datasets."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

import numpy as np

from tfd2l.data.info import DataInfo, Splits
from tfd2l.testing.comparison import require_equal
from tfd2l.testing.graphs import require_no_python
from tfd2l.testing.properties import check_properties

FINGERPRINT = re.compile(r"[0-9a-f]{16}")
EXAMPLES = 64  # of each split that are looked at one by one


def check_dataset(make: Callable[[], tuple[Splits, DataInfo]], *, skip: Collection[str] = ()) -> tuple[str, ...]:
    """Checks that a dataset keeps the contract of datasets.

    The properties, in order:

    - `splits`: There is a train split with examples, and every example is a mapping of named tensors.
    - `info`: `inputs` are keys of the examples, `sizes` are the numbers of examples, the fingerprint has 16
      hexadecimal digits, the source is named, and integer labels have class names.
    - `spec`: Examples of every split fit the `example_spec` of `DataInfo`.
    - `graph`: Examples are read without Python functions.
    - `deterministic`: Made again, it has the same fingerprint, and the same examples in the same order.

    Args:
        make: Makes the dataset: the function itself, or a lambda that calls it with options that make it small.
        skip: Names of properties that the dataset is not meant to have.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> from tfd2l.datasets.airfoil_embedded import airfoil_embedded
        >>> from tfd2l.testing import check_dataset
        >>> check_dataset(airfoil_embedded)
        ('splits', 'info', 'spec', 'graph', 'deterministic')
    """
    subject = getattr(make, "__name__", type(make).__name__)
    check = _DatasetCheck(make)
    properties = {
        "splits": check.splits,
        "info": check.info,
        "spec": check.spec,
        "graph": check.graph,
        "deterministic": check.deterministic,
    }
    return check_properties("check_dataset", "The dataset" if subject == "<lambda>" else subject, properties, skip)


class _DatasetCheck:
    """The properties of one dataset; each method raises an AssertionError if its property does not hold."""

    def __init__(self, make: Callable[[], tuple[Splits, DataInfo]]) -> None:
        self.make = make
        self.by_split, self.data = make()

    def splits(self) -> None:
        if "train" not in self.by_split:
            raise AssertionError(f"there is no split 'train'. Received: {', '.join(self.by_split) or 'no split'}")
        for name, ds in self.by_split.items():
            if not isinstance(ds.element_spec, Mapping):
                raise AssertionError(f"examples of {name!r} are no mappings. Received: {ds.element_spec}")
        if next(iter(self.by_split["train"]), None) is None:
            raise AssertionError("the split 'train' has no example")

    def info(self) -> None:
        keys = list(self.by_split["train"].element_spec)
        missing = [key for key in self.data.inputs if key not in keys]
        if missing or not self.data.inputs:
            raise AssertionError(
                f"DataInfo.inputs are keys of the examples, at least one. Received: inputs={self.data.inputs}, keys "
                f"{', '.join(keys)}"
            )
        for name, ds in self.by_split.items():
            count = int(ds.reduce(np.int64(0), lambda number, _: number + 1))
            if self.data.sizes.get(name) != count:
                raise AssertionError(
                    f"DataInfo.sizes says {self.data.sizes.get(name)} for {name!r}, which has {count} examples"
                )
            if ds.cardinality() >= 0 and int(ds.cardinality()) != count:
                raise AssertionError(f"the cardinality of {name!r} is {int(ds.cardinality())}, but it has {count}")
        if not FINGERPRINT.fullmatch(self.data.fingerprint):
            raise AssertionError(f"a fingerprint has 16 hexadecimal digits. Received: {self.data.fingerprint!r}")
        if not self.data.source:
            raise AssertionError("DataInfo.source does not say where the examples come from. Received: source=''")
        if self.data.class_names and "label" in keys:
            for name, ds in self.by_split.items():
                labels = [int(one["label"]) for one in ds.take(EXAMPLES)]
                bad = [label for label in labels if not 0 <= label < len(self.data.class_names)]
                if bad:
                    raise AssertionError(
                        f"a label of {name!r} is none of {len(self.data.class_names)} class names. Received: {bad[0]}"
                    )

    def spec(self) -> None:
        expected = self.data.example_spec
        for name, ds in self.by_split.items():
            for index, example in enumerate(ds.take(EXAMPLES)):
                if list(example) != list(expected):
                    raise AssertionError(f"example {index} of {name!r} has {list(example)} instead of {list(expected)}")
                for key, spec in expected.items():
                    value = example[key]
                    if value.dtype != spec.dtype or not spec.shape.is_compatible_with(value.shape):
                        raise AssertionError(
                            f"{key!r} of example {index} of {name!r} does not fit its `example_spec`. Received: "
                            f"{value.dtype.name} {tuple(value.shape)} instead of {spec.dtype.name} {spec.shape}"
                        )

    def graph(self) -> None:
        require_no_python(self.by_split.values(), "reading the examples")

    def deterministic(self) -> None:
        splits, data = self.make()
        if data.fingerprint != self.data.fingerprint:
            raise AssertionError(
                f"made again it has another fingerprint. Received: {data.fingerprint}, before {self.data.fingerprint}"
            )
        for name, ds in self.by_split.items():
            ours, theirs = (list(one.take(EXAMPLES)) for one in (splits[name], ds))
            require_equal(ours, theirs, "made again it has other examples", path=name)
