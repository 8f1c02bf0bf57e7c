"""Divides the processor into logical devices, as tests of distribution strategies need it."""

from __future__ import annotations

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.devices import divide_processor

DEVICES = ("CPU:0", "CPU:1")


def use_two_devices() -> None:
    """Makes TensorFlow see the processor as two logical devices.

    It must be called before TensorFlow starts, that is before the first tensor is made: at the top of a
    `conftest.py`. A second call does nothing.

    Raises:
        RuntimeError: TensorFlow runs already, with one device.

    Example:
        >>> import tensorflow as tf
        >>> from tfd2l.testing import use_two_devices
        >>> use_two_devices()
        >>> len(tf.config.list_logical_devices("CPU"))
        2
    """
    try:
        divide_processor(len(DEVICES), "tfd2l.testing")
    except ConfigError:
        raise RuntimeError(
            "TensorFlow runs already, with one logical device, and the check of MirroredStrategy needs two. Write "
            "`from tfd2l.testing import use_two_devices` and `use_two_devices()` at the top of tests/conftest.py, "
            "where nothing has made a tensor yet; or leave the property out: skip=['mirrored']. Received: one device"
        ) from None
