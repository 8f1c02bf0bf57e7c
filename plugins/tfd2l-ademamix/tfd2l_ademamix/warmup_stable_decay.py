"""Rise, hold, fall."""

from __future__ import annotations

from typing import Any, Literal

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="tfd2l_ademamix")
class WarmupStableDecay(keras.optimizers.schedules.LearningRateSchedule):
    """Linear warm-up, a constant rate, then a decay at the end: the run can be made longer before it decays.

    With w = round(warmup_fraction T), d = round(decay_fraction T), and u = (t - (T - d)) / d in the decay:

        lr(t) = learning_rate min((t + 1) / w, 1)            before the decay
        lr(t) = learning_rate (1 - u)  or  (1 - sqrt(u))     in it

    Args:
        learning_rate: the peak.
        total_steps: T, steps of the run (the pipeline supplies it).
        warmup_fraction, decay_fraction: shares of the run, together at most 1.
        shape: "linear" or "sqrt" decay.

    Raises:
        ValueError: fractions outside [0, 1] or together above 1.

    Source: Hu et al. 2024, *MiniCPM*, arXiv 2404.06395; Hägele et al. 2024, arXiv 2405.18392, for "sqrt".
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
        """Everything that the constructor takes."""
        keys = ("learning_rate", "total_steps", "warmup_fraction", "decay_fraction", "shape")
        return {key: getattr(self, key) for key in keys}
