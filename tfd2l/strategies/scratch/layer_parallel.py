"""Layer parallelism from scratch: the channels of a layer on several devices (section 12.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.strategies.base.protocols import GradientFunction
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.strategies.base.sums import Sums
from tfd2l.strategies.scratch.several_devices import SeveralDevices, refuse_xla

SHARED = (keras.layers.Dense, keras.layers.Conv2D)


class LayerParallel(SeveralDevices):
    """Layer parallelism from scratch: each device computes its output channels of every Dense and Conv2D layer.

    With a kernel W = [W_1 ... W_n] cut along its output channels, [x W_1 ... x W_n] = x W: device i needs the whole
    input and 1/n of the kernel. Each layer ends in a gather of the channels; going back, each device gives the gradient
    of its slice, and the gradients of the input are summed. The devices wait for each other at every layer, which
    is why the book advises against it. All other layers run whole, on the first device.

    The variables stay where Keras makes them, on the first device, and every step copies the slices.

    Args:
        devices: two or more, such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor.

    Raises:
        ConfigError: fewer than two devices, one named twice, or one that is not there.

    References:
        - *Dive into Deep Learning*, section 12.5.
    """

    def __init__(self, devices: list[str]) -> None:
        super().__init__(devices)

    def prepare(self, gradients_of: GradientFunction, batch_spec: ElementSpec) -> None:
        """Refuse what cannot be.

        Raises:
            ConfigError: XLA is asked for.
        """
        refuse_xla(gradients_of, "layer_parallel_scratch")

    def differentiate(self, gradients_of: GradientFunction, batch: Structure) -> tuple[Sums, list[tf.Tensor]]:
        """The sums over the whole batch, and the new state of the model."""
        with share_layers(gradients_of.model, self.devices):
            return gradients_of(batch, gradients_of.weight(batch))


@contextmanager
def share_layers(model: keras.Model, devices: Sequence[str]) -> Iterator[None]:
    """While it lasts, every Dense and Conv2D layer of a model is computed by all devices, channel by channel."""
    layers = [layer for layer in model._flatten_layers() if type(layer) in SHARED and _cuttable(layer)]
    for layer in layers:
        vars(layer)["call"] = _call(layer, devices)  # goes before the method of the class
    try:
        yield
    finally:
        for layer in layers:
            del vars(layer)["call"]


def compute_by_channels(
    operation: Callable[..., tf.Tensor], x: tf.Tensor, parameters: Sequence[tf.Tensor], devices: Sequence[str]
) -> tf.Tensor:
    """One layer, each device its output channels.

    Args:
        operation: of x and the parameters, gives (..., channels).
        x: (rows, ...).
        parameters: kernel (..., channels), and bias (channels,) if there is one.
        devices: the first of them also gathers; with fewer channels than devices, the last stay idle.

    Returns:
        (..., channels).
    """
    channels = parameters[0].shape[-1]
    sizes = [len(part) for part in np.array_split(np.arange(channels), min(channels, len(devices)))]
    slices = [tf.split(parameter, sizes, axis=-1) for parameter in parameters]  # [parameter][device]
    outputs = [run_on_device(device, operation, x, *own) for device, *own in zip(devices, *slices, strict=False)]
    with tf.device(devices[0]):
        return tf.concat(outputs, axis=-1)


def run_on_device(device: str, operation: Callable[..., tf.Tensor], *arguments: tf.Tensor) -> tf.Tensor:
    """Run an operation on a device, and later its gradient there too: left alone, that would run on the first."""

    @tf.custom_gradient
    def run(*arguments: tf.Tensor) -> Any:
        with tf.device(device), tf.GradientTape() as tape:
            tape.watch(arguments)
            result = operation(*arguments)

        def gradient(upstream: tf.Tensor) -> Any:
            with tf.device(device):
                return tape.gradient(result, arguments, upstream)

        return result, gradient

    return run(*arguments)


def _cuttable(layer: keras.layers.Layer) -> bool:
    """Channels lie last, and depend on the whole input each."""
    return getattr(layer, "groups", 1) == 1 and getattr(layer, "data_format", "channels_last") == "channels_last"


def _call(layer: keras.layers.Layer, devices: Sequence[str]) -> Callable[..., tf.Tensor]:
    """`call` of a Dense or Conv2D layer, shared out."""

    def linear(x: tf.Tensor, kernel: tf.Tensor, *bias: tf.Tensor) -> tf.Tensor:
        if isinstance(layer, keras.layers.Dense):
            outputs = keras.ops.matmul(x, kernel)
        else:
            outputs = keras.ops.conv(
                x, kernel, strides=layer.strides, padding=layer.padding, dilation_rate=layer.dilation_rate
            )
        return outputs + bias[0] if bias else outputs

    def call(inputs: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        parameters = [layer.kernel, layer.bias] if layer.use_bias else [layer.kernel]
        outputs = compute_by_channels(linear, inputs, [tf.convert_to_tensor(value) for value in parameters], devices)
        # A softmax needs all channels, so activations come after the gather.
        return outputs if layer.activation is None else layer.activation(outputs)

    return call
