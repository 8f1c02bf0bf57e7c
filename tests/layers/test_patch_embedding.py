"""Patches of an image as vectors."""

from __future__ import annotations

import numpy as np

from tfd2l.layers.patch_embedding import PatchEmbedding
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def test_works_wherever_keras_may_use_it():
    check_layer(PatchEmbedding(6, 4), RNG.random((2, 8, 12, 3), np.float32))


def test_the_books_shape():
    """Section 11.8: images of 96 in patches of 16 are 36 tokens."""
    assert PatchEmbedding(512, 16)(np.zeros((4, 96, 96, 3), "f")).shape == (4, 36, 512)


def test_a_patch_is_projected_by_itself():
    layer = PatchEmbedding(3, 2)
    images = RNG.random((2, 4, 6, 2)).astype("f")
    layer.build(images.shape)
    kernel, bias = (np.array(weight) for weight in layer.weights)
    patches = images.reshape(2, 2, 2, 3, 2, 2).transpose(0, 1, 3, 2, 4, 5).reshape(2, 6, 8)  # row by row
    np.testing.assert_allclose(layer(images), patches @ kernel.reshape(8, 3) + bias, rtol=1e-5, atol=1e-6)
