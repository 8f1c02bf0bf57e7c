"""Formats labels for the runs of a sweep or of a repeated step."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"(?!(?:true|false|null|nan|inf)$)[A-Za-z_]\w*")


def format_label(values: Mapping[str, str]) -> str:
    """Returns the values of the swept keys as a label: a name alone, another value after the last part of its key.

    Args:
        values: key -> value.

    Example:
        >>> from tfd2l.pipelines.sweep.labels import format_label
        >>> format_label({"optimizer": "adam", "optimizer.learning_rate": "0.1"})
        'adam, learning_rate 0.1'
    """
    return ", ".join(
        value if NAME.fullmatch(value) else f"{key.split('.')[-1]} {value}" for key, value in values.items()
    )
