"""The book's four functions, with the book's numbers (12.5)."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.lenet import lenet
from tfd2l.strategies.scratch.data_parallel import allreduce, data_parallel, get_params, split_batch
from tfd2l.strategies.scratch.kvstore import KVStore
from tfd2l.strategies.scratch.ring_allreduce import RingAllReduce
from tfd2l.training.differentiation import Differentiation
from tfd2l.training.metric_sums import MetricSums

TWO = ["/device:CPU:0", "/device:CPU:1"]


def place(tensor):
    return tensor.device.rpartition("/")[2]


def test_get_params_copies_lenet_to_a_device():
    spec = (tf.TensorSpec([4, 28, 28, 1]), tf.TensorSpec([4], tf.int32))
    model = lenet(DataInfo(("image",), {}, {}, "a test", "0", batch_spec=spec, class_names=tuple("0123456789")))
    params = get_params(model.trainable_variables, TWO[1])
    assert {place(param) for param in params} == {"device:CPU:1"}
    kernels, biases = params[0::2], params[1::2]
    # W1 (20, 1, 3, 3), W2 (50, 20, 5, 5), W3 (800, 128), W4 (128, 10) in Keras' layout
    assert [tuple(kernel.shape) for kernel in kernels] == [(3, 3, 1, 20), (5, 5, 20, 50), (800, 128), (128, 10)]
    np.testing.assert_array_equal(biases[0], np.zeros(20))
    before = params[0].numpy()
    model.layers[0].kernel.assign_add(tf.ones([3, 3, 1, 20]))
    np.testing.assert_array_equal(params[0], before)  # a copy, not the variable


def test_split_batch_gives_rows_in_order_to_devices():
    first, second = split_batch(tf.reshape(tf.range(20), [4, 5]), TWO)
    np.testing.assert_array_equal(first, np.arange(10).reshape(2, 5))
    np.testing.assert_array_equal(second, np.arange(10, 20).reshape(2, 5))
    assert [place(first), place(second)] == ["device:CPU:0", "device:CPU:1"]


def test_split_batch_takes_any_structure():
    batch = ({"a": tf.range(6), "b": tf.reshape(tf.range(12), [6, 2])}, tf.range(6))
    shards = split_batch(batch, [*TWO, TWO[0]])
    for structure in shards:
        tf.nest.assert_same_structure(structure, batch)
    again = tf.nest.map_structure(lambda *parts: tf.concat(parts, 0), *shards)
    tf.nest.map_structure(np.testing.assert_array_equal, again, batch)


def test_split_batch_refuses_rows_that_do_not_divide():
    with pytest.raises(ConfigError, match=r"Received: 5 rows for 2 devices"):
        split_batch(tf.zeros([5, 1]), TWO)


def test_allreduce_sums_on_all_devices():
    data = []
    for number, device in enumerate(TWO):
        with tf.device(device):
            data.append(tf.ones([1, 2]) * (number + 1))
    sums = allreduce(data)
    for total in sums:
        np.testing.assert_array_equal(total, [[3, 3]])
    assert [place(total) for total in sums] == ["device:CPU:0", "device:CPU:1"]


class Embedded(keras.Model):
    """Gradients that are rows of a table, and a variable that nothing depends on."""

    def __init__(self):
        super().__init__()
        self.table = keras.layers.Embedding(7, 3)
        self.unused = self.add_weight(shape=(2,), name="unused")

    def call(self, ids):
        return keras.ops.mean(self.table(ids), axis=1)


@pytest.mark.parametrize("xla", [False, True])
@pytest.mark.parametrize("make", [data_parallel, RingAllReduce, KVStore])
def test_rows_of_tables_and_unused_variables(make, xla):
    keras.utils.set_random_seed(0)
    model = Embedded()
    x, y = tf.constant([[1, 1, 2], [3, 1, 0], [6, 6, 6], [0, 1, 2]]), tf.constant([0, 1, 2, 0])
    model(x)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    differentiation = Differentiation(model, loss, MetricSums([]))
    whole, _ = differentiation((x, y), tf.constant(4.0))
    differentiation.xla = xla
    sums, _ = tf.function(make(["CPU:0", "CPU:1"]).differentiate)(differentiation, (x, y))
    names = [variable.name for variable in model.trainable_variables]
    mine = dict(zip(names, sums.gradients, strict=True))
    expected = dict(zip(names, whole.gradients, strict=True))
    assert mine["unused"] is expected["unused"] is None
    np.testing.assert_allclose(mine["embeddings"], tf.convert_to_tensor(expected["embeddings"]), rtol=1e-6)
    assert float(sums.loss) == pytest.approx(float(whole.loss))


def test_tells_its_devices():
    strategy = data_parallel(["CPU:0", "CPU:1"])
    assert strategy.describe(tf.TensorSpec([8, 5])) == "CPU:0, CPU:1; global batch 8 = 4 a replica x 2 replicas"
