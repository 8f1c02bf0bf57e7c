"""The body of ResNet-18: the sizes of its groups with both stems."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from tfd2l.models.backbones.resnet18_backbone import STRIDES, build_resnet18_backbone, get_backbone_layers


@pytest.mark.parametrize(
    ("stem", "size", "expected"),
    [
        ("imagenet", (320, 480), [(80, 120, 64), (40, 60, 128), (20, 30, 256), (10, 15, 512)]),
        ("small", (32, 48), [(32, 48, 64), (16, 24, 128), (8, 12, 256), (4, 6, 512)]),
        ("imagenet", (33, 65), [(9, 17, 64), (5, 9, 128), (3, 5, 256), (2, 3, 512)]),
        ("small", (None, None), [(None, None, 64 * 2**group) for group in range(4)]),
    ],
)
def test_sizes_of_the_groups(stem, size, expected):
    groups = build_resnet18_backbone(keras.Input((*size, 3)), stem=stem)
    assert [group.shape[1:] for group in groups] == expected
    if None not in size:
        assert expected[-1][:2] == tuple(-(-n // STRIDES[stem]) for n in size)


def test_the_stems_differ_in_one_weight_and_a_pooling_layer():
    def names(stem):
        image = keras.Input((64, 64, 3))
        model = keras.Model(image, build_resnet18_backbone(image, 2, stem)[-1])
        assert [layer.name for layer in get_backbone_layers(model)] == [layer.name for layer in model.layers[1:]]
        return {layer.name: [w.shape for w in layer.weights] for layer in model.layers[1:]}

    small, imagenet = names("small"), names("imagenet")
    assert imagenet.pop("stem_pool") == []
    assert {name for name in small if small[name] != imagenet[name]} == {"stem_conv"}
    assert set(small) == set(imagenet)


def test_the_imagenet_stem_is_numpys(convolve):
    rng = np.random.default_rng(0)
    image = keras.Input((13, 16, 3))
    model = keras.Model(image, build_resnet18_backbone(image, 2, "imagenet")[-1])
    stem = keras.Model(image, model.get_layer("stem_pool").output)
    kernel, bias = rng.normal(size=(7, 7, 3, 2)), rng.normal(size=2)
    model.get_layer("stem_conv").set_weights([kernel, bias])
    x = rng.random((2, 13, 16, 3))
    y = np.maximum(convolve(x, kernel, bias, stride=2, same=True) / np.sqrt(1 + 1e-5), 0)  # (2, 7, 8, 2)
    padded = np.pad(y, [(0, 0), (1, 1), (0, 1), (0, 0)])  # 7 -> 4 windows, and 8 -> 4, of 3, stride 2
    windows = np.lib.stride_tricks.sliding_window_view(padded, (3, 3), axis=(1, 2))[:, ::2, ::2]
    np.testing.assert_allclose(stem(x.astype(np.float32)), windows.max(axis=(-1, -2)), rtol=1e-4, atol=1e-4)
