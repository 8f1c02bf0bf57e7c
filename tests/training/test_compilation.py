"""`xla=auto` times both without changing anything, and chooses what ends sooner."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.single import single
from tfd2l.training.compilation import Trial, try_xla
from tfd2l.training.step import TrainStep

X = np.random.default_rng(0).normal(size=(3, 4, 5, 2)).astype(np.float32)  # (batches, rows, tokens, features)
Y = np.zeros((3, 4), np.int32)


@pytest.mark.parametrize("strategy", [single, lambda: mirrored(["CPU:0", "CPU:1"])], ids=["single", "mirrored"])
def test_a_trial_changes_nothing_and_counts_the_shapes(strategy):
    strategy = strategy()
    with strategy.scope():
        layers = [keras.layers.Dropout(0.5), keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(2)]
        model = keras.Sequential([keras.Input((None, 2)), *layers])
        optimizer = keras.optimizers.Adam(0.1)
        optimizer.build(model.trainable_variables)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    step = TrainStep(model, loss, optimizer, [], strategy)
    variables = [*model.variables, *optimizer.variables]
    before = [np.array(variable) for variable in variables]
    long = tf.data.Dataset.from_tensor_slices((X, Y))
    batches = long.concatenate(long.take(1).map(lambda x, y: (x[:, :3], y)))
    trial = try_xla(step, batches)
    assert trial.shapes == 2
    assert min(trial.plain, trial.compiled) > 0
    for variable, value in zip(variables, before, strict=True):
        np.testing.assert_array_equal(np.array(variable), value)


def test_the_time_for_compiling_counts():
    trial = Trial(plain=0.03, compiled=0.02, compiling=5.0, shapes=4)
    assert not trial.prefers_xla(1000)  # 30 s beside 20 + 20
    assert trial.prefers_xla(3000)  # 90 beside 80
    assert "30.0 ms without XLA and 20.0 ms with it, after 5.0 s for each of 4 shapes" in trial.describe(3000)
    assert trial.describe(3000).endswith("with XLA is sooner")
    assert trial.describe(10).endswith("without XLA is sooner")
    assert trial.metrics()["milliseconds_without"] == pytest.approx(30)
