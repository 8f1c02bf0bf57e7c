"""Names of classes, as users give them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from tfd2l.errors import DataError


def refuse_repeated(class_names: Sequence[str]) -> None:
    """Refuses two classes of one name.

    Raises:
        DataError: a name occurs twice.
    """
    twice = [name for name, number in Counter(class_names).items() if number > 1]
    if twice:
        raise DataError(
            f"The class {twice[0]!r} is named twice (dataset.class_names, or the file of class names). Received: "
            f"{', '.join(class_names)}"
        )
