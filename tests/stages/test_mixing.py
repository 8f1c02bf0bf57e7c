"""MixUp and CutMix: images and labels in the same shares; rows keep their weights."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.cutmix import CutMix
from tfd2l.stages.mixup import MixUp

ROWS, CLASSES = 8, 8
INFO = dataclasses.replace(NO_DATA, class_names=tuple("abcdefgh"))
# Image i is i everywhere, and of class i: what is in a mixture can be read off its pixels.
X = np.tile(np.arange(ROWS, dtype=np.float32)[:, None, None, None], (1, 16, 20, 1))
WEIGHTS = np.array([1, 1, 1, 1, 1, 1, 0, 0], np.float32)


def mixed(stage, count=50, seed=0, y=None):
    stage.bind(INFO)
    y = np.arange(ROWS, dtype=np.int32) if y is None else y
    batches = tf.data.Dataset.from_tensors((X, y, WEIGHTS)).repeat(count)
    result = list(stage(batches, split="train", seed=seed).as_numpy_iterator())
    x, y, weights = (np.stack(part) for part in zip(*result, strict=True))
    np.testing.assert_array_equal(weights, np.stack([WEIGHTS] * count))
    np.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-6)
    return x, y


def test_mixup_shares_pixels_as_labels():
    x, y = mixed(MixUp(alpha=1.0))
    expected = (y * np.arange(CLASSES)).sum(axis=-1)  # the mean class
    np.testing.assert_allclose(x, np.broadcast_to(expected[..., None, None, None], x.shape), rtol=1e-4, atol=1e-4)
    assert ((y > 0).sum(axis=-1) <= 2).all()


def test_cutmix_shares_pixels_as_labels():
    x, y = mixed(CutMix(alpha=1.0))
    for kind in range(CLASSES):
        np.testing.assert_allclose((x == kind).mean(axis=(2, 3, 4)), y[..., kind], atol=1e-6)


def test_cutmix_replaces_a_rectangle():
    x, _ = mixed(CutMix(), 10)
    own = np.arange(ROWS)[:, None, None]
    for image in (x[..., 0] != own).reshape(-1, 16, 20):
        rows, columns = image.any(axis=1), image.any(axis=0)
        np.testing.assert_array_equal(image, rows[:, None] & columns)
        assert np.abs(np.diff(rows.astype(int))).sum() <= 2
        assert np.abs(np.diff(columns.astype(int))).sum() <= 2


def test_shares_follow_their_distribution():
    """Beta(1, 1) is uniform; of Beta(0.2, 0.2) the variance is 0.25 / 1.4."""
    for alpha, variance in ((1.0, 1 / 12), (0.2, 0.25 / 1.4)):
        _, y = mixed(MixUp(alpha=alpha), 500)
        own = y[:, range(ROWS), range(ROWS)]
        other = own[own < 1]  # a row whose partner is itself stays whole
        assert abs(other.mean() - 0.5) < 0.03
        assert abs(other.var() - variance) < 0.02


def test_probability_says_how_many_are_mixed():
    _, y = mixed(MixUp(alpha=1.0, probability=0.25), 300)
    whole = (y == 1).any(axis=-1).mean()
    assert abs(whole - (1 - 0.25 * 7 / 8)) < 0.04
    _, y = mixed(CutMix(probability=0.0), 2)
    np.testing.assert_array_equal(y, np.stack([np.eye(ROWS)] * 2))


def test_one_after_the_other_takes_probabilities_too():
    _, once = mixed(MixUp(alpha=1.0), 1)
    _, twice = mixed(CutMix(), 20, y=once[0])
    assert (twice > 0).sum(axis=-1).max() > 2


def test_the_same_seed_draws_the_same_another_place_not():
    one, _ = mixed(CutMix(), 2, seed=1)
    same, _ = mixed(CutMix(), 2, seed=1)
    np.testing.assert_array_equal(one, same)
    assert np.any(one[0] != one[1])


@pytest.mark.parametrize("stage", [MixUp, CutMix])
def test_what_is_no_batch_is_refused(stage):
    ds = tf.data.Dataset.from_tensors({"image": X[0], "label": 1})
    with pytest.raises(ConfigError, match=r"put it after the stage `batch`"):
        stage()(ds, split="train", seed=0)
    with pytest.raises(ConfigError, match=r"whose classes have names"):
        stage()(tf.data.Dataset.from_tensors((X, tf.range(ROWS))), split="train", seed=0)
    with pytest.raises(ValueError, match=r"alpha must be above 0\. Received: alpha=0"):
        stage(alpha=0)
