"""Describes what the numbers of a run are measured on: which weights, and whether training was shortened."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from tfd2l.training.position import Plan, Position
from tfd2l.training.settings import TrainerSettings

DEBUG = "debug="


def describe_weights(
    position: Position, settings: TrainerSettings, callbacks: Sequence[keras.callbacks.Callback]
) -> str:
    """Returns which weights are tested and exported: those of the best epoch, an average, or the last.

    Args:
        position: where training ended.
        settings: the `trainer:` section.
        callbacks: those that trained.
    """
    for callback in callbacks:
        if getattr(callback, "restore_best_weights", False) and callback.best_weights is not None:
            return f"of epoch {callback.best_epoch + 1} of {position.epoch}, the best by {callback.monitor}"
    last = f"the last step ({position.step}; epoch {max(position.epoch, 1)})"
    if settings.ema_momentum is not None:
        return f"the moving average (momentum {settings.ema_momentum:g}) after {last}"
    return f"after {last}"


def describe_shortening(settings: TrainerSettings, plan: Plan, overrides: Sequence[str]) -> str | None:
    """Returns why the numbers of a run are no results: it took few steps, or saw few batches; None if they are.

    Args:
        settings: the `trainer:` section.
        plan: how far training goes.
        overrides: as they were typed.
    """
    chosen = [override.lstrip("+") for override in overrides if override.lstrip("+").startswith(DEBUG)]
    if not chosen and settings.overfit_batches is None and plan.total_steps >= plan.steps_per_epoch:
        return None
    parts = [f"trained for {_count(plan.total_steps, 'step')} of {plan.epochs * plan.steps_per_epoch}"]
    if settings.overfit_batches is not None:
        parts.append(f"on the same {_count(settings.overfit_batches, 'batch')} again and again")
    if settings.max_eval_steps is not None:
        parts.append(f"measured on at most {_count(settings.max_eval_steps, 'batch')} a split")
    why = f": {chosen[-1]}" if chosen else ""
    return f"{', '.join(parts)}{why}; its numbers are no results"


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}{'es' if what.endswith('ch') else 's'}"
