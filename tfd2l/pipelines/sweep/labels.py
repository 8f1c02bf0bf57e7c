"""What tells the runs of a sweep, or of a step that is repeated, from each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

NAME = re.compile(r"(?!(?:true|false|null|nan|inf)$)[A-Za-z_]\w*")


def label(values: Mapping[str, str]) -> str:
    """`adam, learning_rate 0.1`: a name speaks for itself, another value needs the last part of its key."""
    return ", ".join(
        value if NAME.fullmatch(value) else f"{key.split('.')[-1]} {value}" for key, value in values.items()
    )
