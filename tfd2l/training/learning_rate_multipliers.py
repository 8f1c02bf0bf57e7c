"""Learning-rate multipliers: weights that learn at a multiple of the run's learning rate."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence

import keras

from tfd2l.errors import ConfigError, did_you_mean

log = logging.getLogger("tfd2l")


def match_multipliers(variables: Sequence[keras.Variable], multipliers: Mapping[str, float]) -> list[float]:
    """Returns the learning-rate multiplier of each variable: that of the first pattern found in its path, else 1.

    Args:
        variables: trainable variables of a model; their paths are such as `classifier/kernel`.
        multipliers: regular expression -> multiplier.

    Raises:
        ConfigError: a pattern that is no regular expression, or that no variable is left for.
    """
    patterns = {text: _compile(text) for text in multipliers}
    chosen = [next((text for text in patterns if patterns[text].search(v.path)), None) for v in variables]
    counts = Counter(chosen)
    for text in multipliers:
        if text not in counts:
            layers = list(dict.fromkeys(variable.path.rpartition("/")[0] or variable.path for variable in variables))
            raise ConfigError(
                f"trainer.learning_rate_multipliers: no trainable weight has {text!r} in its path (or an earlier "
                f"pattern has taken them all).{did_you_mean(text, layers)} "
                f"The weights are those of: {', '.join(layers)}. "
                f"Received: trainer.learning_rate_multipliers={dict(multipliers)}"
            )
    for text, multiplier in multipliers.items():
        log.info("learning rate times %g: %d weights with %r in their path", multiplier, counts[text], text)
    return [1.0 if text is None else float(multipliers[text]) for text in chosen]


def _compile(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise ConfigError(
            f"trainer.learning_rate_multipliers: not a regular expression: {error}. "
            f"Received: trainer.learning_rate_multipliers key {text!r}"
        ) from error
