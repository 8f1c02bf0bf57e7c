"""The generated pictures: repeatable, balanced, no scene in two splits, and lines do not tell the shapes apart."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from tfd2l.data.generators.images.shapes import CLASS_NAMES
from tfd2l.datasets import shapes_embedded as module
from tfd2l.datasets.shapes_embedded import CHUNK, FACTORS, SCENES, draw_shapes, shapes_embedded
from tfd2l.errors import DataError


@pytest.fixture(scope="module")
def pictures():
    return shapes_embedded(6000, seed=3)


def arrays(split):
    batch = next(split.batch(10**6).as_numpy_iterator())
    return batch["image"], batch["label"]


def test_splits_are_balanced_and_of_fashion_mnists_form(pictures):
    splits, info = pictures
    assert info.sizes == {"train": 4800, "validation": 600, "test": 600}
    assert info.example_spec == {"image": tf.TensorSpec([28, 28, 1], tf.uint8), "label": tf.TensorSpec([], tf.int32)}
    assert (info.inputs, info.class_names, info.source) == (("image",), CLASS_NAMES, "embedded")
    for split, ds in splits.items():
        assert np.bincount(arrays(ds)[1]).tolist() == [info.sizes[split] // 10] * 10


def test_the_seed_alone_decides(pictures):
    splits, info = pictures
    again, same = shapes_embedded(6000, seed=3)
    np.testing.assert_array_equal(arrays(again["test"])[0], arrays(splits["test"])[0])
    assert same.fingerprint == info.fingerprint != shapes_embedded(6000, seed=4)[1].fingerprint


def test_no_scene_is_in_two_splits(monkeypatch):
    chosen = []

    def watched(kinds, scenes, rng):
        chosen.append(set(scenes.tolist()))
        return draw_shapes(kinds, scenes, rng)

    monkeypatch.setattr(module, "draw_shapes", watched)
    shapes_embedded(6000)
    train, validation, test = chosen
    assert not train & validation
    assert not train & test
    assert not validation & test
    assert len(train) + len(validation) + len(test) > 0.95 * SCENES


def test_every_factor_of_a_scene_can_be_seen():
    """Two scenes that differ in one factor alone give other pictures, beyond what is drawn at random."""
    shape = tuple(FACTORS.values())

    def mean(place):
        scenes = np.full(400, np.ravel_multi_index(place, shape))
        return draw_shapes(np.zeros(400, int), scenes, np.random.default_rng(0)).mean(axis=0)  # discs

    middle = [1, 2, 1, 1, 0, 0]
    usual = mean(middle)
    for axis, name in enumerate(FACTORS):
        if name != "angle":  # a disc has none
            other = [*middle[:axis], 2 if axis else 0, *middle[axis + 1 :]]
            assert np.abs(mean(other) - usual).max() > 10, name


def test_many_pictures_are_drawn_in_parts_of_the_same_kind():
    count = CHUNK + 5
    images = draw_shapes(np.zeros(count, int), np.zeros(count, int), np.random.default_rng(0))
    assert (images.shape, images.dtype) == ((count, 28, 28, 1), np.uint8)
    assert abs(images[:CHUNK].mean() - images[CHUNK:].mean()) < 5


def test_single_pixels_do_not_tell_the_shape(pictures):
    splits, _ = pictures
    (x, y), (test_x, test_y) = arrays(splits["train"].take(2000)), arrays(splits["test"])
    linear = LogisticRegression(C=0.003, max_iter=200).fit(x.reshape(len(x), -1) / 255, y)
    assert 0.3 < linear.score(test_x.reshape(len(test_x), -1) / 255, test_y) < 0.75


@pytest.mark.parametrize("count", [0, 99])
def test_too_few_for_three_splits_are_refused(count):
    with pytest.raises(DataError, match=rf"at least 100\. Received: dataset\.num_images={count}"):
        shapes_embedded(count)


def test_a_hundred_are_enough():
    assert shapes_embedded(100)[1].sizes == {"train": 80, "validation": 10, "test": 10}
