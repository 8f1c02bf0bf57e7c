"""A key-value store that sums what is pushed, with its keys divided among several servers (section 12.7)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import tensorflow as tf


class KeyValueStore:
    """`push` adds a worker's value to a key's sum, `pull` gives the sum of all workers.

    Sums do not depend on the order in which workers push, and a key's sum does not concern other keys: so workers
    need not agree on an order, and keys may lie on different servers. With m workers and one server, it takes in m
    times the gradient a step; each of n servers takes in m/n times the gradient.

    Args:
        sizes: bytes of every key.
        servers: devices that hold the sums.
        workers: pushes that make a sum complete; the next push of that key starts a new one.

    References:
        - *Dive into Deep Learning*, section 12.7.
        - Li et al., 2014, *Scaling Distributed Machine Learning with the Parameter Server*.
    """

    def __init__(self, sizes: Mapping[Any, int], servers: Sequence[str], workers: int) -> None:
        self.workers = workers
        self.server = share_keys(sizes, servers)
        self._sums: dict[Hashable, tf.Tensor] = {}
        self._pushes = dict.fromkeys(sizes, 0)

    def push(self, key: Hashable, value: tf.Tensor) -> None:
        """Add a worker's value to the key's sum, on the key's server.

        Args:
            key: one of `sizes`.
            value: of the same shape from every worker.
        """
        with tf.device(self.server[key]):
            if self._pushes[key] in (0, self.workers):
                self._pushes[key] = 0
                self._sums[key] = tf.identity(value)
            else:
                self._sums[key] = self._sums[key] + value
        self._pushes[key] += 1

    def pull(self, key: Hashable) -> tf.Tensor:
        """The sum of what all workers have pushed.

        Raises:
            ValueError: not all workers have pushed.
        """
        if self._pushes[key] != self.workers:
            raise ValueError(
                f"Key {key!r} can be pulled when each of {self.workers} workers has pushed. "
                f"Received: {self._pushes[key]} pushes"
            )
        return self._sums[key]


def share_keys(sizes: Mapping[Any, int], servers: Sequence[str]) -> dict[Hashable, str]:
    """Each key's server: the largest key first, to the server that holds the fewest bytes.

    Deterministic, so that every worker finds the same without asking; ties go to the first key and server.
    """
    loads = dict.fromkeys(range(len(servers)), 0)
    chosen = {}
    for key in sorted(sizes, key=lambda key: -sizes[key]):
        server = min(loads, key=lambda server: loads[server])
        loads[server] += sizes[key]
        chosen[key] = servers[server]
    return chosen
