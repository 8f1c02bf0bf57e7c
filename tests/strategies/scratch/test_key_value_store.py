"""Push and pull: sums in any order, keys on servers (12.7)."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.scratch.key_value_store import KeyValueStore, share_keys
from tfd2l.strategies.scratch.kvstore import KVStore

SERVERS = ["/device:CPU:0", "/device:CPU:1"]


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))), ids=str)
def test_sums_do_not_depend_on_the_order_of_pushes(order):
    store = KeyValueStore({"a": 8, "b": 4}, SERVERS, workers=2)
    pushes = [("a", [1.0, 2.0]), ("b", [3.0]), ("a", [10.0, 20.0]), ("b", [30.0])]
    for number in order:
        key, value = pushes[number]
        store.push(key, tf.constant(value))
    np.testing.assert_array_equal(store.pull("a"), [11, 22])
    np.testing.assert_array_equal(store.pull("b"), [33])


def test_pull_is_the_same_for_every_worker_and_a_new_push_starts_anew():
    store = KeyValueStore({"a": 4}, SERVERS, workers=2)
    for value in (1.0, 2.0):
        store.push("a", tf.constant(value))
    assert [float(store.pull("a")) for _ in range(2)] == [3, 3]
    for value in (5.0, 6.0):
        store.push("a", tf.constant(value))
    assert float(store.pull("a")) == 11


def test_pull_needs_a_push_of_every_worker():
    store = KeyValueStore({"a": 4}, SERVERS, workers=2)
    store.push("a", tf.constant(1.0))
    with pytest.raises(ValueError, match=r"'a'.*each of 2 workers.*Received: 1 push"):
        store.pull("a")


def test_a_sum_lies_on_its_server():
    store = KeyValueStore({"a": 8, "b": 4}, SERVERS, workers=1)
    for key in "ab":
        store.push(key, tf.constant(1.0))
        assert store.pull(key).device.endswith(store.server[key])
    assert store.server == {"a": SERVERS[0], "b": SERVERS[1]}


def test_keys_are_shared_out_by_bytes_the_same_every_time():
    sizes = {"bias": 1, "table": 10, "kernel": 6, "gate": 5}
    assert share_keys(sizes, ["x", "y"]) == {"table": "x", "kernel": "y", "gate": "y", "bias": "x"}
    assert share_keys(dict(reversed(sizes.items())), ["x", "y"]) == share_keys(sizes, ["x", "y"])


def test_the_sum_is_over_workers_and_their_devices():
    """g_i = sum_k sum_j g_ijk: two workers of two devices each, which two logical processors stand for here."""
    strategy = KVStore(["CPU:0", "CPU:1"])
    strategy._devices, strategy.workers = SERVERS * 2, 2
    g = np.random.default_rng(0).normal(size=(4, 3, 5)).astype(np.float32)  # (device, parameter, size)
    for sums in strategy.exchange([[tf.constant(value) for value in own] for own in g]):
        np.testing.assert_allclose(sums, g.sum(axis=0), rtol=1e-5, atol=1e-6)


def test_workers_must_divide_the_devices():
    with pytest.raises(ConfigError, match=r"Received: strategy\.workers=3 with 2 devices"):
        KVStore(["CPU:0", "CPU:1"], workers=3)


def test_a_server_that_is_not_there():
    with pytest.raises(ConfigError, match=r"strategy\.servers.*Received"):
        KVStore(["CPU:0", "CPU:1"], servers=["GPU:9"])
