"""Weights by the names of layers, from every form of file that Keras writes."""

from __future__ import annotations

import h5py
import keras
import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.models.weights.layer_weights import get_layer_weights, read_layer_weights


@pytest.fixture(scope="module")
def model():
    image = keras.Input((6, 6, 3))
    x = keras.layers.Conv2D(2, 3, name="first")(image)
    x = keras.layers.BatchNormalization(name="norm")(x)
    x = keras.layers.ReLU(name="relu")(x)
    return keras.Model(image, keras.layers.Conv2D(4, 1, name="second")(x))


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5", "m.h5"])
def test_every_form_gives_the_weights_of_every_layer(model, tmp_path, name):
    model.save_weights(tmp_path / name) if name.endswith(".weights.h5") else model.save(tmp_path / name)
    found = read_layer_weights(tmp_path / name)
    assert set(found) == set(get_layer_weights(model)) == {"first", "norm", "second"}
    for layer, weights in found.items():
        for ours, theirs in zip(weights, model.get_layer(layer).get_weights(), strict=True):
            np.testing.assert_array_equal(ours, theirs)


def test_a_file_of_keras_applications(model, tmp_path):
    """Without a configuration, names as bytes, paths as Keras 1 called weights."""
    with h5py.File(tmp_path / "published.h5", "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            paths = [f"{layer.name}_W_{number}:0" for number in range(len(layer.weights))]
            group.attrs["weight_names"] = [path.encode() for path in paths]
            for path, weight in zip(paths, layer.get_weights(), strict=True):
                group.create_dataset(path, data=weight)
    found = read_layer_weights(tmp_path / "published.h5")
    assert set(found) == {"first", "norm", "second"}
    for ours, theirs in zip(found["norm"], model.get_layer("norm").get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_layers_of_a_model_inside_a_model_have_their_names(model, tmp_path):
    image = keras.Input((6, 6, 3))
    outer = keras.Model(image, keras.layers.Dense(5, name="head")(model(image)))
    outer.save(tmp_path / "outer.keras")
    assert (
        set(read_layer_weights(tmp_path / "outer.keras"))
        == {"first", "norm", "second", "head"}
        == set(get_layer_weights(outer))
    )


def test_layers_of_one_name_are_told_apart_by_their_paths(tmp_path):
    x = image = keras.Input((4,))
    for units in (3, 2):
        inner = keras.Input(x.shape[1:])
        x = keras.Model(inner, keras.layers.Dense(units, name="dense")(inner), name=f"to_{units}")(x)
    keras.Model(image, keras.layers.Dense(1, name="last")(x)).save(tmp_path / "m.keras")
    shapes = {name: weights[0].shape for name, weights in read_layer_weights(tmp_path / "m.keras").items()}
    assert shapes.pop("last") == (2, 1)
    assert sorted(shapes.values()) == [(3, 2), (4, 3)]
    assert all(name.endswith("/dense") for name in shapes)


@pytest.mark.parametrize("name", ["m.keras", "m.weights.h5"])
def test_a_file_without_weights_is_refused(tmp_path, name):
    (tmp_path / name).write_bytes(b"no weights")
    with pytest.raises(ConfigError, match=rf"no file of Keras weights .* Received: {name}"):
        read_layer_weights(tmp_path / name)
