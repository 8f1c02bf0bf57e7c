"""One optimization step, as one compiled graph."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

Tensors = list[tf.Tensor]
Logs = dict[str, tf.Tensor]


class TrainStep:
    """Forward, backward, update and metrics for one batch.

    The forward and backward part is pure: `loss_and_gradients` maps tensors to tensors and touches no variable, so
    that it can be compiled by XLA, run once a replica, or summed over micro-batches; variables are read before it and
    written after it.

    Arguments:
        model, optimizer: built Keras objects.
        loss: Keras loss; a mean is taken over the weights of the whole batch, a `reduction="sum"` stays a sum.
        metrics: updated with every batch.
        strategy: where the step runs.
    """

    def __init__(
        self,
        model: keras.Model,
        loss: keras.losses.Loss,
        optimizer: keras.optimizers.Optimizer,
        metrics: Sequence[keras.metrics.Metric],
        strategy: tf.distribute.Strategy,
    ) -> None:
        self.model = model
        self.loss = unreduced(loss)
        self.sums = loss.reduction == "sum"
        self.optimizer = optimizer
        self.metrics = list(metrics)
        self.mean_loss = keras.metrics.Mean(name="loss")
        self.strategy = strategy
        self._compiled: Any = None

    def compile(self, batch_spec: Any) -> None:
        """Trace once for every batch of this specification; unknown dimensions stay unknown."""
        self._compiled = tf.function(self._run, input_signature=[batch_spec])

    def __call__(self, batch: Any) -> Logs:
        """Take one step. Returns scalars: `loss` of this batch, `examples`, `learning_rate`, the metrics so far."""
        return self._compiled(batch)

    def reset(self) -> None:
        """Start the metrics anew."""
        for metric in (self.mean_loss, *self.metrics):
            metric.reset_state()

    def _run(self, batch: Any) -> Logs:
        return self.strategy.run(self._replica_step, args=(batch,))

    def _replica_step(self, batch: Any) -> Logs:
        x, y, weights = keras.utils.unpack_x_y_sample_weight(batch)
        variables = self.model.trainable_variables
        state = self.model.non_trainable_variables
        before = [tf.convert_to_tensor(variable) for variable in state]
        trainable = [tf.convert_to_tensor(variable) for variable in variables]
        loss, gradients, after, outputs, count = self.loss_and_gradients(trainable, before, x, y, weights)
        learning_rate = tf.cast(self.optimizer.learning_rate, tf.float32)
        self.optimizer.apply(gradients, variables)
        for variable, old, new in zip(state, before, after, strict=True):
            if new is not old:
                variable.assign(new)
        self.mean_loss.update_state(loss, sample_weight=count)
        for metric in self.metrics:
            metric.update_state(y, outputs, sample_weight=weights)
        results = {metric.name: metric.result() for metric in self.metrics}
        return {"loss": loss, "examples": examples_in(y, weights), "learning_rate": learning_rate, **results}

    def loss_and_gradients(
        self, trainable: Tensors, state: Tensors, x: Any, y: Any, weights: tf.Tensor | None
    ) -> tuple[tf.Tensor, Tensors, Tensors, Any, tf.Tensor]:
        """The pure part: loss, gradients, new state, outputs and the number of terms in the loss's mean."""
        with tf.GradientTape() as tape:
            tape.watch(trainable)
            outputs, state, extra = self._stateless(trainable, state, x)
            total, count = weighted_sum(self.loss, y, outputs, weights)
            loss = total if self.sums else tf.math.divide_no_nan(total, count)
            loss = tf.add_n([loss, *extra])
        return loss, tape.gradient(loss, trainable), state, outputs, count

    def _stateless(self, trainable: Tensors, state: Tensors, x: Any) -> tuple[Any, Tensors, Tensors]:
        """Outputs, new state and added losses of the model with these values for its variables.

        Not `keras.Model.stateless_call`: it goes past `__call__`, so that layers inside a model whose `call` does not
        take `training` would run as if it were not training.
        """
        variables = [*self.model.trainable_variables, *self.model.non_trainable_variables]
        values = [*trainable, *state]
        with keras.StatelessScope(list(zip(variables, values, strict=True)), collect_losses=True) as scope:
            outputs = self.model(x, training=True)
            losses = list(self.model.losses)
        return outputs, [scope.get_current_value(v) for v in self.model.non_trainable_variables], losses


def unreduced(loss: keras.losses.Loss) -> keras.losses.Loss:
    """The same loss, one value an example (or an example's position)."""
    loss = copy.copy(loss)
    loss.reduction = "none"
    return loss


def weighted_sum(
    loss: keras.losses.Loss, y: Any, outputs: Any, weights: tf.Tensor | None
) -> tuple[tf.Tensor, tf.Tensor]:
    """(sum of weight times loss, sum of weights) over all values of an unreduced loss."""
    values = loss(y, outputs)  # (batch, ...)
    if weights is None:
        return tf.reduce_sum(values), tf.cast(tf.size(values), values.dtype)
    shape = tf.concat([tf.shape(weights), tf.ones([tf.rank(values) - tf.rank(weights)], tf.int32)], axis=0)
    weights = tf.broadcast_to(tf.reshape(tf.cast(weights, values.dtype), shape), tf.shape(values))
    return tf.reduce_sum(values * weights), tf.reduce_sum(weights)


def examples_in(y: Any, weights: tf.Tensor | None) -> tf.Tensor:
    """How many examples a batch holds; rows that only fill it up have weight 0."""
    if weights is None:
        return tf.shape(tf.nest.flatten(y)[0])[0]
    per_row = tf.reshape(weights, [tf.shape(weights)[0], -1])
    return tf.math.count_nonzero(tf.reduce_max(tf.abs(per_row), axis=1), dtype=tf.int32)
