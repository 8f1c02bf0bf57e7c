"""Devices by their short names: `CPU:0`, `GPU:1`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

import tensorflow as tf

from tfd2l.errors import ConfigError, did_you_mean

PROCESSOR = re.compile(r"CPU:(\d+)")


def device_names() -> list[str]:
    """Returns the short names of the devices that this process has."""
    return [":".join(device.name.split(":")[-2:]) for device in tf.config.list_logical_devices()]


def require_device(device: str, path: str) -> str:
    """Returns TensorFlow's name of a device.

    Raises:
        ConfigError: there is no such device.
    """
    known = device_names()
    if device.upper() not in known:
        raise ConfigError(
            f"{path}: no such device.{did_you_mean(device, known)} Devices: {', '.join(known)}. "
            f"Received: {path}={device!r}"
        )
    return f"/{device.upper()}"


def require_devices(devices: Sequence[str], path: str) -> list[str]:
    """Returns TensorFlow's names of several devices; divides the processor into as many logical ones as are named.

    Raises:
        ConfigError: a device is named twice or does not exist, or TensorFlow runs already, with fewer processors.
    """
    names = [device.upper() for device in devices]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if len(names) < 2 or twice:
        raise ConfigError(f"{path} names two devices or more, each once. Received: {path}={list(devices)}")
    processors = [int(match[1]) + 1 for match in map(PROCESSOR.fullmatch, names) if match]
    if processors:
        divide_processor(max(processors), path)
    return [require_device(name, path) for name in names]


def divide_processor(count: int, path: str) -> None:
    """Divides the processor into logical devices: no faster, but real data parallelism without many GPUs.

    Raises:
        ConfigError: TensorFlow runs already, with fewer.
    """
    (processor, *_) = tf.config.list_physical_devices("CPU")
    known = tf.config.get_logical_device_configuration(processor) or [None]
    if len(known) >= count:
        return
    try:
        tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * count)
    except RuntimeError as error:
        raise ConfigError(
            f"{path}: TensorFlow already runs with {len(known)} processor{'s' * (len(known) > 1)}, and can be told of "
            f"{count} only before it starts: use a new process. Received: {path} with CPU:{count - 1}"
        ) from error
