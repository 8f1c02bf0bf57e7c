"""The registry: which components exist, who owns them, and how to get one by its name.

Names come from the metadata of installed distributions (entry points `tfd2l.<kind>`), so nothing is imported
to list them; a component's module is imported when the component is loaded. Built-ins register in the same way
as a stranger's plugin.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from typing import Any, TypeVar

from tfd2l.errors import ComponentError, did_you_mean, listing

T = TypeVar("T")

KINDS: Mapping[str, str] = {
    "dataset": "function -> (Splits, DataInfo)",
    "stage": "object over tf.data: optional fit(train), __call__(ds, *, training, seed), serve(examples)",
    "model": "function or class -> keras.Model; first parameter `data`",
    "loss": "Keras loss",
    "metric": "Keras metric",
    "decoder": "in-graph function of model outputs -> predictions that a person understands",
    "optimizer": "keras.optimizers.Optimizer",
    "schedule": "LearningRateSchedule: a pure function of the step",
    "callback": "keras.callbacks.Callback",
    "strategy": "how steps run",
    "report": "function of a finished run -> figures, tables",
}
GROUP_PREFIX = "tfd2l."
SESSION = "this session"


@dataclass(frozen=True)
class Entry:
    """One registered component: its kind and name, who owns it, and where it lives."""

    kind: str
    name: str
    distribution: str
    version: str
    target: str  # "module:attribute"
    component: Any = None  # set only for a component registered in this session

    @property
    def module(self) -> str:
        """The dotted name of the module that holds the component."""
        return self.target.partition(":")[0]

    @property
    def attribute(self) -> str:
        """The component's name inside its module."""
        return self.target.partition(":")[2]

    @property
    def owner(self) -> str:
        """Distribution and version, as an error or a listing shows them."""
        return f"{self.distribution} {self.version}".strip()

    def unusable(self, reason: str) -> ComponentError:
        """The error for a component that cannot be used: whose it is, where it was registered, the way out."""
        return ComponentError(
            f"The {self.kind} {self.name!r} of {self.owner} {reason} (entry point {GROUP_PREFIX}{self.kind}: "
            f"{self.name} = {self.target!r}). Repair it (`pip install --upgrade {self.distribution}`) or remove it "
            f"(`pip uninstall {self.distribution}`). Received: name={self.name!r}"
        )

    def load(self) -> Any:
        """Import and return the component.

        Raises:
            ComponentError: its module cannot be imported, or lacks the attribute; the cause is chained.
        """
        if self.component is not None:
            return self.component
        try:
            return functools.reduce(getattr, self.attribute.split("."), importlib.import_module(self.module))
        except Exception as error:
            raise self.unusable(f"cannot be imported: {type(error).__name__}: {error}") from error


_session: dict[tuple[str, str], Entry] = {}


def register(kind: str, name: str) -> Callable[[T], T]:
    """Register a component for this process only: for notebooks and tests.

        @register("optimizer", "mine")
        class Mine(keras.optimizers.Optimizer): ...

    A session's component hides an installed one of the same name.
    """
    _check_kind(kind)

    def remember(component: T) -> T:
        target = f"{getattr(component, '__module__', '?')}:{getattr(component, '__qualname__', name)}"
        _session[kind, name] = Entry(kind, name, SESSION, "", target, component)
        return component

    return remember


def unregister(kind: str, name: str) -> None:
    """Forget a component registered in this session."""
    _session.pop((kind, name), None)


def entries(kind: str) -> list[Entry]:
    """Every component of a kind, sorted by name; a name with two owners stands there twice."""
    _check_kind(kind)
    hidden = {name for (of_kind, name) in _session if of_kind == kind}
    installed = [entry for entry in _installed(GROUP_PREFIX + kind) if entry.name not in hidden]
    mine = [entry for (of_kind, _), entry in _session.items() if of_kind == kind]
    return sorted(installed + mine, key=lambda entry: (entry.name, entry.distribution))


def find(kind: str, name: str) -> Entry:
    """The one component of that kind and name (`dist/name` picks among two owners).

    Raises:
        ComponentError: no such name (the nearest is offered), or several distributions own it.
    """
    known = entries(kind)
    distribution, _, bare = name.rpartition("/")
    owned = [e for e in known if e.name == bare and distribution in ("", e.distribution)]
    if len(owned) == 1:
        return owned[0]
    if len(owned) > 1:
        choices = " or ".join(f"`name: {entry.distribution}/{bare}`" for entry in owned)
        raise ComponentError(
            f"The {kind} {bare!r} has {len(owned)} owners: {', '.join(e.owner for e in owned)}. "
            f"Pick one with {choices}, or uninstall the other. Received: name={name!r}"
        )
    names = {entry.name for entry in known}
    raise ComponentError(
        f"There is no {kind} named {name!r}.{did_you_mean(bare, names)} Installed: {listing(names)}. "
        f"A plugin adds more: `pip install` it, then `tfd2l list {kind}` shows them. Received: name={name!r}"
    )


def config_packages() -> list[Entry]:
    """Packages of configuration that plugins ship (entry-point group `tfd2l.conf`)."""
    return _installed(GROUP_PREFIX + "conf")


def _installed(group: str) -> list[Entry]:
    # Reading every distribution takes a tenth of a second: again only after sys.path or a folder on it has changed.
    return _by_group(tuple((path, _modified(path)) for path in sys.path)).get(group, [])


@functools.lru_cache(maxsize=1)
def _by_group(_path: tuple[tuple[str, float | None], ...]) -> Mapping[str, list[Entry]]:
    found: dict[str, dict[tuple[str, str], Entry]] = {}
    for distribution in distributions():
        points = [point for point in distribution.entry_points if point.group.startswith(GROUP_PREFIX)]
        if not points:
            continue
        metadata = distribution.metadata  # parsed anew at every access
        owner, version = metadata["Name"] or "?", metadata["Version"]
        for point in points:
            kind, target = point.group.removeprefix(GROUP_PREFIX), point.value.replace(" ", "")
            # The first on sys.path wins, as in import.
            named = found.setdefault(point.group, {})
            named.setdefault((point.name, owner), Entry(kind, point.name, owner, version, target))
    return {group: list(named.values()) for group, named in found.items()}


def _modified(path: str) -> float | None:
    try:
        return os.stat(path or ".").st_mtime
    except OSError:
        return None


def _check_kind(kind: str) -> None:
    if kind not in KINDS:
        raise ComponentError(
            f"There is no kind of component {kind!r}.{did_you_mean(kind, KINDS)} "
            f"Kinds: {', '.join(KINDS)}. Received: kind={kind!r}"
        )
