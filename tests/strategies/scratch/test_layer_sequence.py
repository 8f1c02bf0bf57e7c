"""Layer sequences, and dividing them."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.strategies.scratch.layer_sequence import balance, count_bytes, layer_sequence

layers = keras.layers


def names(model):
    return [layer.name for layer in layer_sequence(model)]


def test_a_sequential_is_a_layer_sequence_also_inside_another():
    inner = keras.Sequential([layers.Dense(3, name="b"), layers.ReLU(name="c")])
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3, name="a"), inner, layers.Dense(1, name="d")])
    assert names(model) == ["a", "b", "c", "d"]


def test_a_functional_model_may_be_a_layer_sequence():
    x = keras.Input((2,))
    y = layers.Dense(1, name="b")(layers.Dense(3, name="a")(x))
    assert names(keras.Model(x, y)) == ["a", "b"]


def test_a_branch_is_named():
    x = keras.Input((2,))
    a = layers.Dense(2, name="a")(x)
    with pytest.raises(ConfigError, match=r"layer 'sum' does not take what layer 'a' gives.*Received: model 'branch'"):
        layer_sequence(keras.Model(x, layers.Add(name="sum")([x, a]), name="branch"))


def test_a_layer_used_twice_is_named():
    x, a = keras.Input((2,)), layers.Dense(2, name="a")
    with pytest.raises(ConfigError, match=r"not that of its last layer, 'a'"):
        layer_sequence(keras.Model(x, a(a(x))))


def test_two_inputs_two_outputs():
    x, z = keras.Input((2,)), keras.Input((2,))
    with pytest.raises(ConfigError, match="2 inputs"):
        layer_sequence(keras.Model([x, z], layers.Add()([x, z])))
    a = layers.Dense(2, name="a")(x)
    with pytest.raises(ConfigError, match="not that of its last layer, 'b'"):
        layer_sequence(keras.Model(x, [a, layers.Dense(2, name="b")(a)]))


def test_a_class_is_no_layer_sequence():
    class Mine(keras.Model):
        def call(self, x):
            return x

    with pytest.raises(ConfigError, match="Mine is written as a class"):
        layer_sequence(Mine())


def test_bytes_of_lenet(lenet):
    weights = {"conv1": 200, "conv2": 25050, "hidden": 102528, "classifier": 1290}
    assert {layer.name: count_bytes(layer) for layer in layer_sequence(lenet()) if layer.weights} == {
        name: 4 * count for name, count in weights.items()
    }


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
def test_balanced_is_the_best_of_all_cuts(parts):
    rng = np.random.default_rng(parts)
    for _ in range(20):
        weights = rng.integers(0, 10, 7).tolist()
        lengths = balance(weights, parts)
        assert len(lengths) == parts
        assert sum(lengths) == 7
        assert min(lengths) >= 1
        best = min(heaviest(weights, (0, *cuts, 7)) for cuts in itertools.combinations(range(1, 7), parts - 1))
        assert heaviest(weights, np.cumsum([0, *lengths])) == best


def heaviest(weights, cuts):
    return max(sum(weights[start:end]) for start, end in itertools.pairwise(cuts))


def test_what_weighs_nothing_goes_with_what_is_before_it():
    assert balance([3, 0, 0, 3, 0], 2) == [3, 2]
