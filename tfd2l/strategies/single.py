"""Training on one device."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.strategies.base.devices import require_device
from tfd2l.strategies.base.strategy import DEFAULT, Strategy


def single(device: str | None = None) -> Strategy:
    """Trains on one device.

    Args:
        device: such as `CPU:0` or `GPU:1`; None lets TensorFlow choose: the first GPU if there is one, else the CPU.

    Raises:
        ConfigError: there is no such device.
    """
    if device is None:
        return Strategy(DEFAULT)
    return Strategy(tf.distribute.OneDeviceStrategy(require_device(device, "strategy.device")))
