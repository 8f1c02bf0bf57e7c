"""TinySSD: shapes of the book, its outputs, and that it learns."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.losses.multibox import Multibox
from tfd2l.models.tiny_ssd import tiny_ssd

SMALL = {
    "base_channels": [4, 8],
    "scale_channels": [8],
    "sizes": [[0.2, 0.3], [0.5, 0.6], [0.8, 0.9]],
}


def test_scales_of_any_number(image_data, tmp_path):
    keras.utils.set_random_seed(0)
    model = tiny_ssd(image_data((32, 48, 3), 3), **SMALL, ratios=[1.0, 2.0])
    anchors = 3 * (8 * 12 + 4 * 6 + 1)
    x = np.random.default_rng(0).random((2, 32, 48, 3)).astype(np.float32)
    outputs = model(x)
    assert {key: tuple(value.shape) for key, value in outputs.items()} == {
        "classes": (2, anchors, 4),
        "offsets": (2, anchors, 4),
        "anchors": (2, anchors, 4),
    }
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")(x)
    for key, value in outputs.items():
        np.testing.assert_array_equal(again[key], value)
    compiled = tf.function(model, jit_compile=True)(x)
    np.testing.assert_allclose(compiled["classes"], outputs["classes"], atol=1e-4)


def test_a_pixels_outputs_stand_at_its_anchors(image_data):
    """Change one corner of the picture: only outputs of anchors near it change."""
    keras.utils.set_random_seed(0)
    model = tiny_ssd(image_data((64, 64, 3), 1), [4, 8], [], [[0.1], [0.9]], [1.0])
    x = np.zeros((1, 64, 64, 3), np.float32)
    changed = x.copy()
    changed[:, -4:, :4] = 1
    one, other = model(x), model(changed)
    moved = np.any(one["classes"][0, :-1] != other["classes"][0, :-1], axis=-1)
    boxes = np.asarray(one["anchors"])[0, :-1][moved]
    assert 0 < len(boxes) < 40
    assert boxes[:, 0].max() < 0.4
    assert boxes[:, 1].min() > 0.6


def test_it_learns_where_a_square_is(image_data):
    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    model = tiny_ssd(image_data((32, 32, 3), 2), **SMALL)
    loss, optimizer = Multibox(per="objects"), keras.optimizers.Adam(0.01)

    def batch():
        images, objects = 0.1 * rng.random((16, 32, 32, 3)), np.zeros((16, 1, 5))
        for image, row in zip(images, objects, strict=True):
            (x, y), side, label = rng.integers(0, 20, 2), rng.integers(8, 12), rng.integers(2)
            image[y : y + side, x : x + side, label] = 1
            row[0] = [label, x / 32, y / 32, (x + side) / 32, (y + side) / 32]
        return tf.constant(images, tf.float32), tf.constant(objects, tf.float32)

    @tf.function
    def step(images, objects):
        with tf.GradientTape() as tape:
            value = loss(objects, model(images, training=True))
        gradients = tape.gradient(value, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return value

    optimizer.build(model.trainable_variables)
    values = [float(step(*batch())) for _ in range(60)]
    assert np.mean(values[-5:]) < 0.3 * np.mean(values[:5])


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"base_channels": []}, "base_channels"),
        ({"base_channels": [0, 8]}, "base_channels"),
        ({"scale_channels": [8] * 5}, "32 x 32"),
        ({"sizes": [[0.2]]}, "model.sizes"),
    ],
)
def test_arguments_that_do_not_fit_are_refused(image_data, options, told):
    with pytest.raises(ConfigError, match=told):
        tiny_ssd(image_data((32, 32, 3), 2), **{**SMALL, **options})
