"""One device."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError, did_you_mean


def single(device: str | None = None) -> tf.distribute.Strategy:
    """Run on one device.

    Arguments:
        device: such as `CPU:0` or `GPU:1`; None lets TensorFlow choose: the first GPU if there is one, else the CPU.

    Raises:
        ConfigError: there is no such device.
    """
    if device is None:
        return tf.distribute.get_strategy()  # the default strategy: no distribution
    known = [":".join(d.name.split(":")[-2:]) for d in tf.config.list_logical_devices()]
    if device.upper() not in known:
        raise ConfigError(
            f"strategy.device: no such device.{did_you_mean(device, known)} Devices: {', '.join(known)}. "
            f"Received: strategy.device={device!r}"
        )
    return tf.distribute.OneDeviceStrategy(f"/{device.upper()}")
