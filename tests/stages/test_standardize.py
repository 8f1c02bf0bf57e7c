"""Standardize against float64 NumPy; its statistics come back through the decoder."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.standardization import Standardization
from tfd2l.data.info import NO_DATA
from tfd2l.errors import DataError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.standardize import Standardize

RNG = np.random.default_rng(0)
SPEED = (50 + 15 * RNG.normal(size=5000)).astype(np.float32)
VECTOR = (RNG.normal(size=(5000, 3)) * [1, 1e-3, 1e4] + [0, 1e-2, -3e4]).astype(np.float32)


@pytest.fixture
def fitted(examples):
    stage = Standardize(["speed", "vector"])
    stage.fit(examples(speed=SPEED, vector=VECTOR, label=range(5000)))
    return stage


def test_train_has_mean_0_and_deviation_1(fitted, examples):
    ds = apply([fitted], examples(speed=SPEED, vector=VECTOR, label=range(5000)), split="train", seed=0)
    (chunk,) = ds.batch(5000).as_numpy_iterator()
    np.testing.assert_allclose(chunk["speed"], (SPEED - SPEED.mean()) / SPEED.astype(np.float64).std(), atol=1e-4)
    for key in ("speed", "vector"):
        np.testing.assert_allclose(chunk[key].mean(0), 0, atol=1e-4)
        np.testing.assert_allclose(chunk[key].std(0), 1, atol=1e-4)
    assert chunk["label"].tolist() == list(range(5000))


def test_other_splits_take_the_statistics_of_train(fitted, examples):
    mean, deviation = SPEED.astype(np.float64).mean(), SPEED.astype(np.float64).std()
    ds = apply([fitted], examples(speed=[0.0, 7.0], vector=VECTOR[:2], label=[0, 1]), split="test", seed=0)
    got = [row["speed"] for row in ds.as_numpy_iterator()]
    np.testing.assert_allclose(got, [(0 - mean) / deviation, (7 - mean) / deviation], rtol=1e-4)


def test_served_only_what_comes_is_standardized(fitted):
    served = serve([fitted], {"speed": tf.constant([50.0])})
    assert list(served) == ["speed"]
    assert abs(float(served["speed"][0])) < 0.1


def test_what_is_known_of_the_data_holds_the_statistics(fitted):
    info = fitted.bind(NO_DATA.with_fact(Standardization({"before": (np.float32(0), np.float32(1))})))
    assert set(info.fact(Standardization).statistics) == {"before", "speed", "vector"}
    mean, deviation = info.fact(Standardization).statistics["vector"]
    np.testing.assert_allclose(mean, VECTOR.astype(np.float64).mean(0), rtol=1e-5)
    np.testing.assert_allclose(deviation, VECTOR.astype(np.float64).std(0), rtol=1e-5)


def test_mistakes_are_told(examples):
    with pytest.raises(ValueError, match=r"at least one key. Received: keys=\[\]"):
        Standardize([])
    with pytest.raises(DataError, match=r"no example has a key 'sped'\. Did you mean 'speed'\?.*Received: keys="):
        Standardize(["sped"]).fit(examples(speed=[1.0, 2.0]))
    with pytest.raises(DataError, match=r"'speed' is the same in every training example.*Received: 2\.0"):
        Standardize(["speed"]).fit(examples(speed=[2.0, 2.0]))
    with pytest.raises(ValueError, match=r"call fit\(train\) first"):
        Standardize(["speed"]).transform({"speed": tf.constant([1.0])})
