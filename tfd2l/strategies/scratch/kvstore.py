"""Data parallelism from scratch with a key-value store (section 12.7)."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ConfigError
from tfd2l.strategies.base.devices import require_devices
from tfd2l.strategies.scratch.data_parallel import DataParallel, Tensors
from tfd2l.strategies.scratch.key_value_store import KeyValueStore


class KVStore(DataParallel):
    """Data parallelism from scratch: workers push gradients to servers, key by key, and pull their sums.

    g_i = sum_k sum_j g_ijk over the devices j of every worker k: a worker first sums over its own devices, then pushes
    one gradient for each parameter i; the parameters are shared out over the servers. Workers and servers are devices
    of one process here, in one step: what would be messages are tensors that go from one device to another.

    Args:
        devices: two or more, such as `[GPU:0, GPU:1]`, or `[CPU:0, CPU:1]`, which divides the processor.
        workers: how many the devices make up, in their order; None makes each device a worker.
        servers: devices that hold the sums, each named once; None lets every device also serve.

    Raises:
        ConfigError: the devices do not divide by the workers; fewer than two devices, one named twice, or not there.

    References:
        - *Dive into Deep Learning*, section 12.7.
    """

    def __init__(
        self, devices: list[str], workers: PositiveInt | None = None, servers: list[str] | None = None
    ) -> None:
        if workers is not None and (workers < 1 or len(devices) % workers):
            raise ConfigError(
                "Every worker has as many devices: strategy.workers divides their number. "
                f"Received: strategy.workers={workers} with {len(devices)} devices"
            )
        # Together: a processor is divided only once.
        extra = [name for name in servers or [] if name.upper() not in [device.upper() for device in devices]]
        require_devices([*devices, *extra], "strategy.devices" + " and strategy.servers" * bool(extra))
        super().__init__(devices)
        self.workers = workers or len(devices)
        self.servers = self.devices if servers is None else [f"/device:{name.upper()}" for name in servers]

    def exchange(self, gradients: list[Tensors]) -> list[Tensors]:
        """Sums the gradients of all devices, a list of tensors for each; every device gets the sums."""
        sizes = {key: gradient.dtype.size * gradient.shape.num_elements() for key, gradient in enumerate(gradients[0])}
        store = KeyValueStore(sizes, self.servers, self.workers)
        each = len(gradients) // self.workers
        for worker in range(self.workers):
            own = gradients[worker * each : (worker + 1) * each]
            for key, parts in enumerate(zip(*own, strict=True)):
                with tf.device(parts[0].device):
                    store.push(key, tf.add_n(parts))  # sum over j here, over k there
        sums = []
        for device in self.devices:
            with tf.device(device):
                sums.append([tf.identity(store.pull(key)) for key in sizes])
        return sums
