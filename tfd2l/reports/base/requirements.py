"""Requirements of reports, checked before a run trains."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import keras

from tfd2l.data.info import DataInfo, require_split
from tfd2l.errors import ComponentError, listing
from tfd2l.models.base.protocols import HasWordVectors, require_model

Numbers = Mapping[str, float]
Report = TypeVar("Report", bound=Callable[..., Numbers | None])


@dataclass(frozen=True)
class BuiltRun:
    """A run with data and model, before it trains.

    Args:
        model: untrained.
        data: what is known of them after the stages.
        answers: () -> the keys that the served graph answers with; None where that is not known before training.
        model_inputs: the model's inputs for raw inputs, through the stages that serve.
    """

    model: keras.Model
    data: DataInfo
    answers: Callable[[], Collection[str] | None]
    model_inputs: Callable[[Mapping[str, Any]], Any]


Check = Callable[[BuiltRun, Mapping[str, Any]], None]
"""Takes the run and all options of the report; raises a `Tfd2lError` if the report cannot be made."""


def requires(*checks: Check) -> Callable[[Report], Report]:
    """Declares what a report needs of a run.

        @requires(needs_split, needs_answers("label"))
        def my_report(run: FinishedRun, split: str | None = None) -> dict[str, float]: ...

    Args:
        checks: called in their order after a run is built, and before it trains.
    """

    def declare(report: Report) -> Report:
        report.requirements = checks  # type: ignore[attr-defined]
        return report

    return declare


def check_requirements(report: Callable[..., Numbers | None], run: BuiltRun, options: Mapping[str, Any]) -> None:
    """Checks what a report needs; one that declares nothing needs nothing.

    Args:
        report: the component.
        run: before it trains.
        options: those that the configuration gives.

    Raises:
        Tfd2lError: of the first check that fails.
    """
    checks: tuple[Check, ...] = getattr(report, "requirements", ())
    parameters = inspect.signature(report).parameters.values()
    defaults = {parameter.name: parameter.default for parameter in parameters}
    for check in checks:
        check(run, {**defaults, **options})


def needs_split(run: BuiltRun, options: Mapping[str, Any]) -> None:
    """Checks that the data have the split that the option `split` names."""
    if options["split"] is not None:
        require_split(options["split"], run.data.sizes)


def needs_class_names(run: BuiltRun, options: Mapping[str, Any]) -> None:
    """Checks that the data have class names."""
    if not run.data.class_names:
        raise ComponentError(
            f"The report is about the classes of examples, and the data have none: leave it out. "
            f"Received: data {run.data.source} without class names"
        )


def needs_answers(*keys: str, decoder: str = "class_probabilities") -> Check:
    """Returns a check that the serving graph answers with these keys.

    Args:
        keys: of the answers.
        decoder: one that gives them, for the error.
    """

    def check(run: BuiltRun, options: Mapping[str, Any]) -> None:
        answers = run.answers()
        if answers is not None and not set(keys) <= set(answers):
            raise ComponentError(
                f"The report needs a decoder that gives {listing(keys)}: `decoder={decoder}`; or leave the report out. "
                f"Received: a run that answers with {listing(answers)}"
            )

    return check


def needs_model(protocol: type) -> Check:
    """Returns a check that the model has the methods of a protocol.

    Args:
        protocol: one of `tfd2l.models.base.protocols`.
    """

    def check(run: BuiltRun, options: Mapping[str, Any]) -> None:
        require_model(run.model, protocol, "The report")

    return check


def needs_at_least_1(*names: str) -> Check:
    """Returns a check that options are at least 1."""

    def check(run: BuiltRun, options: Mapping[str, Any]) -> None:
        for name in names:
            if options[name] is not None and options[name] < 1:
                raise ComponentError(f"{name} counts from 1 up. Received: {name}={options[name]}")

    return check


def needs_word_vectors(run: BuiltRun, options: Mapping[str, Any]) -> None:
    """Checks that the run takes one text, and has word vectors or answers with a `vector`."""
    if len(run.data.inputs) != 1:
        raise ComponentError(
            "Reports about word vectors need a run that takes one text and gives its `vector`. "
            f"Received: a run that takes {listing(run.data.inputs)}"
        )
    if not isinstance(run.model, HasWordVectors):
        needs_answers("vector", decoder="nearest_words")(run, options)
