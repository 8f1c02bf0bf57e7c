"""Errors that name the component that could not take what others passed to it."""

from __future__ import annotations

import re
from types import TracebackType
from typing import Any

import tensorflow as tf

from tfd2l.errors import ConfigError, Tfd2lError

PLACE = re.compile(r'File "([^"]+)", line (\d+), in ')
FOREIGN = re.compile(r"/(tensorflow|keras|tfd2l/training)/")


class Mismatch:
    """Turns the failure of a component's call in a graph into an error that names component, place and values.

    A call fails while the graph is traced, mostly since components do not go together: a loss for a detector with the
    labels of a classifier, say. A ConfigError of the component itself is not changed.

    Args:
        component: such as "loss.multibox".
        values: named values that it is called with, tensors or structures of them.

    Raises:
        ConfigError: the component failed.
    """

    def __init__(self, component: str, **values: Any) -> None:
        self.component = component
        self.values = values

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if not isinstance(error, Exception) or isinstance(error, Tfd2lError):
            return
        lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
        received = ", ".join(f"{name} {_describe(value)}" for name, value in self.values.items())
        raise ConfigError(
            f"{self.component} cannot compute with these values; does it go with the model and the data? "
            f"{lines[-1]} ({_find_place(error, traceback)}) Received: {received}"
        ) from error


def _describe(value: Any) -> str:
    """Describes shapes and types, by their names."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {_describe(part)}" for name, part in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(map(_describe, value)) + ")"
    return f"{tuple(value.shape)} {value.dtype.name}" if tf.is_tensor(value) else repr(value)


def _find_place(error: BaseException, traceback: TracebackType | None) -> str:
    """Returns FILE:LINE of the component's own code: the innermost that is not a library's."""
    metadata = getattr(error, "ag_error_metadata", None)  # of autograph: which line its own code was made from
    places = PLACE.findall(metadata.get_message() if metadata else str(error))
    while traceback is not None:
        places.append((traceback.tb_frame.f_code.co_filename, str(traceback.tb_lineno)))
        traceback = traceback.tb_next
    own = [place for place in places if not FOREIGN.search(place[0]) and "__autograph_generated" not in place[0]]
    return ":".join((own or places)[-1]) if places else "place unknown"
