"""Loss, gradients and metrics of the rows of a batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.strategies.base.forward import forward_with_losses
from tfd2l.strategies.base.structure import Structure
from tfd2l.strategies.base.sums import Sums, split_rows
from tfd2l.training.metric_sums import MetricSums
from tfd2l.training.weighting import count_examples, remove_reduction, sum_losses, sum_weights

Tensors = list[tf.Tensor]
SEED_STATE = "seed_generator_state"
SEED_STRIDE = 0x9E3779B1  # a prime near 2^32 / golden ratio: the seeds of replicas lie far apart


class Differentiation:
    """Computes loss, gradients and metrics of some rows, without a change to any variable.

    Being pure, it can be compiled by XLA, run once in each replica, and summed over micro-batches (gradient
    accumulation); variables are read before it and written after it.

    Args:
        model: built.
        loss: Keras loss; a mean is taken over the weights of the whole batch, a `reduction="sum"` stays a sum.
        metrics: computed on every batch.
        micro_batches: parts of the rows that are differentiated one after the other, so that memory holds the
            activations of one part alone.
        xla: whether XLA compiles forward and backward.
        loss_scale: factor on the loss while differentiating, (), for float16; None is 1.
    """

    def __init__(
        self,
        model: keras.Model,
        loss: keras.losses.Loss,
        metrics: MetricSums,
        *,
        micro_batches: int = 1,
        xla: bool = False,
        loss_scale: keras.Variable | None = None,
    ) -> None:
        self.model = model
        self.loss = remove_reduction(loss)
        self.is_sum = loss.reduction == "sum"
        self.metrics = metrics
        self.micro_batches = micro_batches
        self.xla = xla
        self.loss_scale = loss_scale
        self.seeds = [variable.name == SEED_STATE for variable in model.non_trainable_variables]

    def weight(self, rows: Structure) -> tf.Tensor:
        """Returns the sum of the rows' weights, (): that of the whole batch divides a mean loss."""
        _, y, weights = keras.utils.unpack_x_y_sample_weight(rows)
        return sum_weights(y, weights)

    def __call__(
        self,
        rows: Structure,
        whole: tf.Tensor,
        *,
        replica: int | tf.Tensor = 0,
        trainable: Sequence[tf.Tensor] | None = None,
    ) -> tuple[Sums, Tensors]:
        """Computes the sums over the rows, and the state of the model after them.

        Args:
            rows: `(x, y)` or `(x, y, sample_weight)`.
            whole: weight of the whole batch, ().
            replica: number of the replica; each draws random numbers of its own.
            trainable: values to use for the trainable variables; None reads the variables themselves.
        """
        state = [tf.convert_to_tensor(variable) for variable in self.model.non_trainable_variables]
        state = self._offset(state, replica, +1)
        if self.micro_batches == 1:
            sums, state = self._differentiate(rows, whole, state, trainable)
        else:
            parts = tf.nest.map_structure(lambda value: split_rows(value, self.micro_batches), rows)
            sums, state = self._sum_micro_batches(parts, whole, state, trainable)
        return sums, self._offset(state, replica, -1)

    def _sum_micro_batches(
        self, parts: Structure, whole: tf.Tensor, state: Tensors, trainable: Sequence[tf.Tensor] | None
    ) -> tuple[Sums, Tensors]:
        def take_part(index: int | tf.Tensor) -> Any:
            return tf.nest.map_structure(lambda value: value[index], parts)

        sums, state = self._differentiate(take_part(0), whole, state, trainable)
        so_far = _tensors(sums)

        def add(index: tf.Tensor, so_far: Tensors, state: Tensors) -> tuple[tf.Tensor, Tensors, Tensors]:
            more, state = self._differentiate(take_part(index), whole, state, trainable)
            return index + 1, [a + b for a, b in zip(so_far, _tensors(more), strict=True)], state

        # One part after the other: in parallel they would need the memory of the whole.
        _, so_far, state = tf.while_loop(
            lambda index, *_: index < self.micro_batches, add, (tf.constant(1), so_far, state), parallel_iterations=1
        )
        return _with_tensors(sums, so_far), state

    def _differentiate(
        self, rows: Structure, whole: tf.Tensor, state: Tensors, trainable: Sequence[tf.Tensor] | None
    ) -> tuple[Sums, Tensors]:
        x, y, weights = keras.utils.unpack_x_y_sample_weight(rows)
        if self.xla:
            if trainable is None:
                trainable = [tf.convert_to_tensor(variable) for variable in self.model.trainable_variables]
            forward_backward = tf.function(self.forward_backward, jit_compile=True, reduce_retracing=True)
        else:
            forward_backward = self.forward_backward
        scale = None if self.loss_scale is None else tf.convert_to_tensor(self.loss_scale)
        loss, gradients, state, outputs, count = forward_backward(trainable, state, x, y, weights, whole, scale)
        return self.sums(loss, gradients, count, rows, outputs), state

    def sums(
        self, loss: tf.Tensor, gradients: list[tf.Tensor | None], count: tf.Tensor, rows: Structure, outputs: Structure
    ) -> Sums:
        """Returns the sums of some rows, with their examples counted and their metrics computed."""
        _, y, weights = keras.utils.unpack_x_y_sample_weight(rows)
        examples = tf.cast(count_examples(y, weights), tf.float32)
        return Sums(loss, gradients, count, examples, self.metrics.measure(y, outputs, weights))

    def forward_backward(
        self,
        trainable: Sequence[tf.Tensor] | None,
        state: Tensors,
        x: Structure,
        y: Structure,
        weights: tf.Tensor | None,
        whole: tf.Tensor,
        scale: tf.Tensor | None = None,
    ) -> tuple[tf.Tensor, list[Any], Tensors, Any, tf.Tensor]:
        """Computes what XLA compiles: share of the loss, its gradients, new state, outputs, terms in the mean.

        For a mean loss, sum_i w_i l_i / (m W) with W the weight of the whole batch and m the terms a weight stands
        for (the positions of a sequence, say); losses that layers add count by the rows' share of W.
        """
        sources = trainable
        if sources is None:
            sources = [variable.value for variable in self.model.trainable_variables]
        with tf.GradientTape() as tape:
            if trainable is not None:
                tape.watch(trainable)
            model = self.model
            outputs, state, added = forward_with_losses(
                [model], x, model.trainable_variables, model.non_trainable_variables, state, trainable
            )
            loss, count, share = self.loss_share(y, outputs, weights, whole)
            loss = tf.add_n([loss, *(value * share for value in added)])
            scaled = loss if scale is None else loss * scale
        return loss, tape.gradient(scaled, sources), state, outputs, count

    def loss_share(
        self, y: Structure, outputs: Structure, weights: tf.Tensor | None, whole: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns some rows' share of the batch's loss, the terms in their mean, and their share of W; all ()."""
        total, count = sum_losses(self.loss, y, outputs, weights)
        share = tf.math.divide_no_nan(sum_weights(y, weights), whole)
        mean = tf.math.divide_no_nan(total, count) * share  # total / (m W), since count = m * weight
        return total if self.is_sum else mean, count, share

    def _offset(self, state: Tensors, replica: int | tf.Tensor, sign: int) -> Tensors:
        """Shifts the seeds to those of a replica (+1), or back to those that all share (-1)."""
        if isinstance(replica, int) and replica == 0:
            return state
        shift = tf.cast(replica, tf.int64) * SEED_STRIDE * sign
        return [
            value + tf.cast(tf.stack([shift, 0 * shift]), value.dtype) if seed else value
            for value, seed in zip(state, self.seeds, strict=True)
        ]


def _tensors(sums: Sums) -> Tensors:
    """Flattens sums to tensors, without None, and with rows of embedding tables as whole tables."""
    return [tf.convert_to_tensor(leaf) for leaf in tf.nest.flatten(sums) if leaf is not None]


def _with_tensors(sums: Sums, tensors: Tensors) -> Sums:
    present = iter(tensors)
    return tf.nest.map_structure(lambda leaf: None if leaf is None else next(present), sums)
