"""Build a component from its configuration."""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from typing import Any

from tfd2l.config import bounds, types
from tfd2l.config.parameter import Signature
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError, Tfd2lError
from tfd2l.registry import find

COMPUTING = (
    "dataset",
    "model",
    "report",
)  # their functions compute; the other constructors only take options


def build(kind: str, config: Mapping[str, Any], **supplied: Any) -> Any:
    """The component that `config` names, with its own arguments and those the experiment supplies.

    Args:
        kind: the component's kind.
        config: `{name: ..., argument: value, ...}`.
        supplied: what a constructor may ask for by name (`data`, `model`, `steps_per_epoch`, `total_steps`, `run`), or
            what replaces a configured value (a schedule for `learning_rate`).

    Raises:
        ComponentError: its constructor refused the arguments; the cause is chained.
    """
    entry = find(kind, config["name"])
    signature = signature_of(entry)
    component = entry.load()
    arguments = configured_arguments(config, signature)
    arguments |= {key: value for key, value in supplied.items() if key in signature.names}
    try:
        return component(**arguments)
    except (Tfd2lError, TypeError, ValueError) as error:
        if not _refused(kind, error, signature.file):
            raise
        shown = {key: value for key, value in config.items() if key != "name"}
        raise ComponentError(
            f"{kind}.{entry.name} ({entry.owner}) refused its options: {error}. "
            f"`tfd2l describe {kind} {entry.name}` explains them. Received: {shown}"
        ) from error


def configured_arguments(config: Mapping[str, Any], signature: Signature) -> dict[str, Any]:
    """Returns the arguments that a configuration gives its component, paths as such."""
    arguments = {key: value for key, value in config.items() if key != "name"}
    for parameter in signature.parameters:
        if types.expects_path(parameter.annotation) and arguments.get(parameter.name) is not None:
            arguments[parameter.name] = types.as_path(arguments[parameter.name])
    return arguments


def _refused(kind: str, error: BaseException, file: str) -> bool:
    """Returns whether the constructor refused its options; False if something broke inside a computation."""
    called = {frame.filename for frame in traceback.extract_tb(error.__traceback__)} - {__file__}
    if isinstance(error, Tfd2lError):  # it says what is wrong and where, but for bounds of the component's own
        return isinstance(error, bounds.BoundsError) and called == {bounds.__file__}
    if kind not in COMPUTING:
        return True
    innermost = traceback.extract_tb(error.__traceback__)[-1].filename
    return innermost in (file, __file__)
