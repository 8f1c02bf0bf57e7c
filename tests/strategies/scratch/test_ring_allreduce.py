"""All-reduce in every way, against NumPy; what moves when (12.7)."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.strategies.scratch.data_parallel import allreduce
from tfd2l.strategies.scratch.ring_allreduce import (
    NVLINK_RINGS,
    all_gather,
    chain_allreduce,
    direct_allreduce,
    reduce_scatter,
    ring_allreduce,
    rings_allreduce,
)

WAYS = [allreduce, chain_allreduce, ring_allreduce, direct_allreduce]


def spread(values):
    """Tensors in turn on both devices."""
    data = []
    for number, value in enumerate(values):
        with tf.device(f"CPU:{number % 2}"):
            data.append(tf.identity(tf.constant(value)))
    return data


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("devices", [2, 3, 4, 5])
@pytest.mark.parametrize("shape", [(), (1,), (3,), (4, 5), (2, 3, 7)], ids=str)
def test_every_device_gets_the_sum(way, devices, shape):
    values = np.random.default_rng(devices).normal(size=(devices, *shape)).astype(np.float32)
    data = spread(values)
    sums = way(data)
    assert [total.device for total in sums] == [tensor.device for tensor in data]
    for total in sums:
        np.testing.assert_allclose(total, values.sum(axis=0), rtol=1e-5, atol=1e-6)
        assert total.shape == shape


@pytest.mark.parametrize("way", WAYS)
def test_the_book_example(way):
    for total in way(spread(np.array([[1.0, 1.0], [2.0, 2.0]]))):
        np.testing.assert_array_equal(total, [3, 3])


@pytest.mark.parametrize("way", WAYS)
def test_in_a_graph(way):
    values = np.arange(15, dtype=np.float32).reshape(3, 5)
    sums = tf.function(lambda: way(spread(values)))()
    for total in sums:
        np.testing.assert_array_equal(total, values.sum(axis=0))


def test_after_reduce_scatter_each_device_has_one_sum():
    n = 4
    values = np.random.default_rng(0).integers(0, 9, (n, n, 3)).astype(np.float32)  # (device, chunk, size)
    held = reduce_scatter([[tf.constant(chunk) for chunk in own] for own in values])
    for device in range(n):
        complete = (device + 1) % n
        for chunk in range(n):
            whole = np.array_equal(held[device][chunk], values[:, chunk].sum(axis=0))
            assert whole == (chunk == complete)


def test_all_gather_brings_each_complete_chunk_to_all():
    n = 3
    chunks = [[tf.constant(float(c if c == (d + 1) % n else -1)) for c in range(n)] for d in range(n)]
    assert [[float(chunk) for chunk in own] for own in all_gather(chunks)] == [[0, 1, 2]] * n


@pytest.mark.parametrize("size", [1, 7, 90])
def test_two_rings_share_a_tensor(size):
    values = np.random.default_rng(size).normal(size=(8, size)).astype(np.float32)
    for total in rings_allreduce(spread(values), NVLINK_RINGS, bandwidths=(2, 1)):
        np.testing.assert_allclose(total, values.sum(axis=0), rtol=1e-5, atol=1e-6)


def test_no_link_is_in_both_rings():
    first, second = (
        {frozenset(pair) for pair in zip(ring, (*ring[1:], ring[0]), strict=True)} for ring in NVLINK_RINGS
    )
    assert len(first) == len(second) == 8
    assert not first & second
