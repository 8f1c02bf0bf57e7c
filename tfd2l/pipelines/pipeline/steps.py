"""Composes the steps of a pipeline and checks all of them before the first one runs."""

from __future__ import annotations

import itertools
import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from omegaconf import DictConfig, OmegaConf, open_dict, read_write

from tfd2l.config.fitting import DroppedOption
from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.mistakes import examine_overrides, split_sweep
from tfd2l.config.problems import Problem, refuse
from tfd2l.config.schema import components, trains
from tfd2l.errors import did_you_mean
from tfd2l.pipelines.pipeline.file import STEPS, StepOverride
from tfd2l.pipelines.pipeline.request import PipelineRequest
from tfd2l.pipelines.sweep.labels import format_label
from tfd2l.registry import SESSION, find

log = logging.getLogger("tfd2l")

REFERENCE = re.compile(r"\$\{steps\b\.?([^}]*)\}")
GIVES = ("run", "model", "metrics.NAME")


@dataclass(frozen=True)
class Step:
    """One run of a pipeline.

    Args:
        name: of the step in the pipeline; if the step is repeated over values, each of its runs has this name.
        values: key -> value of what it is repeated over.
        given: its overrides; `${steps.NAME...}` in them is what an earlier step gives.
        config: what they compose, resolved; something stands for what earlier steps give.
    """

    name: str
    values: Mapping[str, str]
    given: Sequence[StepOverride]
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """`scratch, fraction 0.05`."""
        return ", ".join(filter(None, [self.name, format_label(self.values)]))

    def overrides(self, value: Callable[[str, str], str]) -> list[str]:
        """Returns the overrides that one would type for this run.

        Args:
            value: name of an earlier step, and `run`, `model` or `metrics.NAME` -> what it gives.
        """
        return [REFERENCE.sub(lambda found: value(*_parts(found)), given.override) for given in self.given]

    def source(self, name: str, earlier: Sequence[Step]) -> Step | None:
        """Returns the run of an earlier step that this run uses; of a repeated step, the one with the same values."""
        meant = [
            step
            for step in earlier
            if step.name == name and all(self.values.get(key) == value for key, value in step.values.items())
        ]
        return meant[0] if meant else None


def compose_steps(request: PipelineRequest) -> list[Step]:
    """Returns the runs of a pipeline in their order, composed and checked.

    Args:
        request: the pipeline.

    Raises:
        ConfigError: with every mistake of every step.
    """
    steps: list[Step] = []
    found: dict[Problem, list[str]] = defaultdict(list)  # -> the steps that have it
    for name, given in request.steps.items():
        right = True
        for values, chosen in _expand_values(given):
            step = Step(name, values, _add_names(chosen, request.name, format_label({"": name, **values})))
            if right:  # a mistake in one run of a step is in most of them: the others need not be composed
                wrong = list(_check_references(step, steps, list(request.steps)))
                step, more = _check_step(step)
                known = {problem.path for problem in wrong}
                wrong += [problem for problem in more if problem.path not in known]
                right = not wrong
                for problem in wrong:
                    found[problem].append(name)
            steps.append(step)
    refuse(list(_locate_problems(found, len(request.steps))))
    refuse(list(_check_stores(steps)))
    return steps


def dump_steps(steps: Sequence[Step]) -> dict[str, Any]:
    """Returns label of a step -> its whole configuration, unresolved, as `--cfg job` shows it."""
    configs = {step.label: compose_raw([given.override for given in step.given]) for step in steps}
    return {name: OmegaConf.to_container(_without_hydra(config)) for name, config in configs.items()}


def _expand_values(given: Sequence[StepOverride]) -> Iterator[tuple[dict[str, str], list[StepOverride]]]:
    """Yields every combination of the values of repeated keys: key -> value, and the overrides."""
    several = [[StepOverride(one, each.text, each.where) for one in split_sweep(each.override)] for each in given]
    swept = [number for number, alternative in enumerate(several) if len(alternative) > 1]
    for chosen in itertools.product(*several):
        overrides = [chosen[number].override for number in swept]
        yield {key_of(override): override.partition("=")[2] for override in overrides}, list(chosen)


def _add_names(given: Sequence[StepOverride], pipeline: str, name: str) -> list[StepOverride]:
    """Names experiment and run after pipeline and step, unless the overrides name them."""
    keys = {key_of(one.override) for one in given}
    quoted = name if name.isidentifier() else '"' + name.replace('"', "") + '"'
    own = {"name": f"name={pipeline}", "tracking.run_name": f"tracking.run_name={quoted}"}
    return [
        *(StepOverride(override, override, "the pipeline's own") for key, override in own.items() if key not in keys),
        *given,
    ]


def _locate_problems(found: Mapping[Problem, Sequence[str]], number: int) -> Iterator[Problem]:
    """Yields each mistake with the path of its step; a mistake of all steps once, without one."""
    for problem, names in found.items():
        if len(names) == number > 1:
            yield problem
        else:
            yield from (Problem(f"{STEPS}.{name}.{problem.path}", problem.text) for name in names)


def _check_references(step: Step, earlier: Sequence[Step], names: Sequence[str]) -> Iterator[Problem]:
    for given in step.given:
        for found in REFERENCE.finditer(given.override):
            wrong = _find_mistake(step, *_parts(found), earlier, names)
            if wrong:
                yield Problem(key_of(given.override), f"{wrong} Received: {given}")


def _find_mistake(step: Step, name: str, what: str, earlier: Sequence[Step], names: Sequence[str]) -> str:
    """Returns why `${steps.NAME.WHAT}` cannot be resolved; empty if it can."""
    before = list(dict.fromkeys(one.name for one in earlier if one.name != step.name))
    if name not in names:
        return f"there is no step {name!r}.{did_you_mean(name, names)} There are: {', '.join(names)}."
    if name not in before:
        return f"{name!r} has not run then: a step can use those before it: {', '.join(before) or 'here none'}."
    kind, _, metric = what.partition(".")
    if what not in GIVES[:2] and not (kind == "metrics" and metric):
        return f"a step gives no {what!r}.{did_you_mean(what, GIVES)} It gives: {', '.join(GIVES)}."
    source = step.source(name, earlier)
    if source is None:
        over = ", ".join(dict.fromkeys(key for one in earlier if one.name == name for key in one.values))
        return f"{name!r} runs several times (over {over}), and this step over other values: it is not known which."
    if what == "model" and source.config and not trains(source.config):
        return f"{name!r} gives no model: it trains none."
    if what == "model" and source.config and not source.config["tracking"].get("log_model", True):
        return f"{name!r} keeps no model: give it `tracking.log_model: true`."
    return ""


def _parts(found: re.Match[str]) -> tuple[str, str]:
    name, _, what = found.group(1).partition(".")
    return name, what


def _placeholder(name: str, what: str) -> str:
    """Returns a value of the right type for a reference that is not resolved yet."""
    return {"run": f"run_of_{name}", "model": f"run:run_of_{name}"}.get(what, "0.5")


def _check_step(step: Step) -> tuple[Step, list[Problem]]:
    """Returns the step with its configuration, without overrides of components that were replaced; and its mistakes."""
    overrides = step.overrides(_placeholder)
    places = {o: (given.text, given.where) for o, given in zip(overrides, step.given, strict=True)}
    found, checked = examine_overrides(list(places), places)
    if found or checked is None:
        return step, found
    for note in checked.notes:
        log.info("step %s: %s", step.label, note)
    left_out = {note.override for note in checked.notes if isinstance(note, DroppedOption)}
    given = [one for one, override in zip(step.given, overrides, strict=True) if override not in left_out]
    step = Step(step.name, step.values, given, checked.plain)
    return step, list(_check_scope(step))


def _check_scope(step: Step) -> Iterator[Problem]:
    """Yields what a single run may have, and a step may not."""
    many = [str(one) for one in step.given if key_of(one.override) in ("hparams", "hydra.mode")]
    if many:
        text = "a step is one run for each value of its own keys: `KEY: VALUE, VALUE`, not a multirun."
        yield Problem("hparams", f"{text} Received: {', '.join(many)}")
    for path, kind, component in components(step.config):
        if find(kind, component["name"]).distribution == SESSION:
            text = "is registered in this session, and a step runs in a process of its own: ship it as a plugin."
            yield Problem(f"{path}.name", f"{text} Received: {component['name']}")


def _check_stores(steps: Sequence[Step]) -> Iterator[Problem]:
    stores = {str(step.config["tracking"].get("uri")) for step in steps}
    if len(stores) > 1:
        text = "the steps of a pipeline are in one store: give `tracking.uri=URI` for all of them."
        yield Problem("tracking.uri", f"{text} Received: {', '.join(sorted(stores))}")


def _without_hydra(config: DictConfig) -> DictConfig:
    with open_dict(config), read_write(config):
        del config["hydra"]
    return config
