"""The finished run that a report is a function of."""

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
    """Predictions of the serving graph on a split, in the order of its examples.

    Args:
        inputs: raw inputs by key (text as str, an image as an array).
        targets: label numbers, or texts where the target is a text (a translation); empty if there are none.
        decoded: answers of the decoder by key (text as str).
        split: the split.
    """

    inputs: Mapping[str, Sequence[Any]]
    targets: Sequence[Any]
    decoded: Mapping[str, Sequence[Any]]
    split: str = "test"


def _no_model(*arguments: object) -> NoReturn:
    raise ComponentError(
        "This report is about a trained model, and the run trains none: leave it out, or choose an experiment with a "
        "dataset and a model (`tfd2l list experiment`). Received: model=null"
    )


def _no_build(*arguments: object, **supplied: object) -> NoReturn:
    raise ComponentError("This run gives its reports no way to build components. Received: build=None")


@dataclass(frozen=True)
class FinishedRun:
    """A run after training and evaluation: the argument `run` of every report.

    A report is a function of a finished run. It logs figures and tables to `run.artifacts`, and returns the numbers
    that it measured, name -> number, or None; the experiment logs those. A number of a split is named `test/NAME`
    (`tfd2l.tracking.metric_names.group_metrics`), any other one gets a name in the group `report`:

        @requires(needs_split, needs_answers("value", decoder="regression_value"))
        def largest_error(run: FinishedRun, split: str | None = None) -> dict[str, float]:
            predictions = run.predict(split, None)
            errors = np.abs(np.asarray(predictions.decoded["value"]) - np.asarray(predictions.targets))
            run.artifacts.log_table({"error": sorted(map(float, errors))}, "tables/errors.json")
            return group_metrics(predictions.split, {"largest_error": float(errors.max())})

    A run that trains nothing has `artifacts` and `build` alone.

    Args:
        artifacts: where figures, tables, texts and files are logged.
        model: the trained model, on one device.
        data: what is known of the data after the stages.
        history: logs of every epoch, as Keras names them (`loss`, `val_loss`, ...).
        test: loss and metrics on the test split.
        predict: (split, limit) -> predictions of the serving graph on the first examples of a split; a limit of None
            takes all, a split of None the one that results are of: test, without it validation, else train.
        serve: raw inputs, lists by key -> answers of the serving graph, lists by key.
        model_inputs: raw inputs, lists by key -> the model's inputs (x of a batch), through the stages that serve.
        training_sample: epoch -> the same few training examples as one batch, as the stages make them in that epoch;
            of None as the stages make examples that are not trained on.
        curve: every validation, those inside epochs too: `step`, and what was measured (`val_loss`, ...).
        optimizer: with the schedule in it.
        steps_per_epoch: of the run.
        total_steps: of the whole run.
        build: (kind, configuration, **supplied) -> a component; `supplied` is what the experiment supplies (`model`).
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
