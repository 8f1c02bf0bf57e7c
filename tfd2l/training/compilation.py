"""Measures whether XLA pays off (`trainer.xla=auto`): forward and backward with and without it on real batches."""

from __future__ import annotations

import statistics
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import tensorflow as tf

from tfd2l.strategies.base.strategy import Submit
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.training.step import TrainStep

ROUNDS = 5
COUNTED = 256  # batches whose shapes are counted


@dataclass(frozen=True)
class Trial:
    """Times of forward and backward with and without XLA.

    Args:
        plain, compiled: median seconds of forward and backward on the commonest shape.
        compiling: seconds that XLA took for that shape.
        shapes: shapes of batches seen, each compiled once.
    """

    plain: float
    compiled: float
    compiling: float
    shapes: int

    def prefers_xla(self, steps: int) -> bool:
        """Returns whether a run of so many steps ends sooner with XLA, the time for compiling included."""
        return self.shapes * self.compiling + steps * self.compiled < steps * self.plain

    def metrics(self) -> dict[str, float]:
        """Returns the times as metrics for the store."""
        return {
            "milliseconds_without": 1000 * self.plain,
            "milliseconds_with": 1000 * self.compiled,
            "seconds_compiling_a_shape": self.compiling,
            "shapes": float(self.shapes),
        }

    def describe(self, steps: int) -> str:
        """Describes the choice for the log."""
        return (
            f"xla=auto: forward and backward take {1000 * self.plain:.1f} ms without XLA and "
            f"{1000 * self.compiled:.1f} ms with it, after {self.compiling:.1f} s for each of {self.shapes} "
            f"shapes; for {steps} steps "
            f"{'with' if self.prefers_xla(steps) else 'without'} XLA is sooner"
        )


def try_xla(step: TrainStep, batches: tf.data.Dataset) -> Trial:
    """Times forward and backward with and without XLA; no variable changes.

    Raises:
        ConfigError: a batch cannot be divided as the step needs it.
    """
    step.require_even(batches.element_spec)
    shapes: Counter[Any] = Counter()
    examples: dict[Any, Any] = {}
    for batch in batches.take(COUNTED):
        shape = tuple(tuple(value.shape) for value in tf.nest.flatten(batch))
        shapes[shape] += 1
        examples.setdefault(shape, batch)
    batch = examples[shapes.most_common(1)[0][0]]
    plain, compiled = (_compile(step, batches.element_spec, xla) for xla in (False, True))
    _measure_seconds(plain, batch)
    first = _measure_seconds(compiled, batch)
    pairs = [
        (_measure_seconds(plain, batch), _measure_seconds(compiled, batch)) for _ in range(ROUNDS)
    ]  # in turn: machines drift
    without, with_it = (statistics.median(column) for column in zip(*pairs, strict=True))
    return Trial(without, with_it, max(first - with_it, 0.0), len(shapes))


def _compile(step: TrainStep, spec: ElementSpec, xla: bool) -> Submit:
    """Compiles forward and backward alone; the sum of all their results keeps them from being left out."""
    step.differentiation.xla = xla
    step.strategy.prepare(step.differentiation, spec)

    def compute(batch: Structure) -> tf.Tensor:
        step.differentiation.xla = xla
        sums, _ = step.strategy.differentiate(step.differentiation, batch)
        gradients = [tf.convert_to_tensor(gradient) for gradient in sums.gradients if gradient is not None]
        return tf.add_n([sums.loss, *(tf.cast(tf.nn.l2_loss(gradient), sums.loss.dtype) for gradient in gradients)])

    return step.strategy.compile(compute, lambda total: total, spec)


def _measure_seconds(submit: Submit, batch: Structure) -> float:
    started = time.perf_counter()
    submit(batch)().numpy()
    return time.perf_counter() - started
