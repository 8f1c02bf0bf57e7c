"""All-reduce along a chain, around a ring, or directly, each device its share (section 12.7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import tensorflow as tf

from tfd2l.strategies.scratch.data_parallel import AllReduce, DataParallel

Tensors = list[tf.Tensor]
NVLINK_RINGS = ((0, 1, 2, 3, 4, 5, 6, 7), (0, 3, 5, 2, 4, 7, 1, 6))  # of 8 V100; the links of the first are doubled


def chain_allreduce(data: Sequence[tf.Tensor]) -> Tensors:
    """The sum over n devices, the naive way: from neighbour to neighbour, and back.

    n - 1 steps add, n - 1 copy back; each moves the whole tensor and has to wait for the one before, so that all
    links but one are idle.

    Args:
        data: tensors of one shape, one on each of n devices.

    Returns:
        The sum, one copy on each device.
    """
    total = data[0]
    for mine in data[1:]:
        total = _on(mine, tf.add, total, mine)
    copies = [total]
    for mine in reversed(data[:-1]):
        copies.append(_on(mine, tf.identity, copies[-1]))
    return copies[::-1]


def ring_allreduce(data: Sequence[tf.Tensor]) -> Tensors:
    """The sum over n devices in a ring: n chunks go around at the same time, every link is always busy.

    2 (n - 1) steps, each moving 1/n of the tensor over every link: reduce-scatter, then all-gather.

    Args:
        data: tensors of one shape, one on each of n devices; their size need not divide by n.

    Returns:
        The sum, one copy on each device.

    References:
        - *Dive into Deep Learning*, section 12.7.
        - Patarasuk and Yuan, 2009, *Bandwidth Optimal All-reduce Algorithms*.
    """
    chunks = [_split(tensor, _even(tensor, len(data))) for tensor in data]
    return [_join(parts, mine) for parts, mine in zip(all_gather(reduce_scatter(chunks)), data, strict=True)]


def rings_allreduce(data: Sequence[tf.Tensor], rings: Sequence[Sequence[int]], bandwidths: Sequence[float]) -> Tensors:
    """The sum over n devices in several rings at once, each with a part of the tensor as its bandwidth allows.

    Args:
        data: tensors of one shape, one on each of n devices.
        rings: orders of the devices, such as `NVLINK_RINGS`.
        bandwidths: of the links of each ring, in any unit.

    Returns:
        The sum, one copy on each device.

    References:
        - *Dive into Deep Learning*, section 12.7.
        - Wang, Li, Liberty and Smola, 2018, *Optimal Message Scheduling for Aggregation*.
    """
    size = data[0].shape.num_elements()
    ends = [round(size * sum(bandwidths[: ring + 1]) / sum(bandwidths)) for ring in range(len(rings))]
    sizes = [end - start for start, end in zip([0, *ends], ends, strict=False)]
    parts = [_split(tensor, sizes) for tensor in data]  # [device][ring]
    for number, ring in enumerate(rings):
        for device, total in zip(ring, ring_allreduce([parts[device][number] for device in ring]), strict=True):
            parts[device][number] = total
    return [_join(own, mine) for own, mine in zip(parts, data, strict=True)]


def reduce_scatter(chunks: Sequence[Sequence[tf.Tensor]]) -> list[Tensors]:
    """First half of the ring: device i ends with the sum of chunk i + 1 (mod n).

    In step s device i sends chunk i - s to its right neighbour, which adds it to its own.

    Args:
        chunks: [device][chunk], n by n.

    Returns:
        The same; only chunk i + 1 of device i is complete.
    """
    n = len(chunks)
    held = [list(own) for own in chunks]
    for step in range(n - 1):
        sent = [held[device][(device - step) % n] for device in range(n)]
        for device in range(n):
            right, chunk = (device + 1) % n, (device - step) % n
            held[right][chunk] = _on(chunks[right][chunk], tf.add, held[right][chunk], sent[device])
    return held


def all_gather(chunks: Sequence[Sequence[tf.Tensor]]) -> list[Tensors]:
    """Second half of the ring: the complete chunks go around until every device has all.

    In step s device i sends chunk i + 1 - s to its right neighbour, which keeps it.

    Args:
        chunks: [device][chunk], n by n, chunk i + 1 of device i complete.

    Returns:
        The same, all complete.
    """
    n = len(chunks)
    held = [list(own) for own in chunks]
    for step in range(n - 1):
        sent = [held[device][(device + 1 - step) % n] for device in range(n)]
        for device in range(n):
            right, chunk = (device + 1) % n, (device + 1 - step) % n
            held[right][chunk] = _on(chunks[right][chunk], tf.identity, sent[device])
    return held


def direct_allreduce(data: Sequence[tf.Tensor]) -> Tensors:
    """The sum over n devices, each of which adds up 1/n of the tensor and sends it to all others.

    Two steps, for devices of which each is linked with each: section 12.7's four GPUs that aggregate 40 MB each.

    Args:
        data: tensors of one shape, one on each of n devices; their size need not divide by n.

    Returns:
        The sum, one copy on each device.
    """
    chunks = [_split(tensor, _even(tensor, len(data))) for tensor in data]  # [device][chunk]
    sums = [_on(mine, tf.add_n, parts) for mine, parts in zip(data, map(list, zip(*chunks, strict=True)), strict=True)]
    return [_join(sums, mine) for mine in data]


def _on(mine: tf.Tensor, operation: object, *arguments: object) -> tf.Tensor:
    """Run on the device that holds `mine`."""
    with tf.device(mine.device):
        return operation(*arguments)  # type: ignore[operator]


def _even(tensor: tf.Tensor, n: int) -> list[int]:
    """N sizes of chunks that differ by one at most."""
    return [len(part) for part in np.array_split(np.arange(tensor.shape.num_elements()), n)]


def _split(tensor: tf.Tensor, sizes: Sequence[int]) -> Tensors:
    """(...) -> chunks of these sizes, flat."""
    with tf.device(tensor.device):
        return tf.split(tf.reshape(tensor, [-1]), sizes)


def _join(chunks: Sequence[tf.Tensor], like: tf.Tensor) -> tf.Tensor:
    """What `_split` took apart, on the device of `like`."""
    with tf.device(like.device):
        return tf.reshape(tf.concat(chunks, axis=0), like.shape)


ALGORITHMS: dict[str, AllReduce] = {"chain": chain_allreduce, "ring": ring_allreduce, "direct": direct_allreduce}


class RingAllReduce(DataParallel):
    """Data parallelism from scratch whose gradients are summed around a ring of devices.

    Args:
        devices: two or more, in the order of the ring, such as `[GPU:0, GPU:1]` or `[CPU:0, CPU:1]`.
        algorithm: `ring` (n chunks at the same time: reduce-scatter, then all-gather), `chain` (the naive way: the
            whole tensor from neighbour to neighbour, and back), or `direct` (every device adds up 1/n).

    Raises:
        ConfigError: fewer than two devices, one named twice, or one that is not there.

    References:
        - *Dive into Deep Learning*, section 12.7.
    """

    def __init__(self, devices: list[str], algorithm: Literal["chain", "ring", "direct"] = "ring") -> None:
        super().__init__(devices, ALGORITHMS[algorithm])
