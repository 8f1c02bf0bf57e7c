"""Names of new components, plugins and experiments."""

from __future__ import annotations

import keyword
import re

from tfd2l.errors import ConfigError, did_you_mean
from tfd2l.registry import KINDS, entries

COMPONENT = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
OWN_LICENSE = "Apache-2.0"  # tfd2l's
LICENSES = ("MIT", OWN_LICENSE, "none")
FUNCTIONS = {"dataset", "model", "report", "strategy"}  # kinds whose template is a function


def require_kind(kind: str) -> None:
    """Refuses a kind that there is not.

    Raises:
        ConfigError: With the nearest kind.
    """
    if kind not in KINDS:
        raise ConfigError(
            f"There is no kind of component {kind!r}.{did_you_mean(kind, KINDS)} Kinds: {', '.join(KINDS)}. "
            f"Received: {kind}"
        )


def require_name(name: str) -> None:
    """Refuses what a component, its module and its function cannot be called.

    Raises:
        ConfigError: With a name that can be used, if there is one.
    """
    if COMPONENT.fullmatch(name) and not keyword.iskeyword(name):
        return
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+", "_", name).strip("_").lower()
    usable = COMPONENT.fullmatch(spaced) and not keyword.iskeyword(spaced)
    raise ConfigError(
        "A name is of small letters, digits and single underscores, begins with a letter, and is no word of Python."
        f"{f' Did you mean {spaced!r}?' if usable else ''} Received: {name}"
    )


def require_new(kind: str, name: str) -> None:
    """Refuses the name of an installed component of this kind.

    Raises:
        ConfigError: With its owner.
    """
    for entry in entries(kind):
        if entry.name == name:
            raise ConfigError(
                f"The {kind} {name!r} is there already, of {entry.owner} ({entry.target}). Choose another name "
                f"(`tfd2l list {kind}` shows those that are taken). Received: {name}"
            )


def class_name(name: str) -> str:
    """Returns the name of a component's class: `MyOptimizer` for `my_optimizer`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def attribute(kind: str, name: str) -> str:
    """Returns what the module of a component calls it: a function is called like the component, a class in capitals."""
    return name if kind in FUNCTIONS else class_name(name)


def title(name: str) -> str:
    """Returns a name as a sentence begins with it: `My optimizer`."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
