"""Reads the file of a pipeline: `pipelines/NAME.yaml`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from tfd2l.config.hydra_errors import explain_yaml_error, key_of
from tfd2l.config.options import option_files
from tfd2l.config.problems import Problem, refuse
from tfd2l.errors import ConfigError, listing
from tfd2l.files.text_file import read_text

STEPS = "steps"
ALL = "all"  # of `pipeline.redo`, so no step has this name
NAME = re.compile(r"[A-Za-z]\w*")
OWN_RESUME = "a pipeline resumes by itself: the same command resumes it where it stopped."


@dataclass(frozen=True)
class StepOverride:
    """An override of a step.

    Args:
        override: as Hydra takes it.
        text: as it was written or typed.
        where: file and line, or the command line.
    """

    override: str
    text: str
    where: str

    def __str__(self) -> str:
        return f"{self.text} ({self.where})"


@dataclass(frozen=True)
class PipelineFile:
    """The contents of the file of a pipeline.

    Args:
        description: for people.
        shared: overrides of every step.
        steps: name -> overrides of this step, in the order of the file.
    """

    description: str = ""
    shared: Sequence[StepOverride] = ()
    steps: Mapping[str, Sequence[StepOverride]] = field(default_factory=dict)


Pair = tuple[str, yaml.Node, str]


def read_pipeline_file(file: Path) -> PipelineFile:
    """Reads the pipeline in a file.

        description: What it is for.
        KEY: VALUE                # of every step, as one would type it
        steps:
          NAME:
            experiment: EXPERIMENT
            KEY: VALUE            # of this step
            KEY: VALUE, VALUE     # a run for each

    Raises:
        ConfigError: with every mistake in it, each with its line.
        DataError: the file is not text in UTF-8, or in UTF-16 with its mark.
    """
    read_text(file)  # names file, line and byte where it is no text; what follows names lines by the stream
    with file.open("rb") as stream:
        try:
            loader = yaml.SafeLoader(stream)
            top = _pairs(loader, loader.get_single_node(), file)
            inside = [_pairs(loader, node, file) for key, node, _ in top if key == STEPS]
            steps = [(name, place, _pairs(loader, node, file)) for name, node, place in (inside[-1] if inside else [])]
            descriptions = [loader.construct_object(node) for key, node, _ in top if key == "description"]
            shared = _overrides_in(loader, [pair for pair in top if pair[0] not in (STEPS, "description")])
            given = {name: _overrides_in(loader, pairs) for name, _, pairs in steps}
        except yaml.YAMLError as error:
            wrong = explain_yaml_error(error)
            refuse([Problem(wrong.path, wrong.text)])
    refuse(list(_problems(file, [(name, place) for name, place, _ in steps], shared, given)))
    return PipelineFile(str(descriptions[-1] or "").strip() if descriptions else "", shared, given)


def make_override(override: str, text: str, where: str) -> StepOverride:
    """Returns an override; a step has no experiment yet, so Hydra expects a `+` before it."""
    chosen = key_of(override) == "experiment" and not override.startswith("~")
    return StepOverride(f"+{override.lstrip('+')}" if chosen else override, text, where)


def _pairs(loader: yaml.SafeLoader, node: yaml.Node | None, file: Path) -> list[Pair]:
    """Returns (key, value, file:line) of a mapping, with what it takes over from another one (`<<: *other`)."""
    if not isinstance(node, yaml.MappingNode):
        place = f"{file}:{node.start_mark.line + 1}" if node is not None else str(file)
        received = "an empty file" if node is None else repr(loader.construct_object(node, deep=True))
        raise ConfigError(f"{place}: expects a mapping, `KEY: VALUE` on each line. Received: {received}")
    loader.flatten_mapping(node)
    return [(str(key.value), value, f"{file}:{key.start_mark.line + 1}") for key, value in node.value]


def _overrides_in(loader: yaml.SafeLoader, pairs: Sequence[Pair]) -> list[StepOverride]:
    overrides = []
    for key, node, place in pairs:
        value = loader.construct_object(node, deep=True)
        typed = key if key.startswith("~") and value is None else f"{key}={_format_value(value)}"
        overrides.append(make_override(typed, typed, place))
    return overrides


def _format_value(value: object) -> str:
    """Formats a value of YAML as one types it after `KEY=`; a text stays as it is: `a, b` are two values."""
    return value if isinstance(value, str) else _format_nested(value)


def _format_nested(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_format_nested(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_format_nested, value)) + "]"
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value]
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'" if isinstance(value, str) else str(value)


def _problems(
    file: Path,
    steps: Sequence[tuple[str, str]],
    shared: Sequence[StepOverride],
    given: Mapping[str, Sequence[StepOverride]],
) -> Iterable[Problem]:
    if not steps:
        yield Problem(str(file), f"a pipeline has `{STEPS}:`, NAME: {{experiment: EXPERIMENT, ...}}. Received: no step")
    names = [name for name, _ in steps]
    for number, (name, place) in enumerate(steps):
        path = f"{STEPS}.{name}"
        if not NAME.fullmatch(name) or name == ALL:
            text = f"a step's name is a word of letters, digits and _, and not {ALL!r}."
            yield Problem(path, f"{text} Received: {name} ({place})")
        if name in names[:number]:
            yield Problem(path, f"there are two of that name; rename one. Received: {name} ({place})")
        keys = [key_of(one.override) for one in (*shared, *given[name])]
        if "experiment" not in keys:
            way_out = f"Give it `experiment: NAME`, one of {listing(option_files('experiment'))}."
            yield Problem(path, f"names no experiment. {way_out} Received: {', '.join(keys)} ({place})")
    for one in (*shared, *(one for step in given.values() for one in step)):
        if key_of(one.override).partition(".")[0] == "resume":
            yield Problem("resume", f"{OWN_RESUME} Received: {one}")
