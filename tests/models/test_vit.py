"""The Vision Transformer: the book's shapes, the same numbers as NumPy, and what it refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.models.vit import vit
from tfd2l.testing import check_model

TINY = {"patch_size": 2, "num_hiddens": 6, "mlp_hiddens": 5, "num_heads": 2, "num_blocks": 2}
RNG = np.random.default_rng(0)


def with_random_weights(model):
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(rng.normal(0, 0.5, weight.shape))
    return {weight.path.removeprefix("vit/"): np.asarray(weight, np.float64) for weight in model.weights}


def test_the_books_model(image_data):
    model = vit(image_data((96, 96, 1)))
    assert model.positions.shape == (1, 37, 512)
    assert model(np.zeros((1, 96, 96, 1), "f")).shape == (1, 10)
    block = 4 * 512 * 512 + 2 * 2 * 512 + 512 * 2048 + 2048 + 2048 * 512 + 512
    assert model.count_params() == 16 * 16 * 512 + 512 + 38 * 512 + 2 * block + 2 * 512 + 512 * 10 + 10


@pytest.mark.parametrize("use_bias", [False, True])
def test_logits_are_numpys(image_data, use_bias):
    model = vit(image_data((4, 6, 3), classes=3), **TINY, use_bias=use_bias)
    w = with_random_weights(model)
    images = RNG.random((5, 4, 6, 3))

    def norm(x, name):
        centered = x - x.mean(-1, keepdims=True)
        return centered / np.sqrt((centered**2).mean(-1, keepdims=True) + 1e-5) * w[f"{name}/gamma"] + w[f"{name}/beta"]

    def dense(x, name):
        return x @ w[f"{name}/kernel"] + w.get(f"{name}/bias", 0)

    def heads(x):
        return x.reshape(5, -1, 2, 3).transpose(0, 2, 1, 3)

    patches = images.reshape(5, 2, 2, 3, 2, 3).transpose(0, 1, 3, 2, 4, 5).reshape(5, 6, 12)
    x = patches @ w["patches/projection/kernel"].reshape(12, 6) + w["patches/projection/bias"]
    x = np.concatenate([np.broadcast_to(w["class_token"], (5, 1, 6)), x], axis=1) + w["positions"]
    for block in ("block1", "block2"):
        normed = norm(x, f"{block}/attention_norm")
        q, k, v = (heads(dense(normed, f"{block}/self_attention/{n}_projection")) for n in ("query", "key", "value"))
        scores = np.exp(q @ k.transpose(0, 1, 3, 2) / math.sqrt(3))
        averages = (scores / scores.sum(-1, keepdims=True)) @ v
        joined = averages.transpose(0, 2, 1, 3).reshape(5, 7, 6)
        x = x + dense(joined, f"{block}/self_attention/output_projection")
        hidden = dense(norm(x, f"{block}/mlp_norm"), f"{block}/mlp_hidden")
        gelu = hidden * 0.5 * (1 + np.vectorize(math.erf)(hidden / math.sqrt(2)))
        x = x + dense(gelu, f"{block}/mlp_output")
    expected = dense(norm(x[:, 0], "norm"), "classifier")
    np.testing.assert_allclose(model(images.astype("f")), expected, rtol=1e-4, atol=1e-4)
    compiled = tf.function(lambda x: model(x, training=False), jit_compile=True)
    np.testing.assert_allclose(compiled(images.astype("f")), expected, rtol=1e-4, atol=1e-4)


def test_positions_tell_patches_apart(image_data):
    model = vit(image_data((4, 6, 3), classes=3), **TINY)
    with_random_weights(model)
    images = RNG.random((1, 4, 6, 3)).astype("f")
    swapped = np.concatenate([images[:, 2:], images[:, :2]], axis=1)
    assert np.abs(model(images) - model(swapped)).max() > 1e-3
    model.positions.assign(tf.zeros_like(model.positions))
    np.testing.assert_allclose(model(images), model(swapped), rtol=1e-4, atol=1e-5)  # a set of patches


def test_attention_weights_have_their_labels(image_data):
    data = image_data((4, 6, 3), classes=3)
    seen = vit(data, **TINY).attention_weights(tf.constant(RNG.random((2, 4, 6, 3)), tf.float32), data)
    assert list(seen.layers) == ["block1", "block2"]
    assert seen.layers["block1"].shape == (2, 2, 7, 7)
    assert seen.keys[0] == ["<cls>", "0,0", "0,1", "0,2", "1,0", "1,1", "1,2"]
    np.testing.assert_allclose(tf.reduce_sum(seen.layers["block2"], axis=-1), 1, rtol=1e-5)


def test_dropout_only_in_training(image_data):
    model = vit(image_data((4, 6, 3), classes=3), **TINY, dropout=0.5)
    images = RNG.random((2, 4, 6, 3)).astype("f")
    np.testing.assert_array_equal(model(images, training=False), model(images, training=False))
    assert np.abs(model(images, training=True) - model(images, training=True)).max() > 0


def test_can_be_trained_saved_and_exported(image_data):
    def make(data):
        model = vit(data, **TINY)
        with_random_weights(model)
        return model

    check_model(make, image_data((4, 6, 3), classes=3), RNG.random((2, 4, 6, 3)).astype("f"))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"patch_size": 4}, r"divides height and width.*Received: model\.patch_size=4 for images of 4 x 6"),
        ({"num_heads": 4}, r"multiple of model\.num_heads\. Received: model\.num_hiddens=6, model\.num_heads=4"),
        ({"num_blocks": 0}, r"at least 1\. Received: num_blocks=0"),
    ],
)
def test_sizes_that_do_not_fit_are_refused(image_data, options, message):
    with pytest.raises(ConfigError, match=message):
        vit(image_data((4, 6, 3)), **{**TINY, **options})
