"""Names of classes, as users give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from tfd2l.errors import DataError


def require_distinct(class_names: Sequence[str]) -> None:
    """Checks that no two classes have one name.

    Raises:
        DataError: A name occurs twice.
    """
    twice = [name for name, number in Counter(class_names).items() if number > 1]
    if twice:
        raise DataError(
            f"The class {twice[0]!r} is named twice (dataset.class_names, or the file of class names). Received: "
            f"{', '.join(class_names)}"
        )


def require_two_classes(labels: Iterable[str], source: str, mend: str) -> None:
    """Checks that training data have two classes or more: of one class, every prediction is right.

    Args:
        labels: Class names of the train split.
        source: Of the data, for the error.
        mend: A sentence that says where to look.

    Raises:
        DataError: They are all the same.
    """
    several = iter(labels)
    first = next(several, None)
    if first is not None and all(label == first for label in several):
        raise DataError(
            f"{source}: every training example has the class {first!r}, so there is nothing to tell apart. {mend} "
            "Received: 1 class"
        )
