"""The schedule warm-up, stable, decay."""

from __future__ import annotations

from typing import Any, Literal

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tfd2l_ademamix")
class WarmupStableDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, a constant rate, and a decay at the end of the run.

    The run can be made longer until it decays.

    With w = round(warmup_fraction T), d = round(decay_fraction T), and u = (t - (T - d)) / d in the decay:

        lr(t) = learning_rate min((t + 1) / w, 1)            before the decay
        lr(t) = learning_rate (1 - u)  or  (1 - sqrt(u))     in it

    Args:
        learning_rate: The peak of the rate; in a run that of the optimizer.
        total_steps: The number of steps T of the run, which the experiment supplies.
        warmup_fraction: The share of the run in which the rate rises. Defaults to `0.05`.
        decay_fraction: The share of the run in which it falls. Defaults to `0.2`.
        shape: How it falls, `"linear"` or `"sqrt"`. Defaults to `"sqrt"`.

    Raises:
        ValueError: Fractions outside of [0, 1], or together above 1.

    Example:
        >>> schedule = WarmupStableDecay(1.0, total_steps=100, warmup_fraction=0.1, shape="linear")
        >>> [round(float(schedule(step)), 2) for step in (0, 50, 90)]
        [0.1, 1.0, 0.5]

    References:
        - Hu et al. 2024, *MiniCPM*, arXiv 2404.06395.
        - Hägele et al. 2024, arXiv 2405.18392, for `"sqrt"`.
    """

    def __init__(
        self,
        learning_rate: float,
        total_steps: int,
        warmup_fraction: float = 0.05,
        decay_fraction: float = 0.2,
        shape: Literal["linear", "sqrt"] = "sqrt",
    ) -> None:
        if min(warmup_fraction, decay_fraction) < 0 or warmup_fraction + decay_fraction > 1:
            raise ValueError(
                "warmup_fraction and decay_fraction are not negative and together at most 1. "
                f"Received: {warmup_fraction=}, {decay_fraction=}"
            )
        self.learning_rate = learning_rate
        self.total_steps = total_steps
        self.warmup_fraction = warmup_fraction
        self.decay_fraction = decay_fraction
        self.shape = shape

    def __call__(self, step: Any) -> Any:
        t = ops.cast(step, "float32")
        warmup = max(round(self.warmup_fraction * self.total_steps), 1)
        decay = max(round(self.decay_fraction * self.total_steps), 1)
        into = ops.clip((t - (self.total_steps - decay)) / decay, 0.0, 1.0)
        left = 1 - (into if self.shape == "linear" else ops.sqrt(into))
        return self.learning_rate * ops.minimum((t + 1) / warmup, 1.0) * left

    def get_config(self) -> dict[str, Any]:
        """Returns the arguments of the constructor."""
        keys = ("learning_rate", "total_steps", "warmup_fraction", "decay_fraction", "shape")
        return {key: getattr(self, key) for key in keys}
