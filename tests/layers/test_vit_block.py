"""The block of Vision Transformers."""

from __future__ import annotations

import numpy as np

from tfd2l.layers.vit_block import ViTBlock
from tfd2l.testing import check_layer

RNG = np.random.default_rng(0)


def test_the_block_works_wherever_keras_may_use_it():
    check_layer(ViTBlock(8, 2, 16, 0.1, use_bias=True), RNG.normal(size=(2, 5, 8)).astype(np.float32))


def test_the_books_shape():
    assert ViTBlock(24, 8, 48, 0.5)(np.ones((2, 100, 24), "f")).shape == (2, 100, 24)
