"""Model parallelism from scratch: the layers of a model on several devices, as a pipeline (section 12.5)."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import keras
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ConfigError
from tfd2l.strategies.base.protocols import GradientFunction
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.strategies.base.sums import Sums, add_sums, require_rows, split_rows
from tfd2l.strategies.scratch.layer_sequence import balance, count_bytes, layer_sequence
from tfd2l.strategies.scratch.several_devices import SeveralDevices, refuse_xla
from tfd2l.strategies.scratch.stage import Stage

log = logging.getLogger("tfd2l")


class ModelParallel(SeveralDevices):
    """Model parallelism from scratch: the first layers on one device, the next on another, in a pipeline.

    A device that waits for the other's layers idles, so a batch is taken in micro-batches: while the second device
    works on micro-batch i, the first works on i + 1, forward as well as backward. With m micro-batches and n devices
    each idles for (n - 1) / (m + n - 1) of the time. Across devices go activations forward, and their gradients back.
    The gradient is that of the whole batch; batch normalization sees one micro-batch.

    The variables stay where Keras makes them, on the first device, and every step copies to each device those of its
    layers: it is the memory for activations that is shared out.

    Args:
        devices: two or more, such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor.
        layers_per_device: how many layers each device takes, such as `[5, 4]`; None gives every device about as many
            bytes of parameters.
        micro_batches: parts of a batch.

    Raises:
        ConfigError: fewer than two devices, one named twice, or one that is not there.

    References:
        - *Dive into Deep Learning*, section 12.5.
        - Huang et al., 2019, *GPipe* (without its recomputation of activations).
    """

    def __init__(
        self, devices: list[str], layers_per_device: list[int] | None = None, micro_batches: PositiveInt = 4
    ) -> None:
        if min(micro_batches, *(layers_per_device or [1])) < 1:
            raise ConfigError(
                "strategy.micro_batches and strategy.layers_per_device count from 1 up. Received: "
                f"strategy.micro_batches={micro_batches}, strategy.layers_per_device={layers_per_device}"
            )
        super().__init__(devices)
        self.layers_per_device = layers_per_device
        self.micro_batches = micro_batches

    def prepare(self, gradients_of: GradientFunction, batch_spec: ElementSpec) -> None:
        """Say which layers go where.

        Raises:
            ConfigError: the model is not a sequence of layers, or it, the batch or the engine's options do not fit.
        """
        refuse_xla(gradients_of, "model_parallel_scratch")
        if gradients_of.micro_batches != 1:
            raise ConfigError(
                "A pipeline has micro-batches of its own: `strategy.micro_batches`, with trainer.micro_batches=1. "
                f"Received: trainer.micro_batches={gradients_of.micro_batches}"
            )
        equal = f"A pipeline takes a batch in {self.micro_batches} equal micro-batches (strategy.micro_batches)"
        require_rows(batch_spec, self.micro_batches, equal)
        for device, layers in zip(self.devices, self.place_layers(gradients_of.model), strict=True):
            log.info("%s: %s", device.removeprefix("/device:"), ", ".join(layer.name for layer in layers))

    def place_layers(self, model: keras.Model) -> list[list[keras.layers.Layer]]:
        """The layers of each device.

        Raises:
            ConfigError: the model is not a sequence of layers, or has fewer or more than are to be placed.
        """
        layers = layer_sequence(model)
        if len(layers) < len(self.devices):
            raise ConfigError(
                f"Every device takes a layer at least. Received: {len(layers)} layers of model {model.name!r} for "
                f"{len(self.devices)} devices"
            )
        lengths = self.layers_per_device or balance([count_bytes(layer) for layer in layers], len(self.devices))
        if len(lengths) != len(self.devices) or sum(lengths) != len(layers):
            raise ConfigError(
                f"strategy.layers_per_device holds a number for each of {len(self.devices)} devices, in all the "
                f"{len(layers)} layers of model {model.name!r} ({', '.join(layer.name for layer in layers)}); null "
                f"balances bytes. Received: strategy.layers_per_device={lengths}"
            )
        starts = [sum(lengths[:device]) for device in range(len(lengths))]
        return [layers[start : start + length] for start, length in zip(starts, lengths, strict=True)]

    def differentiate(self, gradients_of: GradientFunction, batch: Structure) -> tuple[Sums, list[tf.Tensor]]:
        """The sums over the whole batch, and the new state of the model."""
        model = gradients_of.model
        placed = zip(self.place_layers(model), self.devices, strict=True)
        stages = [Stage(layers, device, model.variables) for layers, device in placed]
        whole = gradients_of.weight(batch)  # ()
        parts = tf.nest.map_structure(lambda value: split_rows(value, self.micro_batches), batch)
        # Nothing below says what waits for what but the tensors themselves: TensorFlow starts an operation as soon as
        # its inputs are there, so that the devices overlap as a pipeline does, and each takes micro-batches in turn.
        ends = [
            _forward(stages, gradients_of, tf.nest.map_structure(lambda value, i=i: value[i], parts), whole)
            for i in range(self.micro_batches)
        ]
        for _, upstream, share in reversed(ends):
            for stage in reversed(stages):
                upstream = stage.backward(upstream, share)
        gradients = {key: gradient for stage in stages for key, gradient in stage.summed().items()}
        state = {id(v): value for stage in stages for v, value in zip(stage.non_trainable, stage.state, strict=True)}
        sums = add_sums([sums for sums, _, _ in ends])
        return (
            sums._replace(gradients=[gradients[id(variable)] for variable in model.trainable_variables]),
            [state[id(variable)] for variable in model.non_trainable_variables],
        )


def _forward(
    stages: Sequence[Stage], gradients_of: GradientFunction, rows: Structure, whole: tf.Tensor
) -> tuple[Sums, tf.Tensor, tf.Tensor]:
    """A micro-batch through all stages: its sums without gradients, dL/d outputs, and what an added loss counts for."""
    x, y, weights = keras.utils.unpack_x_y_sample_weight(rows)
    (outputs,), losses = tf.nest.flatten(x), []
    for stage in stages:
        outputs, more = stage.forward(outputs)
        losses += more
    with tf.device(stages[-1].device):
        scale = 1.0 if gradients_of.loss_scale is None else tf.convert_to_tensor(gradients_of.loss_scale)
        with tf.GradientTape() as tape:
            tape.watch(outputs)
            loss, count, share = gradients_of.loss_share(y, outputs, weights, whole)
            scaled = loss * scale
        upstream = tape.gradient(scaled, outputs)
        loss = tf.add_n([loss, *(value * share for value in losses)])
        sums = gradients_of.sums(loss, [], count, rows, outputs)
    return sums, upstream, share * scale
