"""A chain as it is written: the file `pipelines/NAME.yaml`, changed by a command line."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from tfd2l.config.check import Problem, refuse
from tfd2l.config.hydra_errors import key_of, understood
from tfd2l.config.paths import CHAIN, option_files
from tfd2l.errors import did_you_mean, listing

STEPS = "steps"
ALL = "all"
NAME = re.compile(r"[A-Za-z]\w*")
TYPED = "command line"
SEARCH_PATH = "hydra.searchpath"  # how `--config-dir` is passed on
OWN_RESUME = "a chain goes on by itself: the same command goes on where it stopped."
OWN_EXPERIMENT = "every step has its own; `steps.NAME.experiment=OTHER` changes one."


@dataclass(frozen=True)
class Given:
    """An override of a step: as Hydra takes it, how it was given, and where."""

    override: str
    text: str
    where: str

    def __str__(self) -> str:
        return f"{self.text} ({self.where})"


@dataclass(frozen=True)
class Written:
    """What a chain's file says.

    Arguments:
        description: for a person.
        shared: given to every step.
        steps: name -> what is given to this step, in their order.
    """

    description: str = ""
    shared: Sequence[Given] = ()
    steps: Mapping[str, Sequence[Given]] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """What is asked for by a file and a command line together.

    Arguments:
        name, file: of the chain.
        description: for a person.
        steps: name -> its overrides, one a key; in the order in which steps run.
        redo: steps that run even if they are finished.
    """

    name: str
    file: Path
    description: str
    steps: Mapping[str, Sequence[Given]]
    redo: frozenset[str]


def chooses_chain(overrides: Sequence[str]) -> bool:
    """True if a command line chooses a chain: `+pipeline=NAME`."""
    return any(key_of(override) == CHAIN for override in overrides)


def asked(overrides: Sequence[str]) -> Asked:
    """The chain that a command line chooses, as the command line changes it.

    Raises:
        ConfigError: with every mistake: no such chain, a file that is not one, a step that is not there.
    """
    name, file = _chosen(overrides)
    written = read_chain(file)
    found: list[Problem] = []
    shared, typed = list[Given](), {step: list[Given]() for step in written.steps}
    left_out, redo = set[str](), list[str]()
    for override in overrides:
        key, place = key_of(override), f"{override} ({TYPED})"
        head, _, rest = key.partition(".")
        if key == "experiment":
            found.append(Problem(key, f"{OWN_EXPERIMENT} Received: {place}"))
        elif head == "resume":
            found.append(Problem("resume", f"{OWN_RESUME} Received: {place}"))
        elif head == STEPS:
            step, _, option = rest.partition(".")
            if step not in typed:
                near = did_you_mean(step, typed, f"{STEPS}.")
                text = f"{name} has no such step.{near} Its steps: {', '.join(typed)}. Received: {place}"
                found.append(Problem(f"{STEPS}.{step}", text))
            elif override == f"~{STEPS}.{step}":
                left_out.add(step)
            elif not option:
                way_out = f"expects an option, `{STEPS}.{step}.KEY=VALUE`; `~{STEPS}.{step}` leaves the step out."
                found.append(Problem(f"{STEPS}.{step}", f"{way_out} Received: {place}"))
            else:
                typed[step].append(_given(override.replace(f"{STEPS}.{step}.", "", 1), override, TYPED))
        elif head == "chain":
            values, wrong = _redone(rest, override, [*typed, ALL])
            redo += values
            found += [Problem(key, f"{text} Received: {place}") for text in wrong]
        elif head != CHAIN:
            shared.append(_given(override, override, TYPED))
    refuse(found)
    steps = {
        step: _merged([*written.shared, *given, *shared, *typed[step]])
        for step, given in written.steps.items()
        if step not in left_out
    }
    return Asked(name, file, written.description, steps, frozenset(steps if ALL in redo else redo))


def read_chain(file: Path) -> Written:
    """The chain in a file.

    Raises:
        ConfigError: with every mistake in it, each with its line.
    """
    with file.open(encoding="utf-8") as stream:
        try:
            loader = yaml.SafeLoader(stream)
            top = _pairs(loader, loader.get_single_node(), file)
            steps = [node for key, node, _ in top if key == STEPS]
            inside = _pairs(loader, steps[-1], file) if steps else []
            by_step = [(name, place, _pairs(loader, node, file)) for name, node, place in inside]
            values = {key: loader.construct_object(node, deep=True) for key, node, _ in top if key != STEPS}
            shared = _all_given(loader, [pair for pair in top if pair[0] not in (STEPS, "description")])
            given = {name: _all_given(loader, pairs) for name, _, pairs in by_step}
        except yaml.MarkedYAMLError as error:
            wrong = understood(error, [])
            refuse([Problem(wrong.path, wrong.text)])
    found = list(_problems(file, by_step, shared, given))
    refuse(found)
    return Written(str(values.get("description") or ""), shared, given)


def _chosen(overrides: Sequence[str]) -> tuple[str, Path]:
    """Name and file of the chain."""
    *_, override = [override for override in overrides if key_of(override) == CHAIN]
    name = override.partition("=")[2]
    files = {**option_files(CHAIN), **_searched(overrides)}
    received = f"Received: {override} ({TYPED})"
    if name not in files:
        text = f"there is no {name!r}.{did_you_mean(name, files)} There are: {listing(files)}."
        refuse([Problem(CHAIN, f"{text} {received}")])
    if not override.startswith("+"):
        refuse([Problem(CHAIN, f"none is chosen yet, so it is added with `+`: `+{override}`. {received}")])
    return name, files[name]


def _searched(overrides: Sequence[str]) -> dict[str, Path]:
    """Chains in the folders that the command line adds."""
    added = [override for override in overrides if key_of(override) == SEARCH_PATH]
    folders: Any = OverridesParser.create().parse_override(added[-1]).value() if added else []
    paths = [Path(str(folder).removeprefix("file://")) for folder in folders]
    return {file.stem: file for path in paths for file in sorted((path / CHAIN).glob("*.yaml"))}


Pair = tuple[str, yaml.Node, str]


def _pairs(loader: yaml.SafeLoader, node: yaml.Node | None, file: Path) -> list[Pair]:
    """(key, value, file:line) of a mapping; a step that inherits another's keys (`<<: *other`) has them too."""
    if not isinstance(node, yaml.MappingNode):
        place = f"{file}:{node.start_mark.line + 1}" if node is not None else str(file)
        received = "an empty file" if node is None else repr(loader.construct_object(node, deep=True))
        refuse([Problem(place, f"expects a mapping, KEY: VALUE on each line. Received: {received}")])
    assert isinstance(node, yaml.MappingNode)
    loader.flatten_mapping(node)
    return [(str(key.value), value, f"{file}:{key.start_mark.line + 1}") for key, value in node.value]


def _problems(
    file: Path,
    steps: Sequence[tuple[str, str, Sequence[Pair]]],
    shared: Sequence[Given],
    given: Mapping[str, Sequence[Given]],
) -> Iterable[Problem]:
    if not steps:
        yield Problem(str(file), f"a chain has `{STEPS}:`, each NAME: {{experiment: EXPERIMENT, ...}}. Received: none")
    names = [name for name, _, _ in steps]
    for number, (name, place, _) in enumerate(steps):
        if not NAME.fullmatch(name) or name == ALL:
            text = f"a step's name is a word of letters, digits and _, not {ALL!r}."
            yield Problem(f"{STEPS}.{name}", f"{text} Received: {name} ({place})")
        if name in names[:number]:
            yield Problem(f"{STEPS}.{name}", f"there are two of that name. Rename one. Received: {name} ({place})")
        keys = [key_of(one.override) for one in (*shared, *given[name])]
        if "experiment" not in keys:
            near = did_you_mean("experiment", keys)
            way_out = f"`experiment: NAME`, one of {listing(option_files('experiment'))}"
            yield Problem(
                f"{STEPS}.{name}", f"names no experiment.{near} Give it {way_out}. Received: {name} ({place})"
            )
    for one in (*shared, *(one for step in given.values() for one in step)):
        if key_of(one.override).partition(".")[0] == "resume":
            yield Problem("resume", f"{OWN_RESUME} Received: {one}")


def _all_given(loader: yaml.SafeLoader, pairs: Sequence[Pair]) -> list[Given]:
    given = []
    for key, node, place in pairs:
        value = loader.construct_object(node, deep=True)
        typed = key if key.startswith("~") and value is None else f"{key}={_typed(value)}"
        given.append(_given(typed, typed, place))
    return given


def _given(override: str, text: str, where: str) -> Given:
    chosen = key_of(override) == "experiment" and not override.startswith("~")
    return Given(f"+{override.lstrip('+')}" if chosen else override, text, where)


def _merged(given: Sequence[Given]) -> list[Given]:
    """One a key, the last that was given; a key that was added by an earlier one is still added."""
    merged: dict[str, Given] = {}
    for one in given:
        key = key_of(one.override)
        before = merged.pop(key, None)
        sign = "+" if before and before.override.startswith("+") and not one.override.startswith(("+", "~")) else ""
        merged[key] = Given(f"{sign}{one.override}", one.text, one.where)
    return list(merged.values())


def _typed(value: Any) -> str:
    """A value of YAML as it would be typed after `KEY=`; a text is taken as it stands: `a, b` are two values."""
    return value if isinstance(value, str) else _typed_inside(value)


def _typed_inside(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_typed_inside(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_typed_inside, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if isinstance(value, str) else str(value)


def _redone(option: str, override: str, steps: Sequence[str]) -> tuple[list[str], list[str]]:
    """Steps to run again, and what is wrong."""
    if option != "redo":
        return [], [f"no such option.{did_you_mean(option, ['redo'], 'chain.')} chain takes: redo."]
    try:
        value = OverridesParser.create().parse_override(override).value()
    except HydraException:
        value = None
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        return [], ["expects a step, a list of steps, or all: `chain.redo=[STEP, STEP]`."]
    known = ", ".join(steps)
    wrong = [
        f"there is no step {name!r}.{did_you_mean(str(name), steps)} There are: {known}."
        for name in names
        if name not in steps
    ]
    return [str(name) for name in names], wrong
