"""What the labels of a classification must be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from tfd2l.errors import DataError


def require_two_classes(labels: Iterable[Any], source: str) -> None:
    """Refuses training data of a single class: whatever is said of it is right.

    Args:
        labels: of the train split.
        source: of the data, for the error.

    Raises:
        DataError: they are all the same.
    """
    found: dict[Any, None] = {}
    for label in labels:
        found.setdefault(label)
        if len(found) > 1:
            return
    only = list(islice(found, 1))
    if only:
        raise DataError(
            f"{source}: every training example has the class {only[0]!r}, so there is nothing to tell apart. Is the "
            f"column of labels the right one (`dataset.columns`)? Received: 1 class"
        )
