"""Leave out what a file set for another choice: `optimizer=sgd` does without the `beta_2` that a file set for adamw."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict, read_write
from omegaconf.errors import OmegaConfBaseException

from tfd2l import registry
from tfd2l.config import types
from tfd2l.config.health import require_loadable
from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, compose_raw
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.layers import MISSING, SEARCH_PATH, Layer, list_layers, value_at
from tfd2l.config.origin import COMMAND_LINE, Origin
from tfd2l.config.parameter import Signature
from tfd2l.config.schema import SUPPLIED, components
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError


@dataclass(frozen=True)
class DroppedOption:
    """An option that a file set for another choice.

    Args:
        path: of the option.
        text: what to say.
        override: of a pipeline's file, if that is where it was set; else empty.
    """

    path: str
    text: str
    override: str = ""

    def __str__(self) -> str:
        return self.text


class OptionFitter:
    """Fits what files set to the components that were chosen; what was typed is left as it is.

    An option falls away if the present component does not take it (or not that value), and the component for which its
    file was written does: the one that is there when the file is composed by itself.

    Args:
        config: composed; options are removed from it in place.
        overrides: of which it was composed.
        origin: where values came from.
    """

    def __init__(self, config: DictConfig, overrides: Sequence[str], origin: Origin) -> None:
        self.config, self.overrides, self.origin = config, list(overrides), origin
        self._alone = cache(self._compose_alone)

    def options(self) -> Iterator[DroppedOption | str]:
        """Removes the options that do not fit; yields what to say of them, and of those that are kept."""
        for path, kind, component in self._components:
            signature = _signature(kind, component["name"])
            if signature is None or signature.open:
                continue
            unfit = [key for key, value in component.items() if key != "name" and not _fits(signature, key, value)]
            for key in unfit:
                yield from self.leave_out(f"{path}.{key}", f"is not an option of {component['name']}")
            if self._is_chosen(path, kind):
                yield from self._kept(path, component, [key for key in component if key not in ("name", *unfit)])

    def leave_out(self, path: str, reason: str) -> Iterator[DroppedOption]:
        """Removes one option if a file set it for another choice; an option file of this choice has it back.

        Args:
            path: of the option.
            reason: what is wrong with it, after the option and the file that set it.
        """
        within = [(of, kind) for of, kind, _ in self._components if path.startswith(f"{of}.")]
        if not within or self.origin.is_typed(path):
            return
        source, alone, override = self._source(path)
        if alone is None or not self._was_for_another(path, *within[0], alone):
            return
        value = value_at(self._tree, path)
        below = self._own(path, within[0][0])
        parent, _, key = path.rpartition(".")
        with open_dict(self.config), read_write(self.config):
            node: Any = OmegaConf.select(self.config, parent)
            if below is MISSING or below == value:
                del node[key]
                instead = "left out"
            else:
                node[key] = below
                instead = f"its own {below} is taken"
        yield DroppedOption(path, f"{path}={value} of {source} {reason}: {instead}", override)

    @cached_property
    def _tree(self) -> Any:
        return OmegaConf.to_container(self.config, resolve=False)

    @cached_property
    def _layers(self) -> list[Layer]:
        return list_layers(self.overrides)

    @cached_property
    def _search_path(self) -> list[str]:
        return [override for override in self.overrides if override.startswith(SEARCH_PATH)]

    def _setting(self, path: str) -> list[Layer]:
        return [layer for layer in self._layers if layer.value(path) is not MISSING]

    @cached_property
    def _components(self) -> list[tuple[str, str, Mapping[str, Any]]]:
        whole = {key: value for key, value in self._tree.items() if isinstance(value, Mapping)}
        named = [one for one in components(whole) if isinstance(one[2], Mapping)]
        return [one for one in named if isinstance(one[2].get("name"), str)]

    def _source(self, path: str) -> tuple[str, DictConfig | None, str]:
        """Who set a value, what that composes by itself, and the override if it is one of a pipeline's file."""
        pairs = list(zip(self.overrides, self.origin.overrides, strict=True))
        written = [(used, given) for used, given in pairs if self.origin.place_of(given) != COMMAND_LINE]
        setting = [given for used, given in written if key_of(used) == path]
        if setting:
            try:
                alone = compose_raw([*self._search_path, *(used for used, _ in written)])
            except COMPOSITION_ERRORS:
                return "", None, ""
            return self.origin.place_of(setting[-1]), alone, setting[-1]
        layer = next(iter(self._setting(path)), None)
        return (str(layer), self._alone(layer), "") if layer is not None else ("", None, "")

    def _own(self, path: str, component_path: str) -> Any:
        """The value that an option file of the present choice sets."""
        name = value_at(self._tree, f"{component_path}.name")
        for layer in self._setting(path):
            alone = self._alone(layer) if layer.package == component_path else None
            if alone is not None and OmegaConf.select(alone, f"{component_path}.name") == name:
                return layer.value(path)
        return MISSING

    def _compose_alone(self, layer: Layer) -> DictConfig | None:
        return layer.alone(self._search_path)

    def _was_for_another(self, path: str, component_path: str, kind: str, alone: DictConfig) -> bool:
        """True if the option was right by itself."""
        before = value_at(OmegaConf.to_container(alone, resolve=False), component_path)
        option = path.removeprefix(f"{component_path}.")
        if value_at(before, option) is MISSING:
            return False
        if _is_interpolation(value_at(self._tree, path)):
            return _resolves(alone, path) and not _resolves(self.config, path)
        name, key = before.get("name"), option.partition(".")[0]
        signature = _signature(kind, str(name))
        another = name != value_at(self._tree, f"{component_path}.name")
        return another and signature is not None and _fits(signature, key, before[key])

    def _is_chosen(self, path: str, kind: str) -> bool:
        """True if an override chooses the component."""
        keys = {path, f"{path}.name", f"{kind}@{path}"}
        return any(key_of(override) in keys for override in self.overrides)

    def _kept(self, path: str, component: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
        """Says what files set for another choice, and this one takes too."""
        kept: dict[tuple[str, str], list[str]] = {}
        for key in keys:
            where = f"{path}.{key}"
            layer = next(iter(self._setting(where)), None)
            if (
                layer is None
                or layer.package == path
                or self.origin.is_typed(where)
                or _is_interpolation(component[key])
            ):
                continue
            alone = self._alone(layer)
            meant = value_at(OmegaConf.to_container(alone, resolve=False), f"{path}.name") if alone else MISSING
            if isinstance(meant, str) and meant != component["name"]:
                kept.setdefault((str(layer), meant), []).append(f"{where}={component[key]}")
        for (source, meant), options in kept.items():
            yield f"{', '.join(options)} of {source}: chosen for {meant}, kept for {component['name']}"


def _signature(kind: str, name: str) -> Signature | None:
    try:
        entry = registry.find(kind, name)
        require_loadable(entry)
        return signature_of(entry)
    except ComponentError:
        return None  # told by the check


def _fits(signature: Signature, key: str, value: object) -> bool:
    if key not in signature.names or key in SUPPLIED:
        return False
    return _is_interpolation(value) or value == "???" or types.fits(value, signature[key].annotation)


def _is_interpolation(value: object) -> bool:
    return isinstance(value, str) and "${" in value


def _resolves(config: DictConfig, path: str) -> bool:
    try:
        OmegaConf.select(config, path, throw_on_missing=True)
    except OmegaConfBaseException:
        return False
    return True
