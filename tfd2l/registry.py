"""The registry of components: their names, their owners, and their import.

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
    "dataset": "A function that returns the splits, as `tf.data.Dataset`s of dict examples, and a `DataInfo`.",
    "stage": "A `Stage`, which transforms the examples: `fit(train)`, `__call__(ds, split, seed)`, `serve(examples)`.",
    "model": "A function of `data` that returns a `keras.Model`.",
    "loss": "A `keras.losses.Loss`.",
    "metric": "A `keras.metrics.Metric`, or a function that returns one.",
    "decoder": "A function, run in the graph, from the outputs of a model to predictions in the user's terms.",
    "optimizer": "A `keras.optimizers.Optimizer`.",
    "schedule": "A `keras.optimizers.schedules.LearningRateSchedule`.",
    "callback": "A `keras.callbacks.Callback`.",
    "strategy": "A strategy, which places the model on devices and runs its training step.",
    "report": "A function of a finished run that logs figures and tables and returns the numbers it measured.",
}
GROUP_PREFIX = "tfd2l."
_FOLDERS = {"strategy": "strategies", "loss": "losses"}  # of the other kinds: an s more
SESSION = "this session"


@dataclass(frozen=True)
class Entry:
    """A registered component.

    Args:
        kind: Its kind, such as `optimizer`.
        name: Its name, unique in its kind and distribution.
        distribution: The distribution that registers it.
        version: The version of the distribution.
        target: Where it is, as `module:attribute`.
        component: The component itself, if it was registered in this session.
    """

    kind: str
    name: str
    distribution: str
    version: str
    target: str
    component: Any = None

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
        """The distribution and its version."""
        return f"{self.distribution} {self.version}".strip()

    def unusable(self, reason: str) -> ComponentError:
        """Returns the error for a component that cannot be used."""
        return ComponentError(
            f"The {self.kind} {self.name!r} of {self.owner} {reason} (entry point {GROUP_PREFIX}{self.kind}: "
            f"{self.name} = {self.target!r}). Repair it (`pip install --upgrade {self.distribution}`) or remove it "
            f"(`pip uninstall {self.distribution}`). Received: name={self.name!r}"
        )

    def load(self) -> Any:
        """Imports and returns the component.

        Raises:
            ComponentError: Its module cannot be imported, or lacks the attribute; the cause is chained.
        """
        if self.component is not None:
            return self.component
        try:
            return functools.reduce(getattr, self.attribute.split("."), importlib.import_module(self.module))
        except Exception as error:
            raise self.unusable(f"cannot be imported: {type(error).__name__}: {error}") from error


_session: dict[tuple[str, str], Entry] = {}


def register(kind: str, name: str) -> Callable[[T], T]:
    """Registers a component for this process, as notebooks and tests need it.

    It is an option of its group like any installed one, and hides one of the same name.

    Args:
        kind: The kind of the component, such as `"optimizer"`.
        name: The name by which a configuration chooses it.

    Returns:
        A decorator that registers a function or a class and returns it.

    Raises:
        ComponentError: There is no such kind.

    Example:
        >>> from tfd2l.registry import find, register, unregister
        >>> @register("schedule", "halved")
        ... def halved(learning_rate: float) -> float:
        ...     return learning_rate / 2
        >>> find("schedule", "halved").owner
        'this session'
        >>> unregister("schedule", "halved")
    """
    _check_kind(kind)

    def remember(component: T) -> T:
        target = f"{getattr(component, '__module__', '?')}:{getattr(component, '__qualname__', name)}"
        _session[kind, name] = Entry(kind, name, SESSION, "", target, component)
        return component

    return remember


def unregister(kind: str, name: str) -> None:
    """Removes a component that was registered in this session."""
    _session.pop((kind, name), None)


def entries(kind: str) -> list[Entry]:
    """Returns every component of a kind by name; a name with two owners is there twice."""
    _check_kind(kind)
    hidden = {name for (of_kind, name) in _session if of_kind == kind}
    installed = [entry for entry in _installed(GROUP_PREFIX + kind) if entry.name not in hidden]
    mine = [entry for (of_kind, _), entry in _session.items() if of_kind == kind]
    return sorted(installed + mine, key=lambda entry: (entry.name, entry.distribution))


def find(kind: str, name: str) -> Entry:
    """Returns the component of a kind and a name; `distribution/name` picks one of two owners.

    Raises:
        ComponentError: There is no such name, or several distributions own it.
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


def kind_folder(kind: str) -> str:
    """Returns the name of the folder that holds the components of a kind: `optimizers`."""
    return _FOLDERS.get(kind, f"{kind}s")


def config_packages() -> list[Entry]:
    """Returns the packages of configuration that plugins ship (entry-point group `tfd2l.conf`)."""
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
