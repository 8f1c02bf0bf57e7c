"""Data parallelism from scratch: every device learns from its part of the batch (section 12.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.protocols import GradientFunction
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.strategies.base.structure import Structure
from tfd2l.strategies.base.sums import Sums, add_sums
from tfd2l.strategies.scratch.several_devices import SeveralDevices

Tensors = list[tf.Tensor]
AllReduce = Callable[[Sequence[tf.Tensor]], Tensors]


def get_params(params: Sequence[keras.Variable | tf.Tensor], device: str) -> Tensors:
    """Copies of the parameters on a device.

    Args:
        params: variables or tensors of any shapes.
        device: TensorFlow's name of it.

    References:
        - *Dive into Deep Learning*, section 12.5, `get_params`.
    """
    with tf.device(device):
        return [tf.identity(tf.convert_to_tensor(param)) for param in params]


def split_batch(batch: Structure, devices: Sequence[str]) -> list[Any]:
    """Equal parts of a batch, in the order of its rows, each on its device.

    Args:
        batch: tensors (rows, ...), in any structure.
        devices: n of them.

    Returns:
        n structures of tensors (rows / n, ...).

    Raises:
        ConfigError: the rows do not divide by n.

    References:
        - *Dive into Deep Learning*, section 12.5, `split_batch`.
    """
    values = tf.nest.flatten(batch)
    for value in values:
        if value.shape[0] is not None and value.shape[0] % len(devices):
            raise ConfigError(
                "Devices take equal parts of a batch: let its rows be a multiple of their number. "
                f"Received: {value.shape[0]} rows for {len(devices)} devices"
            )
    parts = [tf.split(value, len(devices)) for value in values]  # [tensor][device]
    shards = []
    for device, shard in zip(devices, zip(*parts, strict=True), strict=True):
        with tf.device(device):
            shards.append(tf.nest.pack_sequence_as(batch, [tf.identity(part) for part in shard]))
    return shards


def allreduce(data: Sequence[tf.Tensor]) -> Tensors:
    """The sum over the devices: added on the first, and copied back to all.

    Args:
        data: tensors of one shape, one on each device.

    Returns:
        The sum, one copy on each device.

    References:
        - *Dive into Deep Learning*, section 12.5, `allreduce`.
    """
    with tf.device(data[0].device):
        total = tf.add_n(data)
    copies = []
    for tensor in data:
        with tf.device(tensor.device):
            copies.append(tf.identity(total))
    return copies


class DataParallel(SeveralDevices):
    """The book's `train_batch` up to the update: copies, parts, forward and backward on each device, all-reduce.

    With batch B = B_1 + ... + B_n and loss L, device i computes dL(B_i)/dw from its copy of the parameters w; the
    gradient is the sum of them. The update is the engine's: it is done once, on the variables, and the next step
    copies them again.

    Args:
        devices: two or more.
        allreduce: how a tensor on each device is summed: `allreduce`, or one of another topology.
    """

    def __init__(self, devices: Sequence[str], allreduce: AllReduce = allreduce) -> None:
        super().__init__(devices)
        self.allreduce = allreduce

    @property
    def num_replicas(self) -> int:
        """How many copies of the model share a batch."""
        return len(self.devices)

    def rows(self, batch: Structure) -> Any:
        """The whole batch: evaluation is not shared."""
        return batch

    def sum(self, values: Structure) -> Any:
        """What the whole batch gave is the sum already."""
        return values

    def differentiate(self, gradients_of: GradientFunction, batch: Structure) -> tuple[Sums, Tensors]:
        """The sums over the whole batch, and the new state of the model: that of its copy on the first device."""
        whole = gradients_of.weight(batch)  # (), all devices divide by it, so that their gradients add up
        params = gradients_of.model.trainable_variables
        device_params = [get_params(params, device) for device in self.devices]
        shards = split_batch(batch, self.devices)
        per_device, states = [], []
        for replica, (device, shard, values) in enumerate(zip(self.devices, shards, device_params, strict=True)):
            with tf.device(device):  # nothing ties one device to the other: TensorFlow runs them at the same time
                sums, state = gradients_of(shard, whole, replica=replica, trainable=values)
                dense = [_dense(*pair) for pair in zip(sums.gradients, params, strict=True)]
            per_device.append(sums._replace(gradients=dense))
            states.append(state)
        used = [index for index, gradient in enumerate(per_device[0].gradients) if gradient is not None]
        summed = self.exchange([[sums.gradients[index] for index in used] for sums in per_device])
        gradients: list[Any] = [None] * len(params)
        for index, gradient in zip(used, summed[0], strict=True):
            gradients[index] = gradient
        return add_sums([sums._replace(gradients=[]) for sums in per_device])._replace(gradients=gradients), states[0]

    def exchange(self, gradients: list[Tensors]) -> list[Tensors]:
        """Sum over the devices: [device][parameter] -> the same, every device with the sums."""
        by_parameter = [self.allreduce(data) for data in zip(*gradients, strict=True)]
        return [list(sums) for sums in zip(*by_parameter, strict=True)]


def _dense(gradient: tf.Tensor | tf.IndexedSlices | None, param: keras.Variable) -> tf.Tensor | None:
    """A gradient as a tensor of its parameter's shape, also if it comes as rows of a table."""
    return None if gradient is None else tf.ensure_shape(tf.convert_to_tensor(gradient), param.shape)


def data_parallel(devices: list[str]) -> Strategy:
    """Data parallelism from scratch: every device takes its part of a batch; gradients are summed on the first.

    Args:
        devices: two or more, such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor.

    Raises:
        ConfigError: fewer than two devices, one named twice, or one that is not there.

    References:
        - *Dive into Deep Learning*, section 12.5.
    """
    return DataParallel(devices)
