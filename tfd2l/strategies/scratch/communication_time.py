"""The time that an exchange of gradients takes, by the model of section 12.7.

A gradient of `size` bytes on each of n devices is to be summed and the sum brought back to all. A link moves
`bandwidth` bytes a second in each direction, at once in both; adding costs nothing, and there is no latency. Times are
in seconds.

References:
    - *Dive into Deep Learning*, section 12.7.
"""

from __future__ import annotations

from collections.abc import Callable


def one_device(size: float, bandwidth: float, devices: int) -> float:
    """All send to one of the devices, one after the other over its link, which sends the sum back: 2 (n - 1) size/B.

    160 MB over 16 GB/s, four devices: 30 + 30 = 60 ms.
    """
    return 2 * (devices - 1) * size / bandwidth


def through_cpu(size: float, bandwidth: float, devices: int) -> float:
    """All send to the processor, one after the other, which sends the sum back: 2 n size/B.

    160 MB over 16 GB/s, four devices: 40 + 40 = 80 ms.
    """
    return 2 * devices * size / bandwidth


def chain(size: float, bandwidth: float, devices: int) -> float:
    """From neighbour to neighbour, and the sum back, each step after the one before: 2 (n - 1) size/B."""
    return 2 * (devices - 1) * size / bandwidth


def direct(size: float, bandwidth: float, devices: int) -> float:
    """Every device adds up 1/n, all at the same time, and sends it to the others: 2 (n - 1)/n size/B.

    160 MB over 16 GB/s, four devices, each with a link of its own: 7.5 + 7.5 = 15 ms.
    """
    return 2 * (devices - 1) / devices * size / bandwidth


def ring(size: float, bandwidth: float, devices: int) -> float:
    """N chunks around the ring at the same time, n - 1 steps to add and n - 1 to spread: 2 (n - 1)/n size/B.

    As (n - 1)/n comes near 1, the time hardly depends on n. With it left out, as the book does, 160 MB over three
    NVLinks of 18 GB/s each way (300 Gbit/s is both ways together) take 2 * 160 MB / 54 GB/s = 5.93 ms; with it, eight
    GPUs take 5.19 ms. The three links are two rings, one of them doubled: `rings_allreduce`.
    """
    return 2 * (devices - 1) / devices * size / bandwidth


def parameter_servers(size: float, bandwidth: float, workers: int, servers: int = 1) -> float:
    """M workers push to n servers that hold 1/n of the keys each, and pull: 2 (m / n) size/B.

    One server: O(m). As many servers as workers: it does not depend on m.

    Args:
        size: bytes.
        bandwidth: bytes a second, of the link of each server.
        workers: m.
        servers: n.
    """
    return 2 * workers / servers * size / bandwidth


def one_server_a_worker(size: float, bandwidth: float, devices: int) -> float:
    """`parameter_servers` with a server on every worker: 2 size/B."""
    return parameter_servers(size, bandwidth, devices, devices)


TOPOLOGIES: dict[str, Callable[[float, float, int], float]] = {
    "through the CPU": through_cpu,
    "through one server": parameter_servers,
    "through one device": one_device,
    "chain": chain,
    "one server a worker": one_server_a_worker,
    "ring": ring,
    "direct": direct,
}
