"""Reads the pipeline that a command line chooses: a file, and what the command line changes in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException

from tfd2l.config.hydra_errors import key_of
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.config.problems import Problem, refuse
from tfd2l.errors import did_you_mean, listing
from tfd2l.pipelines.pipeline.file import ALL, OWN_RESUME, STEPS, StepOverride, make_override, read_pipeline_file

REDO = "redo"
TYPED = "command line"
SEARCH_PATH = "hydra.searchpath"  # how `--config-dir` is passed on
OWN_EXPERIMENT = f"every step has its own; `{STEPS}.NAME.experiment=OTHER` changes one."


@dataclass(frozen=True)
class PipelineRequest:
    """A pipeline as a file describes it and a command line changes it.

    Args:
        name, file: of the pipeline.
        description: for people.
        steps: name -> its overrides, one a key; in the order in which steps run.
        redo: steps that run even if they are finished.
    """

    name: str
    file: Path
    description: str
    steps: Mapping[str, Sequence[StepOverride]]
    redo: frozenset[str]


def chooses_pipeline(overrides: Sequence[str]) -> bool:
    """Returns whether a command line chooses a pipeline: `+pipeline=NAME`."""
    return any(key_of(override) == PIPELINE for override in overrides)


def read_request(overrides: Sequence[str]) -> PipelineRequest:
    """Returns the pipeline that a command line chooses, as the command line changes it.

    An override of one step takes precedence over one of all steps, the command line over the file.

    Raises:
        ConfigError: with every mistake: no such pipeline, a file that is not one, a step that is not there.
    """
    name, file = _find_file(overrides)
    written = read_pipeline_file(file)
    shared = list[StepOverride]()
    typed = {step: list[StepOverride]() for step in written.steps}
    left_out, redo = set[str](), set[str]()
    found: list[Problem] = []
    for override in overrides:
        key = key_of(override)
        head, _, rest = key.partition(".")
        wrong = ""
        if head == STEPS:
            step, _, option = rest.partition(".")
            if step not in typed:
                key = f"{STEPS}.{step}"
                near = did_you_mean(step, typed, f"{STEPS}.")
                wrong = f"{name} has no such step.{near} Its steps: {', '.join(typed)}."
            elif option:
                typed[step].append(make_override(override.replace(f"{STEPS}.{step}.", "", 1), override, TYPED))
            elif override.startswith("~"):
                left_out.add(step)
            else:
                wrong = f"expects an option, `{key}.KEY=VALUE`; `~{key}` leaves the step out."
        elif head == PIPELINE and rest:
            names, wrong = _parse_redo(rest, override, [*typed, ALL])
            redo.update(names)
        elif key == "experiment":
            wrong = OWN_EXPERIMENT
        elif head == "resume":
            wrong = OWN_RESUME
        elif head != PIPELINE:
            shared.append(make_override(override, override, TYPED))
        if wrong:
            found.append(Problem(key, f"{wrong} Received: {override} ({TYPED})"))
    if left_out == set(written.steps):
        found.append(
            Problem(STEPS, f"none is left. Received: {', '.join(f'~{STEPS}.{step}' for step in written.steps)}")
        )
    refuse(found)
    steps = {
        step: _merge_overrides([*written.shared, *own, *shared, *typed[step]])
        for step, own in written.steps.items()
        if step not in left_out
    }
    return PipelineRequest(name, file, written.description, steps, frozenset(steps if ALL in redo else redo))


def _find_file(overrides: Sequence[str]) -> tuple[str, Path]:
    """Returns name and file of the pipeline."""
    *_, override = [override for override in overrides if key_of(override) == PIPELINE]
    name = override.partition("=")[2]
    files = {**option_files(PIPELINE), **_files_on_search_path(overrides)}
    if name not in files:
        text = f"there is no {name!r}.{did_you_mean(name, files)} There are: {listing(files)}."
        refuse([Problem(PIPELINE, f"{text} Received: {override} ({TYPED})")])
    if not override.startswith("+"):
        text = f"none is chosen yet, so it is added with `+`: `+{override}`."
        refuse([Problem(PIPELINE, f"{text} Received: {override} ({TYPED})")])
    return name, files[name]


def _files_on_search_path(overrides: Sequence[str]) -> dict[str, Path]:
    """Returns the pipelines in the folders that the command line adds."""
    added = [override for override in overrides if key_of(override) == SEARCH_PATH]
    folders: Any = OverridesParser.create().parse_override(added[-1]).value() if added else []
    paths = [Path(str(folder).removeprefix("file://")) for folder in folders]
    return {file.stem: file for path in paths for file in sorted((path / PIPELINE).glob("*.yaml"))}


def _merge_overrides(overrides: Sequence[StepOverride]) -> list[StepOverride]:
    """Returns the last override of each key; a key that an earlier one has added is still added."""
    merged: dict[str, StepOverride] = {}
    for one in overrides:
        key = key_of(one.override)
        before = merged.pop(key, None)
        added = before is not None and before.override.startswith("+") and not one.override.startswith(("+", "~"))
        merged[key] = StepOverride(f"+{one.override}", one.text, one.where) if added else one
    return list(merged.values())


def _parse_redo(option: str, override: str, steps: Sequence[str]) -> tuple[list[str], str]:
    """Returns the steps to run again, and the mistake, if there is one."""
    if option != REDO:
        return [], f"no such option.{did_you_mean(option, [REDO], f'{PIPELINE}.')} {PIPELINE} takes: {REDO}."
    try:
        value: Any = OverridesParser.create().parse_override(override).value()
    except HydraException:
        value = None
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        return [], f"expects a step, a list of steps, or {ALL}: `{PIPELINE}.{REDO}=[STEP, STEP]`."
    unknown = [name for name in names if name not in steps]
    if unknown:
        near = did_you_mean(unknown[0], steps)
        return [], f"there is no step {unknown[0]!r}.{near} There are: {', '.join(steps)}."
    return names, ""
