"""What a report is given: a finished run, and where to put what it makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tfd2l.artifacts import Artifacts
from tfd2l.datasets.data import DataInfo

if TYPE_CHECKING:
    import keras


@dataclass(frozen=True)
class Predictions:
    """What the served model says of a split, in the order of its examples.

    Arguments:
        inputs: what a person would give, by key (text as str, an image as an array).
        targets: the label numbers.
        decoded: what the decoder makes of the outputs, by key (text as str).
    """

    inputs: Mapping[str, Sequence[Any]]
    targets: Sequence[int]
    decoded: Mapping[str, Sequence[Any]]


@dataclass(frozen=True)
class FinishedRun:
    """A run after training and evaluation.

    Arguments:
        artifacts: where to log.
        model: the trained model.
        data: what is known of the data.
        history: the logs of every epoch.
        test: loss and metrics on the test split.
        predict: predictions of the served graph on a split, at most so many examples.
        model_inputs: the model's inputs (x of a batch) for raw inputs, through the stages that serve.
    """

    artifacts: Artifacts
    model: keras.Model
    data: DataInfo
    history: Sequence[Mapping[str, float]]
    test: Mapping[str, float]
    predict: Callable[[str, int | None], Predictions]
    model_inputs: Callable[[Mapping[str, Sequence[Any]]], Any]
