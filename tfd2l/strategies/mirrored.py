"""Synchronous data parallelism on several devices of one machine (section 12.6)."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.devices import device_names, require_devices
from tfd2l.strategies.base.strategy import Strategy


def mirrored(devices: list[str] | None = None) -> Strategy:
    """Trains on several devices of one machine, synchronously: each takes its share of every batch.

    Every device holds a copy of the model; gradients are summed over all of them.

    Args:
        devices: such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor into logical devices; None
            takes all GPUs.

    Raises:
        ConfigError: there is no such device, or nothing to choose from.
    """
    if devices is not None:
        return _mirror(require_devices(devices, "strategy.devices"))
    found = [name for name in device_names() if name.startswith("GPU")]
    if not found:
        raise ConfigError(
            "strategy=mirrored takes all GPUs, and there is none. Name the devices, for two halves of the processor "
            "`strategy.devices=[CPU:0,CPU:1]`, or use `strategy=single`. Received: strategy.devices=null, devices "
            f"{', '.join(device_names())}"
        )
    return _mirror([f"/{name}" for name in found])


def _mirror(devices: list[str]) -> Strategy:
    if all("GPU" in name for name in devices):
        return Strategy(tf.distribute.MirroredStrategy(devices))  # NCCL
    # Not TensorFlow's collectives: on processors they confuse the sums of two strategies in one process.
    reduction = tf.distribute.ReductionToOneDevice()
    return Strategy(tf.distribute.MirroredStrategy(devices, cross_device_ops=reduction))
