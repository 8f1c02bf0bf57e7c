"""The base class of the strategies from scratch."""

from __future__ import annotations

from collections.abc import Sequence

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.devices import require_devices
from tfd2l.strategies.base.protocols import GradientFunction
from tfd2l.strategies.base.strategy import DEFAULT, Strategy


class SeveralDevices(Strategy):
    """Steps whose work is placed on devices by hand, with `tf.device`.

    Model and optimizer are ordinary ones, made once, where Keras makes them; only loss and gradients are computed on
    the devices. Evaluation runs on one device, as in the book.

    Args:
        devices: two or more, such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor.

    Raises:
        ConfigError: fewer than two devices, one named twice, or one that is not there.
    """

    def __init__(self, devices: Sequence[str]) -> None:
        names = require_devices(devices, "strategy.devices")  # first: nothing may have started TensorFlow
        super().__init__(DEFAULT)
        self._devices = [f"/device:{name.removeprefix('/')}" for name in names]

    @property
    def devices(self) -> list[str]:
        """Where steps compute."""
        return self._devices


def refuse_xla(gradients_of: GradientFunction, strategy: str) -> None:
    """For a strategy that lays one forward pass over several devices.

    Raises:
        ConfigError: XLA is asked for.
    """
    if gradients_of.xla:
        raise ConfigError(
            "XLA compiles forward and backward into one program for one device, and this strategy lays them over "
            "several. Take `trainer.xla=false`, or a strategy whose devices each run the whole model, such as "
            f"data_parallel_scratch. Received: trainer.xla true or auto with strategy={strategy}"
        )
