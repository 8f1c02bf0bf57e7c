"""Keyword arguments that Keras' base class of optimizers takes."""

from __future__ import annotations

from typing import TypedDict


class OptimizerOptions(TypedDict, total=False):
    """Keyword arguments of `keras.optimizers.Optimizer` that optimizers pass on.

    Example:
        >>> from tfd2l.optimizers.base.options import OptimizerOptions
        >>> from tfd2l.optimizers.sgd import SGD
        >>> options: OptimizerOptions = {"gradient_accumulation_steps": 2}
        >>> SGD(learning_rate=0.1, **options).gradient_accumulation_steps
        2
    """

    clipnorm: float | None
    clipvalue: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
