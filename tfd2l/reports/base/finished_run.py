"""What a report is given: a finished run, and where to put what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NoReturn

from tfd2l.artifacts import Artifacts
from tfd2l.data.info import NO_DATA, DataInfo
from tfd2l.errors import ComponentError

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Predictions:
    """What the served model says of a split, in the order of its examples.

    Args:
        inputs: what a person would give, by key (text as str, an image as an array).
        targets: the label numbers, or the texts where the target is a text (a translation); empty if there are none.
        decoded: what the decoder makes of the outputs, by key (text as str).
        split: whose examples these are.
    """

    inputs: Mapping[str, Sequence[Any]]
    targets: Sequence[Any]
    decoded: Mapping[str, Sequence[Any]]
    split: str = "test"


def _no_model(*arguments: Any) -> NoReturn:
    raise ComponentError(
        "This report is about a trained model, and the run trains none: leave it out, or choose an experiment with a "
        "dataset and a model (`tfd2l list experiment`). Received: model=null"
    )


def _no_build(*arguments: Any, **supplied: Any) -> NoReturn:
    raise ComponentError("This run gives its reports no way to build components. Received: build=None")


@dataclass(frozen=True)
class FinishedRun:
    """A run after training and evaluation. One that trains nothing has `artifacts` and `build` alone.

    Args:
        artifacts: where to log.
        model: the trained model.
        data: what is known of the data.
        history: the logs of every epoch.
        test: loss and metrics on the test split.
        predict: predictions of the served graph on a split, at most so many examples; of the split None: that which
            results are of, test, without it validation, else train.
        serve: what the served graph says of raw inputs, lists by key.
        model_inputs: the model's inputs (x of a batch) for raw inputs, through the stages that serve.
        training_sample: the same few training examples as one batch, as the stages make them in an epoch; None as they
            make those that are not trained on.
        curve: every validation, those inside epochs too: `step` and what was measured (`val_loss`, ...).
        optimizer: with the schedule in it.
        steps_per_epoch, total_steps: of the whole run.
        build: makes a component from its kind and configuration, with keywords for what the experiment supplies.
    """

    artifacts: Artifacts
    model: keras.Model | None = None
    data: DataInfo = NO_DATA
    history: Sequence[Mapping[str, float]] = ()
    test: Mapping[str, float] = field(default_factory=dict)
    predict: Callable[[str | None, int | None], Predictions] = _no_model
    serve: Callable[[Mapping[str, Sequence[Any]]], Mapping[str, Sequence[Any]]] = _no_model
    model_inputs: Callable[[Mapping[str, Sequence[Any]]], Any] = _no_model
    training_sample: Callable[[int | None], Any] = _no_model
    curve: Sequence[Mapping[str, float]] = ()
    optimizer: keras.optimizers.Optimizer | None = None
    steps_per_epoch: int = 0
    total_steps: int = 0
    build: Callable[..., Any] = _no_build

    @property
    def trained(self) -> keras.Model:
        """The trained model.

        Raises:
            ComponentError: the run trains nothing.
        """
        return _no_model() if self.model is None else self.model
