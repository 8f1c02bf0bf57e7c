"""Several devices of one machine, each with a copy of the model (section 12.6)."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.devices import device_names, require_devices
from tfd2l.strategies.strategy import Strategy


def mirrored(devices: list[str] | None = None) -> Strategy:
    """Every device holds a copy of the model and takes its share of each batch; gradients are summed over all.

    Arguments:
        devices: such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor into logical devices; None
            takes all GPUs.

    Raises:
        ConfigError: there is no such device, or nothing to choose from.
    """
    if devices is not None:
        return Strategy(tf.distribute.MirroredStrategy(require_devices(devices, "strategy.devices")))
    found = [name for name in device_names() if name.startswith("GPU")]
    if not found:
        raise ConfigError(
            "strategy=mirrored takes all GPUs, and there is none. Name the devices, for two halves of the processor "
            "`strategy.devices=[CPU:0,CPU:1]`, or use `strategy=single`. Received: strategy.devices=null, devices "
            f"{', '.join(device_names())}"
        )
    return Strategy(tf.distribute.MirroredStrategy([f"/{name}" for name in found]))
