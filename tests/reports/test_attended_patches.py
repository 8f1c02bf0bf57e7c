"""Patches that a Vision Transformer attends to: light, numbers, and what is refused."""

from __future__ import annotations

import dataclasses
import types

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.reports.attended_patches import attended_patches, compute_effective_number, dim_patches
from tfd2l.reports.base.finished_run import FinishedRun, Predictions

IMAGES = [np.full((4, 6, 3), 200, np.uint8), np.full((4, 6, 3), 100, np.uint8)]


def attending(weights):
    """A model of 2 x 3 patches whose two blocks attend so; the first one's weights are nobody's business."""
    layers = {"block1": tf.zeros([2, 2, 7, 7]), "block2": tf.constant(weights)}
    return types.SimpleNamespace(grid=(2, 3), attention_weights=lambda inputs, data: AttentionWeights(layers, [], []))


def run_of(model, kept):
    predictions = Predictions({"image": IMAGES}, [0, 1], {"label": ["cat", "cat"]})
    return FinishedRun(
        kept,
        model=model,
        data=dataclasses.replace(NO_DATA, class_names=("cat", "dog")),
        predict=lambda split, limit: predictions,
        model_inputs=lambda inputs: inputs,
    )


def test_the_class_tokens_patches_are_lit(kept):
    weights = np.zeros((2, 2, 7, 7), np.float32)
    weights[:, 0, 0, 1 + 4] = 1  # head 1 looks at the second row's middle
    weights[:, 1, 0, 1:] = 1 / 6
    attended_patches(run_of(attending(weights), kept))
    (figure,) = kept.figures.values()
    assert [axes.get_title() for axes in figure.axes] == [
        "cat", "head 1: 1.0 patches", "head 2: 6.0 patches", "dog, predicted cat", "1.0 patches", "6.0 patches",
    ]  # fmt: skip
    head = np.asarray(figure.axes[1].images[0].get_array())
    np.testing.assert_allclose(head[2:, 2:4], 200 / 255, rtol=1e-6)
    np.testing.assert_allclose(head[:2], 0.15 * 200 / 255, rtol=1e-6)
    np.testing.assert_allclose(figure.axes[2].images[0].get_array(), 200 / 255, rtol=1e-6)


def test_light_and_numbers():
    np.testing.assert_allclose(dim_patches(np.ones((2, 2, 1)), np.array([[1.0, 0.5]]))[..., 0], [[1, 0.575]] * 2)
    assert compute_effective_number(np.array([0.5, 0.5, 0, 0])) == pytest.approx(2)


def test_other_models_are_refused(kept):
    with pytest.raises(ComponentError, match=r"`attention_weights`.*: vit\. .*leave it out\. Received: model object"):
        attended_patches(run_of(object(), kept))
    with pytest.raises(ComponentError, match=r"Received: max_heads=0"):
        attended_patches(run_of(attending(np.zeros((2, 2, 7, 7), np.float32)), kept), max_heads=0)
