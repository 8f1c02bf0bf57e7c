"""One training step, as one compiled graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf

from tfd2l.strategies.base.strategy import Pending, Strategy, Submit
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.strategies.base.sums import require_rows
from tfd2l.training.differentiation import Differentiation
from tfd2l.training.metric_sums import MetricSums
from tfd2l.training.optimizer import adapt_optimizer, loss_scale, merge_rows

STEP_LOGS = ("loss", "examples", "learning_rate")


class TrainStep:
    """A training step: forward, backward, update and metrics for one batch.

    A step whose loss or gradients are not finite leaves everything as it is: weights, state, optimizer and metrics. Its
    logs say so (`is_finite`). Under a loss scale, which takes care of gradients that overflow, the loss alone counts.

    Args:
        model, optimizer: built Keras objects, made in the strategy's scope.
        loss: Keras loss; what is differentiated is its mean over the weights of the whole batch, or with
            `reduction="sum"` its sum. Logged is the mean of either, which does not depend on the size of a batch.
        metrics: updated with every batch.
        strategy: where the step runs.
        micro_batches: parts in which each replica takes its rows (gradient accumulation), with one update a batch.
        xla: whether XLA compiles forward and backward.
        on_nan: what `run_several` does after such a step: "stop" takes no further one, "skip" goes on.
    """

    def __init__(
        self,
        model: keras.Model,
        loss: keras.losses.Loss,
        optimizer: keras.optimizers.Optimizer,
        metrics: Sequence[keras.metrics.Metric],
        strategy: Strategy,
        *,
        micro_batches: int = 1,
        xla: bool = False,
        on_nan: Literal["stop", "skip"] = "stop",
    ) -> None:
        self.model = model
        self.on_nan = on_nan
        self.optimizer = adapt_optimizer(optimizer)
        self.strategy = strategy
        self.metrics = MetricSums(metrics)
        self.differentiation = Differentiation(
            model, loss, self.metrics, micro_batches=micro_batches, xla=xla, loss_scale=loss_scale(optimizer)
        )
        self.names = [*STEP_LOGS, *(metric.name for metric in metrics)]
        self._submit: Submit | None = None
        self._several: Any = None

    def compile(self, batch_spec: ElementSpec, steps: int = 1) -> None:
        """Compiles the step to one graph for every batch of an element spec; unknown dimensions stay unknown.

        Args:
            batch_spec: element spec of the batches.
            steps: number that `run_several` will take: if more than one, its graph is traced here, before training.

        Raises:
            ConfigError: the rows of a batch cannot be divided evenly, or the strategy cannot run this step.
        """
        self.require_even(batch_spec)
        self.strategy.prepare(self.differentiation, batch_spec)
        self._submit = self.strategy.compile(self._compute, self._finish, batch_spec)
        several = [tf.data.IteratorSpec(batch_spec), tf.TensorSpec([], tf.int32)]
        self._several = tf.function(partial(self._run_several), input_signature=several)  # see Strategy.compile
        if steps > 1:
            self._several.get_concrete_function()

    def submit(self, batch: Structure) -> Pending:
        """Starts one step; returns a function that waits for its logs, (1, names + 1) float32."""
        assert self._submit is not None, "compile first"
        return self._submit(batch)

    def run_several(self, iterator: Iterator[Structure], steps: int) -> np.ndarray:
        """Takes steps on the next batches in one call; returns their logs, (steps, names + 1).

        After a step that is not finite none is taken with `on_nan="stop"`: the rows of the others are 0.
        """
        return self._several(iterator, tf.constant(steps)).numpy()

    def __call__(self, batch: Structure) -> dict[str, float]:
        """Takes one step; returns `loss` of this batch, `examples`, `learning_rate`, the metrics so far."""
        return self.logs(self.submit(batch)()[0])

    def logs(self, row: np.ndarray) -> dict[str, float]:
        """Returns the logs of one step by name."""
        return dict(zip(self.names, map(float, row[:-1]), strict=True))

    @staticmethod
    def is_finite(row: np.ndarray) -> bool:
        """Returns whether the loss and gradients of a step were finite, so that its update was made."""
        return bool(row[-1])

    def reset(self) -> None:
        """Resets the metrics."""
        self.metrics.reset()

    def _compute(self, batch: Structure) -> Any:
        """Learns from the whole batch, in a replica."""
        sums, state = self.strategy.differentiate(self.differentiation, batch)
        learning_rate = tf.cast(self.optimizer.learning_rate, tf.float32)
        gradients = merge_rows(sums.gradients)
        if self.differentiation.loss_scale is None:
            finite = all_finite([sums.loss, *gradients])
            self.strategy.update_if(finite, self._update, (gradients, state))
        else:  # the optimizer itself leaves out gradients that overflow, and lowers the scale
            finite = all_finite([sums.loss])
            self.optimizer.apply(gradients, self.model.trainable_variables)
            self.strategy.update_if(finite, self._assign_state, (state,))
        return sums.loss, sums.count, sums.examples, learning_rate, sums.metrics, finite

    def _update(self, gradients: list[Any], state: list[tf.Tensor]) -> None:
        """Changes the variables, in a replica."""
        self.optimizer.apply(gradients, self.model.trainable_variables)
        self._assign_state(state)

    def _assign_state(self, state: list[tf.Tensor]) -> None:
        for variable, new in zip(self.model.non_trainable_variables, state, strict=True):
            variable.assign(new)

    def _finish(self, result: Any) -> tf.Tensor:
        loss, count, examples, learning_rate, metrics, finite = result
        if self.differentiation.is_sum:
            loss = tf.math.divide_no_nan(loss, count)
        self.metrics.add(*tf.nest.map_structure(lambda value: _or_zeros(finite, value), (loss, count, metrics)))
        measured = self.metrics.results()
        values = [loss, examples, learning_rate, *(measured[name] for name in self.names[len(STEP_LOGS) :]), finite]
        return tf.stack([tf.cast(value, tf.float32) for value in values])[None]  # (1, names + 1)

    def _run_several(self, iterator: Iterator[Structure], steps: tf.Tensor) -> tf.Tensor:
        columns = len(self.names) + 1
        rows = tf.zeros([steps, columns])

        def more(index: tf.Tensor, good: tf.Tensor, _: tf.Tensor) -> tf.Tensor:
            return (index < steps) & good

        def one(index: tf.Tensor, _: tf.Tensor, rows: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
            result = self._finish(self.strategy.run(self._compute, next(iterator)))
            good = tf.constant(True) if self.on_nan == "skip" else result[0, -1] > 0
            return index + 1, good, tf.tensor_scatter_nd_update(rows, [[index]], result)

        _, _, rows = tf.while_loop(more, one, (tf.constant(0), tf.constant(True), rows), parallel_iterations=1)
        return rows

    def require_even(self, batch_spec: ElementSpec) -> None:
        """Refuses batches whose rows cannot be divided.

        Raises:
            ConfigError: their number is unknown, or does not divide by replicas times micro-batches.
        """
        replicas, micro_batches = self.strategy.num_replicas, self.differentiation.micro_batches
        shared = [f"{replicas} replicas (strategy)"] * (replicas > 1)
        shared += [f"{micro_batches} micro-batches (trainer.micro_batches)"] * (micro_batches > 1)
        require_rows(batch_spec, replicas * micro_batches, f"A batch is shared out to {' times '.join(shared)}")


def all_finite(tensors: Sequence[Any]) -> tf.Tensor:
    """Returns whether no tensor holds NaN or infinity, (); None is left out, of rows of tables the rows count.

    The sum of values is finite only if each of them is, and is computed in one pass without memory of its own.
    """
    values = [value.values if isinstance(value, tf.IndexedSlices) else value for value in tensors if value is not None]
    return tf.math.is_finite(tf.add_n([tf.cast(tf.reduce_sum(value), tf.float32) for value in values]))


def _or_zeros(condition: tf.Tensor, value: tf.Tensor) -> tf.Tensor:
    return tf.where(condition, value, tf.zeros_like(value))
