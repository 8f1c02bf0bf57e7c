"""Mixed precision: layers compute in 16 bits, variables stay in 32."""

from __future__ import annotations

import keras

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.strategy import Strategy

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float16": "mixed_float16"}


def use_precision(precision: str) -> None:
    """Sets what layers that are built from now on compute in."""
    keras.config.set_dtype_policy(POLICIES[precision])


def require_precision(precision: str, strategy: Strategy) -> None:
    """Refuses float16 on devices that have no fast float16.

    Raises:
        ConfigError: float16 where it is no faster and loses range for nothing.
    """
    slow = [device for device in strategy.devices if "GPU" not in device]
    if precision == "float16" and slow:
        raise ConfigError(
            "trainer.precision=float16 is for GPUs: a processor has no fast float16. There "
            "`trainer.precision=bfloat16` halves the memory (`tfd2l doctor` says whether it works here), "
            "float32 is the safe choice. "
            f"Received: trainer.precision=float16 on {', '.join(slow)}"
        )


def with_loss_scale(optimizer: keras.optimizers.Optimizer, precision: str) -> keras.optimizers.Optimizer:
    """Adds a loss scale to an optimizer for float16, in which small gradients would be 0.

    The loss is multiplied by a factor that doubles after 2000 steps with finite gradients; a step with others is left
    out and halves it.

    References:
        - Micikevicius et al., 2018, *Mixed Precision Training*.
    """
    return keras.optimizers.LossScaleOptimizer(optimizer) if precision == "float16" else optimizer
