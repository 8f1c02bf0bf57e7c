"""Tell which component could not take what others gave it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any

import tensorflow as tf

from tfd2l.errors import ConfigError, Tfd2lError

PLACE = re.compile(r'File "([^"]+)", line (\d+), in ')
FOREIGN = re.compile(r"/(tensorflow|keras|tfd2l/training)/")


class Mismatch:
    """Around a component's call in a graph: its failure names the component, the place, and what it was given.

    That happens while the graph is made, mostly since components do not go together: a loss for a detector with the
    labels of a classifier, say. A mistake of the user, told by the component itself, goes through as it is.

    Args:
        component: such as "loss.multibox".
        given: named values, tensors or structures of them.

    Raises:
        ConfigError: the component failed.
    """

    def __init__(self, component: str, **given: Any) -> None:
        self.component = component
        self.given = given

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, Tfd2lError):
            return
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        received = ", ".join(f"{name} {_described(value)}" for name, value in self.given.items())
        raise ConfigError(
            f"{self.component} cannot compute with what it is given; does it go with the model and the data? "
            f"{lines[-1]} ({_place(error, traceback)}) Received: {received}"
        ) from error


def _described(value: Any) -> str:
    """Shapes and types, by their names."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_described(part)}" for name, part in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(map(_described, value)) + ")"
    return f"{tuple(value.shape)} {value.dtype.name}" if tf.is_tensor(value) else repr(value)


def _place(error: BaseException, traceback: TracebackType | None) -> str:
    """FILE:LINE of the component's own code: the innermost that is not a library's."""
    metadata = getattr(error, "ag_error_metadata", None)  # of autograph: which line its own code was made from
    places = PLACE.findall(metadata.get_message() if metadata else str(error))
    while traceback is not None:
        places.append((traceback.tb_frame.f_code.co_filename, str(traceback.tb_lineno)))
        traceback = traceback.tb_next
    own = [place for place in places if not FOREIGN.search(place[0]) and "__autograph_generated" not in place[0]]
    return ":".join((own or places)[-1]) if places else "place unknown"
