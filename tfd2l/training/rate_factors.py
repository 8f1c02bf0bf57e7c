"""Weights that learn at a rate of their own: a multiple of the run's learning rate."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import keras

from tfd2l.errors import ConfigError, did_you_mean

log = logging.getLogger("tfd2l")


def rate_factors(variables: Sequence[Any], factors: Mapping[str, float]) -> list[float]:
    """For each variable, the factor of the first pattern that is found in its path; 1 where none is.

    Args:
        variables: trainable variables of a model; their paths are such as `classifier/kernel`.
        factors: regular expression -> factor.

    Raises:
        ConfigError: a pattern that is no regular expression, or that no variable is left for.
    """
    patterns = {text: _compiled(text) for text in factors}
    chosen = [next((text for text in patterns if patterns[text].search(v.path)), None) for v in variables]
    counts = Counter(chosen)
    for text in factors:
        if text not in counts:
            layers = list(dict.fromkeys(variable.path.rpartition("/")[0] or variable.path for variable in variables))
            raise ConfigError(
                f"trainer.rate_factors: no trainable weight has {text!r} in its path (or an earlier pattern has taken "
                f"them all).{did_you_mean(text, layers)} The weights are those of: {', '.join(layers)}. "
                f"Received: trainer.rate_factors={dict(factors)}"
            )
    for text, factor in factors.items():
        log.info("learning rate times %g: %d weights with %r in their path", factor, counts[text], text)
    return [1.0 if text is None else float(factors[text]) for text in chosen]


def use_rate_factors(optimizer: keras.optimizers.Optimizer, factors: Sequence[float]) -> None:
    """Let an optimizer change each of its variables at its own multiple of the learning rate.

    Everything that an optimizer multiplies by its rate is multiplied: update and decay of weights, as if each group
    of weights had an optimizer with such a rate (and all together one count of steps and one norm to clip to).

    Args:
        optimizer: any Keras optimizer, before its first step is traced.
        factors: one for each variable that it is built with, in their order.
    """
    if all(factor == 1 for factor in factors):
        return
    own_rate, own_step, own_decay = (
        getattr(optimizer, name) for name in ("_get_current_learning_rate", "update_step", "_apply_weight_decay")
    )
    current = [1.0]  # while the graph is traced: what the optimizer reads as its rate is multiplied by

    @contextmanager
    def at(factor: float) -> Iterator[None]:
        # Set back to 1, not to what was there: the replicas of a strategy are traced in turns.
        current[0] = factor
        try:
            yield
        finally:
            current[0] = 1.0

    def rate() -> Any:
        return own_rate() if current[0] == 1 else own_rate() * current[0]

    def update_step(gradient: Any, variable: Any, learning_rate: Any) -> None:
        factor = factors[optimizer._get_variable_index(variable)]
        with at(factor):
            own_step(gradient, variable, learning_rate * factor)

    def apply_weight_decay(variables: Sequence[Any]) -> None:
        groups: dict[float, list[Any]] = {}
        for variable in variables:
            groups.setdefault(factors[optimizer._get_variable_index(variable)], []).append(variable)
        for factor, group in groups.items():
            with at(factor):
                own_decay(group)

    optimizer._get_current_learning_rate = rate
    optimizer.update_step = update_step
    optimizer._apply_weight_decay = apply_weight_decay


def _compiled(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ConfigError(
            f"trainer.rate_factors: not a regular expression: {error}. Received: trainer.rate_factors key {text!r}"
        ) from error
