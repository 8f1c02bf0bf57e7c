"""Weights that go from one model of images to another: by file, by run; and what does not fit."""

from __future__ import annotations

import logging

import numpy as np
import pytest

from tfd2l.artifacts import use_store
from tfd2l.errors import ComponentError, ConfigError, TrackingError
from tfd2l.models.backbones.resnet18_backbone import get_backbone_layers
from tfd2l.models.lenet import lenet
from tfd2l.models.resnet18 import resnet18
from tfd2l.models.weights import image_weights
from tfd2l.models.weights.image_weights import transfer_weights
from tfd2l.tracking.run_store import RunStore
from tfd2l.tracking.tracked_run import TrackedRun

BODY = 1 + 1 + 16 + 16 + 3  # layers with weights: stem, and convolutions, normalizations and shortcuts of the groups


def of_layers(layers):
    return {f"{layer.name}/{weight.name}": np.asarray(weight) for layer in layers for weight in layer.weights}


def scrambled(model, seed=0):
    rng = np.random.default_rng(seed)
    for weight in model.weights:
        weight.assign(rng.uniform(0.5, 1.5, weight.shape))
    return model


@pytest.fixture(scope="module")
def earlier(image_data):
    return scrambled(resnet18(image_data((8, 8, 3), 10), width=2))


@pytest.mark.parametrize("name", ["earlier.keras", "earlier.weights.h5"])
def test_the_backbone_starts_with_a_files_weights_and_the_head_does_not(image_data, earlier, tmp_path, caplog, name):
    earlier.save_weights(tmp_path / name) if name.endswith("h5") else earlier.save(tmp_path / name)
    with caplog.at_level(logging.INFO, logger="tfd2l"):
        model = resnet18(image_data((16, 12, 3), 4), width=2, weights=str(tmp_path / name))
    expected = of_layers(get_backbone_layers(earlier))
    for path, weight in of_layers(get_backbone_layers(model)).items():
        np.testing.assert_array_equal(weight, expected[path])
    assert model.output.shape[-1] == 4
    assert f"{BODY} layers start with weights of {tmp_path / name}" in caplog.text


def test_the_backbone_starts_with_an_earlier_runs_weights(image_data, earlier, tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    run = TrackedRun.start(uri, "test", "a run", {}, None)
    with run.writing("checkpoint") as folder:
        earlier.save(folder / "model.keras")
    with use_store(RunStore(uri)):
        model = resnet18(image_data((8, 8, 3), 2), width=2, weights=f"run:{run.run_id}")
        with pytest.raises(TrackingError, match=rf"No run starts with 'nine' in {uri}.*Received: run:nine"):
            resnet18(image_data((8, 8, 3), 2), width=2, weights="run:nine")
    expected = of_layers(get_backbone_layers(earlier))
    for path, weight in of_layers(get_backbone_layers(model)).items():
        np.testing.assert_array_equal(weight, expected[path])


@pytest.mark.parametrize(
    ("channels", "options", "told"),
    [
        (3, {"width": 3}, r"'stem_conv': there 3x3x3x2, 2, here 3x3x3x3, 3"),
        (1, {"width": 2}, r"'stem_conv': there 3x3x3x2, 2, here 3x3x1x2, 2"),
        (3, {"width": 2, "stem": "imagenet"}, r"'stem_conv': there 3x3x3x2, 2, here 7x7x3x2, 2"),
    ],
)
def test_weights_of_other_shapes_are_refused_with_both_shapes(image_data, earlier, tmp_path, channels, options, told):
    file = tmp_path / "earlier.keras"
    earlier.save(file)
    with pytest.raises(ConfigError, match=rf"do not fit the layer {told}.*Received: model\.weights="):
        resnet18(image_data((8, 8, channels)), weights=str(file), **options)


def test_a_model_without_the_backbone_is_refused(image_data, tmp_path):
    lenet(image_data()).save(tmp_path / "lenet.keras")
    with pytest.raises(ConfigError, match=rf"nothing for {BODY} of {BODY} layers, 'stem_conv' first.*Received"):
        resnet18(image_data(), width=2, weights=str(tmp_path / "lenet.keras"))


def test_a_missing_file_is_refused_with_the_nearest_name(image_data, tmp_path):
    (tmp_path / "weights.keras").touch()
    with pytest.raises(ConfigError, match=r"no such file. Did you mean 'weights\.keras'\? Received"):
        resnet18(image_data(), weights=str(tmp_path / "weight.keras"))


def test_imagenet_is_refused_where_there_is_none(image_data):
    with pytest.raises(ConfigError, match=r"has no weights for this net.*Received: model\.weights='imagenet'"):
        resnet18(image_data(), width=2, weights="imagenet")


def test_imagenet_weights_are_set_or_their_absence_is_an_error(image_data, earlier):
    model = resnet18(image_data((8, 8, 3)), width=2)
    assert transfer_weights(get_backbone_layers(model), image_weights.IMAGENET, lambda: earlier) == BODY
    np.testing.assert_array_equal(model.get_layer("stem_conv").kernel, earlier.get_layer("stem_conv").kernel)

    def without_network():
        raise OSError("no route to host")

    with pytest.raises(ComponentError, match=r"could not fetch the weights \(OSError: no route to host\)"):
        transfer_weights(get_backbone_layers(model), image_weights.IMAGENET, without_network)


def test_a_frozen_backbone_learns_nothing_and_normalizes_by_its_moving_statistics(image_data):
    model = scrambled(resnet18(image_data((8, 8, 3)), width=2, frozen=True))
    assert [weight.path for weight in model.trainable_weights] == ["classifier/kernel", "classifier/bias"]
    x = np.random.default_rng(1).random((4, 8, 8, 3), np.float32)
    before = of_layers(get_backbone_layers(model))
    np.testing.assert_allclose(model(x, training=True), model(x), rtol=1e-6)
    for path, weight in of_layers(get_backbone_layers(model)).items():
        np.testing.assert_array_equal(weight, before[path])
