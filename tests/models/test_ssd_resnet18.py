"""SSD on the body of a ResNet-18: its scales, and where its body comes from."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.models.backbones.resnet18_backbone import get_backbone_layers
from tfd2l.models.resnet18 import resnet18
from tfd2l.models.ssd_resnet18 import ssd_resnet18


@pytest.mark.parametrize(("stem", "side", "anchors"), [("imagenet", 256, 1364), ("small", 64, 1364)])
def test_scales(image_data, stem, side, anchors):
    model = ssd_resnet18(image_data((side, side, 3), 2), width=2, stem=stem, scale_channels=[4, 4])
    outputs = model(np.zeros((2, side, side, 3), np.float32))
    assert outputs["classes"].shape == (2, anchors, 3)
    assert outputs["offsets"].shape == (2, anchors, 4)
    assert outputs["anchors"].shape == (2, anchors, 4)


def test_a_classifiers_backbone_is_transferred(image_data, tmp_path):
    keras.utils.set_random_seed(0)
    classifier = resnet18(image_data((16, 16, 3), 7), width=2)
    classifier.save(tmp_path / "classifier.keras")
    sizes = [[0.2], [0.4], [0.6], [0.8]]
    model = ssd_resnet18(
        image_data((32, 32, 3), 3), 2, "small", [4], sizes, weights=str(tmp_path / "classifier.keras"), frozen=True
    )
    for theirs, ours in zip(get_backbone_layers(classifier), get_backbone_layers(model), strict=True):
        for a, b in zip(theirs.get_weights(), ours.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
    names = {layer.name for layer in get_backbone_layers(model)}
    assert not names & {weight.path.split("/")[0] for weight in model.trainable_weights}
    model.save(tmp_path / "model.keras")
    x = np.random.default_rng(0).random((1, 32, 32, 3), np.float32)
    np.testing.assert_array_equal(keras.saving.load_model(tmp_path / "model.keras")(x)["classes"], model(x)["classes"])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"scale_channels": [0]}, "scale_channels"),
        ({"scale_channels": [4] * 4}, "32 x 32"),
        ({"sizes": [[0.2]]}, "sizes"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(image_data, options, told):
    with pytest.raises(ConfigError, match=told):
        ssd_resnet18(image_data((32, 32, 3), 3), **{"width": 2, "stem": "small", "scale_channels": [4], **options})
