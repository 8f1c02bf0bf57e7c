"""Every exact figure of sections 13.1 and 13.2, computed by the public components."""

from __future__ import annotations

import dataclasses

import numpy as np
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.models.resnet18 import resnet18
from tfd2l.stages.base.apply import apply
from tfd2l.stages.base.image_geometry import resize
from tfd2l.stages.color_jitter import ColorJitter
from tfd2l.stages.flip import Flip
from tfd2l.stages.random_resized_crop import RandomResizedCrop
from tfd2l.training.learning_rate_multipliers import match_multipliers

HEIGHT, WIDTH = 400, 500  # the picture of the cat
HOTDOG = 934  # its class among ImageNet's thousand


def seen(stages, image, count):
    """(count, height, width, channels) of one image after stages, drawn anew each time."""
    ds = tf.data.Dataset.from_tensors({"image": tf.constant(image)}).repeat(count)
    return np.stack([one["image"] for one in apply(stages, ds, split="train", seed=0).as_numpy_iterator()])


def test_13_1_flips_as_likely_as_not(figure):
    image = np.arange(4, dtype=np.float32).reshape(2, 2, 1)
    for name, stage, other in (
        ("horizontal", Flip(horizontal=0.5), image[:, ::-1]),
        ("vertical", Flip(horizontal=0.0, vertical=0.5), image[::-1]),
    ):
        draws = seen([stage], image, 2000)
        figure("13.1", f"share of {name} flips", 0.5, (draws == other).all(axis=(1, 2, 3)).mean(), atol=0.04)


def test_13_1_random_parts_of_200_by_200(figure):
    """An image whose pixels tell where they are: what is left of it tells which part was taken."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float32)
    draws = seen([RandomResizedCrop(200, 200, area=(0.1, 1.0), ratio=(0.5, 2.0))], np.stack([x, y], axis=-1), 300)
    figure("13.1", "size of a part", [200, 200], draws.shape[1:3])
    slopes = (draws[:, 150, 150] - draws[:, 50, 50]) / 100  # pixels of the picture for one of the part; x, y
    width, height = (200 * slopes).T
    share, ratio = width * height / (HEIGHT * WIDTH), width / height
    figure("13.1", "least and largest area", [0.1, 1], [share.min(), share.max()], atol=0.1)
    figure("13.1", "least and largest ratio", [0.5, 2], [ratio.min(), ratio.max()], atol=0.15)
    assert (share > 0.0985).all()
    assert (share < 1.0001).all()
    assert (ratio > 0.49).all()
    assert (ratio < 2.03).all()


def test_13_1_brightness_between_half_and_one_and_a_half(figure):
    draws = seen([ColorJitter(brightness=0.5)], np.full((1, 1, 3), 0.5, np.float32), 1000)
    factors = draws[:, 0, 0, 0] / 0.5
    figure("13.1", "least and largest factor", [0.5, 1.5], [factors.min(), factors.max()], atol=0.01)
    figure("13.1", "their mean", 1, factors.mean(), atol=0.03)


def test_13_1_every_hue_and_all_together(figure):
    red = np.array([1, 0, 0], np.float32).reshape(1, 1, 3)
    draws = seen([ColorJitter(hue=0.5)], red, 600)[:, 0, 0]
    figure("13.1", "pure colours stay pure", [0, 1], [draws.min(axis=-1).max(), draws.max(axis=-1).min()], atol=1e-5)
    figure(
        "13.1",
        "red, green and blue are as likely",
        [1 / 3] * 3,
        np.eye(3)[draws.argmax(axis=-1)].mean(axis=0),
        atol=0.06,
    )
    photo = np.random.default_rng(0).random((40, 50, 3)).astype(np.float32)
    whole = [Flip(), ColorJitter(0.5, 0.5, 0.5, 0.5), RandomResizedCrop(20, 20)]
    draws = seen(whole, photo, 9)
    assert draws.shape == (9, 20, 20, 3)
    assert len({draw.tobytes() for draw in draws}) == 9


def classifier(classes):
    spec = (tf.TensorSpec([4, 8, 8, 3]), tf.TensorSpec([4], tf.int32))
    names = tuple(map(str, range(classes)))
    return resnet18(dataclasses.replace(NO_DATA, batch_spec=spec, class_names=names))


def test_13_2_a_new_head_and_the_row_of_the_hot_dog(figure):
    """The head's 512 -> 1000 gives way to 512 -> 2; ImageNet's row for the hot dog is a ready start for one of them."""
    old, new = classifier(1000), classifier(2)
    head, fresh = (model.get_layer("classifier") for model in (old, new))
    figure("13.2", "the old head", [512, 1000], head.kernel.shape)
    figure("13.2", "the new head", [512, 2], fresh.kernel.shape)
    row = tf.transpose(head.kernel)[HOTDOG : HOTDOG + 1]
    figure("13.2", "the row of the hot dog", [1, 512], row.shape)
    for ours, theirs in zip(new.layers[:-1], old.layers[:-1], strict=True):
        ours.set_weights(theirs.get_weights())
    fresh.kernel.assign(tf.concat([tf.transpose(row), fresh.kernel[:, 1:]], axis=1))
    image = np.random.default_rng(0).random((2, 8, 8, 3)).astype(np.float32)
    figure("13.2", "it answers as it did", old(image)[:, HOTDOG], new(image)[:, 0], atol=1e-5)


def test_13_2_the_head_learns_ten_times_as_fast(figure):
    model = classifier(2)
    factors = match_multipliers(model.trainable_variables, {"classifier": 10})
    figure("13.2", "factors of the head", [10, 10], factors[-2:])
    figure("13.2", "of all the rest", {1.0}, set(factors[:-2]))


def test_13_2_a_picture_is_brought_to_256_and_224(figure):
    photo = {"image": tf.zeros([HEIGHT, WIDTH, 3], tf.uint8)}
    figure("13.2", "the test's size", [256, 256, 3], resize(photo, 256, 256)["image"].shape)
