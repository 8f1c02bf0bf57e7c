"""Every strategy written from scratch takes the steps of one device, and those of tf.distribute."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.scratch.data_parallel import data_parallel
from tfd2l.strategies.scratch.kvstore import KVStore
from tfd2l.strategies.scratch.layer_parallel import LayerParallel
from tfd2l.strategies.scratch.model_parallel import ModelParallel
from tfd2l.strategies.scratch.ring_allreduce import RingAllReduce
from tfd2l.strategies.single import single
from tfd2l.training.compilation import try_xla
from tfd2l.training.evaluation import Evaluation

TWO = ["CPU:0", "CPU:1"]
COPIES = {  # each device runs the whole model
    "data": lambda: data_parallel(TWO),
    "ring": lambda: RingAllReduce(TWO),
    "chain": lambda: RingAllReduce(TWO, "chain"),
    "direct": lambda: RingAllReduce(TWO, "direct"),
    "kvstore": lambda: KVStore(TWO),
    "kvstore-one-worker-one-server": lambda: KVStore(TWO, workers=1, servers=["CPU:1"]),
}
PARTS = {  # the model lies on all devices
    "model": lambda: ModelParallel(TWO),
    "model-two-layers-on-the-first": lambda: ModelParallel(TWO, layers_per_device=[2, 5], micro_batches=2),
    "layer": lambda: LayerParallel(TWO),
}
ALL = COPIES | PARTS


def each(strategies):
    return pytest.mark.parametrize("strategy", strategies.values(), ids=list(strategies))


@pytest.fixture(scope="module")
def alone(trained):
    return trained(single(), penalty=0.01)


@each(ALL)
def test_takes_the_steps_of_one_device(strategy, trained, assert_alike, alone):
    assert_alike(trained(strategy(), penalty=0.01), alone)


def test_mirrored_takes_the_same(trained, assert_alike, alone):
    assert_alike(trained(mirrored(TWO), penalty=0.01), alone)


@pytest.mark.parametrize("options", [{"xla": True}, {"micro_batches": 2}, {"xla": True, "micro_batches": 2}], ids=str)
def test_copies_may_compile_and_accumulate(options, trained, assert_alike, alone):
    assert_alike(trained(data_parallel(TWO), penalty=0.01, **options), alone)


def test_layers_may_accumulate(trained, assert_alike, alone):
    assert_alike(trained(LayerParallel(TWO), penalty=0.01, micro_batches=2), alone)


@pytest.mark.parametrize("name", ["data", "model", "layer"])
def test_a_summed_and_scaled_loss(name, trained, assert_alike):
    options = {
        "loss": keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum"),
        "optimizer": lambda: keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.01)),
        "penalty": 0.01,
    }
    assert_alike(trained(ALL[name](), **options), trained(single(), **options))


@pytest.mark.parametrize("options", [{"dropout": 0.5}, {"normalize": True}], ids=str)
def test_state_is_that_of_the_same_division_by_the_engine(options, trained, assert_alike):
    assert_alike(trained(data_parallel(TWO), **options), trained(mirrored(TWO), **options))
    assert_alike(trained(ModelParallel(TWO), **options), trained(single(), micro_batches=4, **options))
    assert_alike(trained(LayerParallel(TWO), **options), trained(single(), **options))


@pytest.mark.parametrize("name", ["kvstore", "model", "layer"])
def test_several_steps_in_one_go_are_the_same_steps(name, step_under, assert_alike, alone, batches):
    step = step_under(ALL[name](), penalty=0.01)
    rows = step.run_several(iter(tf.data.Dataset.from_tensor_slices(batches)), len(batches[0]))
    variables = {variable.path: np.array(variable.value) for variable in step.model.variables}
    assert_alike(([step.logs(row) for row in rows], variables), alone)


@pytest.mark.parametrize("name", ["data", "model", "layer"])
def test_evaluation_is_that_of_one_device(name, lenet, batches):
    def measured(strategy):
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        metrics = [keras.metrics.SparseCategoricalAccuracy(name="accuracy")]
        return Evaluation(lenet(), loss, metrics, strategy)(tf.data.Dataset.from_tensor_slices(batches))

    assert measured(ALL[name]()) == pytest.approx(measured(single()), rel=1e-6)


FORWARD_AND_BACKWARD = ("Conv2D", "Conv2DBackpropFilter")


@pytest.mark.parametrize("name", ["data", "layer"])
def test_both_devices_work_forward_and_backward(name, step_under):
    assert devices_of(step_under(ALL[name]()), FORWARD_AND_BACKWARD) == {
        (kind, f"/device:CPU:{number}") for kind in FORWARD_AND_BACKWARD for number in (0, 1)
    }


def test_each_stage_works_on_its_device(step_under):
    step = step_under(ModelParallel(TWO, [4, 3]))
    assert devices_of(step, (*FORWARD_AND_BACKWARD, "MatMul")) == {
        *((kind, "/device:CPU:0") for kind in FORWARD_AND_BACKWARD),
        ("MatMul", "/device:CPU:1"),
    }


def devices_of(step, kinds):
    operations = step._submit.function.get_concrete_function().graph.get_operations()
    return {(operation.type, operation.device) for operation in operations if operation.type in kinds}


@each(ALL)
def test_says_what_is_wrong_with_the_devices(strategy, monkeypatch):
    monkeypatch.setitem(globals(), "TWO", ["CPU:0"])
    with pytest.raises(ConfigError, match=r"two devices or more.*Received: strategy\.devices"):
        strategy()


@each(COPIES | {"model": PARTS["model"]})
def test_a_batch_that_does_not_divide_is_refused(strategy, step_under):
    odd = tuple(tf.TensorSpec([7, *spec.shape[1:]], spec.dtype) for spec in SPEC)
    with pytest.raises(ConfigError, match=r"stages\.batch\.batch_size.*Received: a batch of 7 rows"):
        step_under(strategy(), spec=odd)


@each(PARTS)
def test_xla_is_refused_where_a_model_lies_on_several_devices(strategy, step_under, batches):
    with pytest.raises(ConfigError, match=r"trainer\.xla=false.*Received: trainer\.xla true or auto"):
        step_under(strategy(), xla=True)
    with pytest.raises(ConfigError, match=r"trainer\.xla=false.*Received: trainer\.xla true or auto"):
        try_xla(step_under(strategy()), tf.data.Dataset.from_tensor_slices(batches))


SPEC = (tf.TensorSpec([8, 28, 28, 1]), tf.TensorSpec([8], tf.int32), tf.TensorSpec([8]))
