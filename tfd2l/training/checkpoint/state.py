"""Captures the state of training in a checkpoint, and restores it bit by bit."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import keras
import numpy as np

from tfd2l.errors import ResumeError
from tfd2l.training.checkpoint.file import Checkpoint
from tfd2l.training.position import Position
from tfd2l.training.step import TrainStep

History = list[dict[str, float]]
PLAIN = (bool, int, float, str, type(None))


def capture(
    step: TrainStep,
    position: Position,
    callbacks: Iterable[keras.callbacks.Callback],
    history: Sequence[Mapping[str, float]],
    made_by: Mapping[str, Any],
) -> Checkpoint:
    """Captures everything that training depends on.

    The variables of model (those of seed generators too), optimizer and metrics; the position; the states of Python's
    and NumPy's random generators; the callbacks; the history.

    Of a callback, the public attributes that are plain data or lists of arrays are captured: what Keras' own callbacks
    keep (`wait`, `best`, `best_weights`).
    """
    arrays = {name: np.asarray(variable) for name, variable in _variables(step).items()}  # TensorFlow gives copies
    states = []
    for index, callback in enumerate(callbacks):
        states.append({"type": type(callback).__name__, **_plain_attributes(callback)})
        arrays |= {f"callback/{index}/{name}/{i}": a for name, held in _arrays(callback).items() for i, a in held}
    facts = {
        **asdict(position),
        "history": [dict(logs) for logs in history],
        "random": random.getstate(),
        "callbacks": states,
        "stopped": bool(step.model.stop_training),
        "xla": step.differentiation.xla,
        "made_by": dict(made_by),
    }
    kind, keys, *rest = np.random.get_state(legacy=True)
    return Checkpoint({**arrays, "numpy.random": np.array(keys)}, {**facts, "numpy.random": [kind, *rest]})


def restore(
    checkpoint: Checkpoint, step: TrainStep, position: Position, callbacks: Sequence[keras.callbacks.Callback]
) -> History:
    """Restores everything that `capture` has captured, and returns the history so far.

    Raises:
        ResumeError: the checkpoint does not hold the variables that there are.
    """
    variables, arrays, facts = _variables(step), checkpoint.arrays, checkpoint.facts
    for name, variable in variables.items():
        saved = arrays.get(name)
        if saved is None or saved.shape != tuple(variable.shape):
            raise ResumeError(
                f"The checkpoint does not fit the run: it has no variable {name} of shape {tuple(variable.shape)}. "
                f"Received: {'none of that name' if saved is None else f'one of shape {saved.shape}'}"
            )
        variable.assign(saved)
    for index, (callback, state) in enumerate(zip(callbacks, facts["callbacks"], strict=False)):
        if state.pop("type") != type(callback).__name__:
            continue  # forced into another configuration
        held: dict[str, list[np.ndarray]] = {}
        for name, array in arrays.items():
            if name.startswith(f"callback/{index}/"):
                held.setdefault(name.split("/")[2], []).append(array)
        for name, value in {**state, **held}.items():
            setattr(callback, name, value)
    step.model.stop_training = facts["stopped"]
    kind, *rest = facts["numpy.random"]
    np.random.set_state((kind, arrays["numpy.random"], *rest))
    version, internal, gauss = facts["random"]
    random.setstate((version, tuple(internal), gauss))
    for name in asdict(position):
        setattr(position, name, facts.get(name, 0))
    return list(facts["history"])


def _variables(step: TrainStep) -> dict[str, Any]:
    """Returns every variable of training by a name that is the same in the next process."""
    groups = {"model": step.model.variables, "optimizer": step.optimizer.variables}
    groups |= {f"metric/{metric.name}": metric.variables for metric in step.metrics.all}
    return {f"{group}/{i}/{variable.path}": variable for group, of in groups.items() for i, variable in enumerate(of)}


def _plain_attributes(callback: keras.callbacks.Callback) -> dict[str, Any]:
    # Copies: the checkpoint is written later, in a thread of its own, while the callback goes on.
    return {name: copy.deepcopy(value) for name, value in _public(callback) if _is_plain(value)}


def _arrays(callback: keras.callbacks.Callback) -> dict[str, list[tuple[int, np.ndarray]]]:
    lists = {name: value for name, value in _public(callback) if isinstance(value, list) and value}
    return {
        name: [(i, np.array(a)) for i, a in enumerate(value)]
        for name, value in lists.items()
        if all(isinstance(a, np.ndarray) for a in value)
    }


def _public(callback: keras.callbacks.Callback) -> list[tuple[str, Any]]:
    return [(name, value) for name, value in vars(callback).items() if name[0] != "_" and name != "params"]


def _is_plain(value: object) -> bool:
    if isinstance(value, Mapping):
        return all(isinstance(key, str) and _is_plain(inner) for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, PLAIN)
