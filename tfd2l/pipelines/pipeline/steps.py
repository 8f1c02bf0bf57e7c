"""The runs of a pipeline: each is composed and checked before the first one starts."""

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
from tfd2l.pipelines.pipeline.file import STEPS, Given
from tfd2l.pipelines.pipeline.request import Asked
from tfd2l.pipelines.sweep.labels import label
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
    given: Sequence[Given]
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """`scratch, fraction 0.05`."""
        return ", ".join(filter(None, [self.name, label(self.values)]))

    def overrides(self, value: Callable[[str, str], str]) -> list[str]:
        """What one would type for this run.

        Args:
            value: name of an earlier step, and `run`, `model` or `metrics.NAME` -> what it gives.
        """
        return [REFERENCE.sub(lambda found: value(*_parts(found)), given.override) for given in self.given]

    def source(self, name: str, earlier: Sequence[Step]) -> Step | None:
        """The one run of an earlier step that this run uses: if that step is repeated, the one of the same values."""
        meant = [
            step
            for step in earlier
            if step.name == name and all(self.values.get(key) == value for key, value in step.values.items())
        ]
        return meant[0] if meant else None


def steps_of(asked: Asked) -> list[Step]:
    """The runs of a pipeline in their order.

    Raises:
        ConfigError: with every mistake of every step.
    """
    steps: list[Step] = []
    found: dict[Problem, list[str]] = defaultdict(list)  # -> the steps that have it
    for name, given in asked.steps.items():
        right = True
        for values, chosen in _repeated(given):
            step = Step(name, values, _named(chosen, asked.name, label({"": name, **values})))
            if (
                right
            ):  # what is wrong with one run of a step is wrong with most of them: the others need not be composed
                wrong = list(_wrong_references(step, steps, list(asked.steps)))
                step, more = _checked(step)
                told = {problem.path for problem in wrong}
                wrong += [problem for problem in more if problem.path not in told]
                right = not wrong
                for problem in wrong:
                    found[problem].append(name)
            steps.append(step)
    refuse(list(_told(found, len(asked.steps))))
    refuse(list(_several_stores(steps)))
    return steps


def shown(steps: Sequence[Step]) -> dict[str, Any]:
    """The whole configuration of every run, as `--cfg job` shows it: nothing is resolved."""
    configs = {step.label: compose_raw([given.override for given in step.given]) for step in steps}
    return {name: OmegaConf.to_container(_without_hydra(config)) for name, config in configs.items()}


def _repeated(given: Sequence[Given]) -> Iterator[tuple[dict[str, str], list[Given]]]:
    """Every combination of values of what holds several: key -> value, and the overrides."""
    several = [[Given(one, each.text, each.where) for one in split_sweep(each.override)] for each in given]
    swept = [number for number, alternative in enumerate(several) if len(alternative) > 1]
    for chosen in itertools.product(*several):
        overrides = [chosen[number].override for number in swept]
        yield {key_of(override): override.partition("=")[2] for override in overrides}, list(chosen)


def _named(given: Sequence[Given], pipeline: str, name: str) -> list[Given]:
    """Runs of a pipeline stand in one MLflow experiment, each under its step's name, if nothing else is given."""
    keys = {key_of(one.override) for one in given}
    quoted = name if name.isidentifier() else '"' + name.replace('"', "") + '"'
    own = {"name": f"name={pipeline}", "tracking.run_name": f"tracking.run_name={quoted}"}
    return [
        *(Given(override, override, "the pipeline's own") for key, override in own.items() if key not in keys),
        *given,
    ]


def _told(found: Mapping[Problem, Sequence[str]], number: int) -> Iterator[Problem]:
    """Each mistake with the step that it is in; by itself if every step has it."""
    for problem, names in found.items():
        if len(names) == number > 1:
            yield problem
        else:
            yield from (Problem(f"{STEPS}.{name}.{problem.path}", problem.text) for name in names)


def _wrong_references(step: Step, earlier: Sequence[Step], names: Sequence[str]) -> Iterator[Problem]:
    for given in step.given:
        for found in REFERENCE.finditer(given.override):
            wrong = _wrong(step, *_parts(found), earlier, names)
            if wrong:
                yield Problem(key_of(given.override), f"{wrong} Received: {given}")


def _wrong(step: Step, name: str, what: str, earlier: Sequence[Step], names: Sequence[str]) -> str:
    """Why nothing can stand for `${steps.NAME.WHAT}`; empty if something can."""
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


def _stand_in(name: str, what: str) -> str:
    """Fits where what it stands for would."""
    return {"run": f"run_of_{name}", "model": f"run:run_of_{name}"}.get(what, "0.5")


def _checked(step: Step) -> tuple[Step, list[Problem]]:
    """The step with what it composes, and without what its file set for another choice; and every mistake in it."""
    overrides = step.overrides(_stand_in)
    places = {o: (given.text, given.where) for o, given in zip(overrides, step.given, strict=True)}
    found, checked = examine_overrides(list(places), places)
    if found or checked is None:
        return step, found
    for note in checked.notes:
        log.info("step %s: %s", step.label, note)
    left_out = {note.override for note in checked.notes if isinstance(note, DroppedOption)}
    given = [one for one, override in zip(step.given, overrides, strict=True) if override not in left_out]
    step = Step(step.name, step.values, given, checked.plain)
    return step, list(_unfit(step))


def _unfit(step: Step) -> Iterator[Problem]:
    """What a run of its own may have, and a step may not."""
    many = [str(one) for one in step.given if key_of(one.override) in ("hparams", "hydra.mode")]
    if many:
        text = "a step is one run for each value of its own keys: `KEY: VALUE, VALUE`, not a multirun."
        yield Problem("hparams", f"{text} Received: {', '.join(many)}")
    for path, kind, component in components(step.config):
        if find(kind, component["name"]).distribution == SESSION:
            text = "is registered in this session, and a step runs in a process of its own: ship it as a plugin."
            yield Problem(f"{path}.name", f"{text} Received: {component['name']}")


def _several_stores(steps: Sequence[Step]) -> Iterator[Problem]:
    stores = {str(step.config["tracking"].get("uri")) for step in steps}
    if len(stores) > 1:
        text = "the steps of a pipeline are in one store: give `tracking.uri=URI` for all of them."
        yield Problem("tracking.uri", f"{text} Received: {', '.join(sorted(stores))}")


def _without_hydra(config: DictConfig) -> DictConfig:
    with open_dict(config), read_write(config):
        del config["hydra"]
    return config
