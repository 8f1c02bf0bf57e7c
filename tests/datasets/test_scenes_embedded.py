"""The generated scenes: one picture for every kind of target, boxes and masks that agree, nothing shared by splits."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from sklearn.linear_model import LogisticRegression

from tfd2l.data.facts.resized_images import ResizedImages
from tfd2l.data.generators.images.scenes import draw_scenes
from tfd2l.datasets import scenes_embedded as module
from tfd2l.datasets.scenes_embedded import CLASSES, HIDDEN, scenes_embedded
from tfd2l.errors import DataError

SIDE = 48


def made(target, number=300, **options):
    return scenes_embedded(target, number, SIDE, seed=3, **options)


@pytest.fixture(scope="module")
def by_target():
    return {target: made(target) for target in ("label", "objects", "mask")}


def arrays(made, split="train"):
    return next(made[0][split].batch(10**6).as_numpy_iterator())


def test_each_target_has_its_form(by_target):
    image = tf.TensorSpec([SIDE, SIDE, 3], tf.uint8)
    forms = {
        "label": tf.TensorSpec([], tf.int32),
        "objects": tf.TensorSpec([4, 5], tf.float32),
        "mask": tf.TensorSpec([SIDE, SIDE], tf.uint8),
    }
    for target, (_, info) in by_target.items():
        assert info.example_spec == {"image": image, target: forms[target]}
        assert (info.inputs, info.source) == (("image",), "embedded")
        assert info.sizes == {"train": 240, "validation": 30, "test": 30}
    assert by_target["label"][1].class_names == by_target["objects"][1].class_names == CLASSES
    assert by_target["mask"][1].class_names == ("background", *CLASSES)


def test_labels_are_balanced(by_target):
    for split, size in by_target["label"][1].sizes.items():
        assert np.bincount(arrays(by_target["label"], split)["label"]).tolist() == [size // 5] * 5


def test_boxes_and_masks_are_of_the_same_pictures_and_agree(by_target):
    with_boxes, with_masks = arrays(by_target["objects"]), arrays(by_target["mask"])
    np.testing.assert_array_equal(with_boxes["image"], with_masks["image"])
    for objects, mask in zip(with_boxes["objects"], with_masks["mask"], strict=True):
        shown = objects[objects[:, 0] >= 0]
        assert len(shown) >= 1
        assert set(np.unique(mask)) - {0} == set(1 + shown[:, 0].astype(int))
        for label in set(shown[:, 0]):  # all objects of a class together, by a way of its own
            rows, columns = np.nonzero(mask == 1 + label)
            extent = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            some = shown[shown[:, 0] == label, 1:] * SIDE
            np.testing.assert_allclose([*some[:, :2].min(0), *some[:, 2:].max(0)], extent, atol=1e-4)


def test_rows_that_fill_up_come_last_and_are_zero(by_target):
    objects = arrays(by_target["objects"])["objects"]
    there = objects[..., 0] >= 0
    assert (there[:, :-1] >= there[:, 1:]).all()
    assert set(there.sum(axis=1)) == {1, 2, 3, 4}
    np.testing.assert_array_equal(objects[~there], np.broadcast_to([-1, 0, 0, 0, 0], objects[~there].shape))
    x_min, y_min, x_max, y_max = objects[there][:, 1:].T
    assert (x_max > x_min).all()
    assert (y_max > y_min).all()
    assert objects.max() <= 4
    assert objects[there].min() >= 0


def test_the_seed_alone_decides_and_not_the_threads(by_target, monkeypatch):
    assert made("objects", 50)[1].fingerprint == made("objects", 50)[1].fingerprint
    assert made("objects", 50)[1].fingerprint != scenes_embedded("objects", 50, SIDE)[1].fingerprint
    monkeypatch.setattr(module, "THREADS", 1)
    assert made("label")[1].fingerprint == by_target["label"][1].fingerprint


def test_splits_share_neither_a_look_nor_a_background(monkeypatch):
    chosen = []

    def watched(kinds, looks, grounds, side, rng):
        chosen.append((set(looks[kinds >= 0].tolist()), set(grounds.tolist())))
        return draw_scenes(kinds, looks, grounds, side, rng)

    monkeypatch.setattr(module, "draw_scenes", watched)
    monkeypatch.setattr(module, "PIXELS", 10**9)  # one part a split
    made("objects")
    for train, validation, test in zip(*chosen, strict=True):
        assert train
        assert not train & validation
        assert not train & test
        assert not validation & test


def test_what_is_hidden_too_much_is_not_drawn_and_counted():
    splits, info = scenes_embedded("objects", 40, SIDE, max_objects=20, seed=1)
    drawn = sum(int((arrays((splits, info), split)["objects"][..., 0] >= 0).sum()) for split in splits)
    assert info.counts[HIDDEN] > 0
    assert 40 < drawn <= 40 * 20 - info.counts[HIDDEN]
    assert made("label", 50)[1].counts == {}


def test_classes_are_chosen():
    splits, info = made("mask", 30, classes=["crescent", "half disc"])
    assert info.class_names == ("background", "crescent", "half disc")
    assert set(np.unique(arrays((splits, info))["mask"])) == {0, 1, 2}


def test_single_pixels_do_not_tell_the_class(by_target):
    (x, y), (test_x, test_y) = (
        (some["image"][:, ::2, ::2].mean(axis=3).reshape(len(some["image"]), -1) / 255, some["label"])
        for some in (arrays(by_target["label"], split) for split in ("train", "test"))
    )
    assert LogisticRegression(C=0.01, max_iter=200).fit(x, y).score(test_x, test_y) < 0.5


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"classes": ["disk"]}, r"no shape 'disk'\. Did you mean 'disc'\?.*Received: dataset\.classes=\['disk'\]"),
        ({"classes": ["disc", "disc"]}, r"names a shape twice"),
        ({"num_images": 9}, r"at least 10\. Received: dataset\.num_images=9"),
        ({"num_images": 49, "target": "label"}, r"at least 50\. Received: dataset\.num_images=49"),
        ({"image_size": 31}, r"32 pixels or more\. Received: dataset\.image_size=31"),
        ({"max_objects": 0}, r"Received: dataset\.max_objects=0"),
    ],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(DataError, match=message):
        scenes_embedded(**options)


def test_an_image_that_is_served_is_resized_to_that_of_the_scenes():
    info = scenes_embedded(num_images=10, image_size=48)[1]
    assert info.fact(ResizedImages) == ResizedImages(48, 48)
