"""Training images in several epochs: the right pixels, and what belongs to them drawn over."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf
from matplotlib.patches import Rectangle

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError
from tfd2l.pipelines.experiment.prepare import prepare
from tfd2l.reports.augmented_images import augmented_images
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.stages.batch import Batch
from tfd2l.stages.flip import Flip
from tfd2l.stages.mixup import MixUp
from tfd2l.stages.normalize_channels import NormalizeChannels
from tfd2l.stages.scale_pixels import ScalePixels
from tfd2l.stages.shuffle import Shuffle
from tfd2l.training.settings import TrainerSettings

IMAGES = np.random.default_rng(0).integers(0, 256, (6, 8, 10, 3), np.uint8)
TARGETS = {
    "label": np.array([0, 1, 0, 1, 0, 1], np.int32),
    "objects": np.tile(np.array([[0, 0.1, 0.25, 0.5, 0.75], [-1, 0, 0, 0, 0]], np.float32), (6, 1, 1)),
    "mask": np.tile(np.arange(80, dtype=np.uint8).reshape(8, 10) // 27, (6, 1, 1)),
}


@pytest.fixture
def drawn(kept):
    """A function: the target's key, further stages, and options of the report -> its figure."""
    return lambda *arguments, **options: draw(kept, *arguments, **options)


def draw(kept, target, *more, batch_size=4, **options):
    ds = tf.data.Dataset.from_tensor_slices({"image": IMAGES, target: TARGETS[target]})
    names = ("background", "cat", "dog")[target != "mask" :]
    info = dataclasses.replace(NO_DATA, batch_spec=ds.element_spec, sizes={"train": 6}, class_names=names)
    changing = [ScalePixels(), Flip(horizontal=0.5), NormalizeChannels()]
    stages = [Shuffle(), *changing, Batch(["image"], batch_size, target), *more]
    batches = prepare({"train": ds, "validation": ds}, info, stages, TrainerSettings(), seed=3)
    augmented_images(FinishedRun(kept, data=batches.info, training_sample=batches.sample), **options)
    (figure,) = kept.figures.values()
    return figure


def pixels(axes):
    return np.asarray(axes.images[0].get_array())


def test_shows_the_first_images_as_they_are_and_flipped_in_some_epochs(drawn):
    figure = drawn("label", num_images=3, num_draws=5)
    grid = np.array(figure.axes).reshape(3, 6)
    flipped = 0
    for row in range(3):
        image = IMAGES[row] / 255  # not shuffled, and in its own colours again
        np.testing.assert_allclose(pixels(grid[row, 0]), image, atol=1e-5)
        for axes in grid[row, 1:]:
            mirrored = np.allclose(pixels(axes), image[:, ::-1], atol=1e-5)
            flipped += mirrored
            assert mirrored or np.allclose(pixels(axes), image, atol=1e-5)
    assert 0 < flipped < 15
    assert [axes.get_title() for axes in grid[:, 1]] == ["epoch 1\ncat", "dog", "cat"]
    assert grid[0, 0].get_title() == "not augmented\ncat"


def test_boxes_stand_where_the_pixels_are(drawn):
    figure = drawn("objects", num_images=1, num_draws=4)
    for axes in figure.axes:
        (box,) = (patch for patch in axes.patches if isinstance(patch, Rectangle))  # the row of class -1 is none
        (x, y), mirrored = box.get_xy(), not np.allclose(pixels(axes), IMAGES[0] / 255, atol=1e-5)
        np.testing.assert_allclose([x, y], [5 - 0.5 if mirrored else 1 - 0.5, 2 - 0.5], atol=1e-5)
        np.testing.assert_allclose([box.get_width(), box.get_height()], [4, 4], atol=1e-5)


def test_masks_lie_over_their_image(drawn):
    figure = drawn("mask", num_images=2, num_draws=1)
    colored = np.ptp(pixels(figure.axes[0]), axis=-1) > 0
    np.testing.assert_array_equal(colored, TARGETS["mask"][0] > 0)


def test_mixtures_tell_their_shares(drawn):
    figure = drawn("label", MixUp(alpha=1.0), num_images=4, num_draws=3)
    titles = [axes.get_title() for axes in figure.axes]
    assert any(" + " in title and "%" in title for title in titles)


def test_no_more_rows_than_the_batch_has(drawn):
    assert len(drawn("label", batch_size=2, num_images=9, num_draws=1).axes) == 4


def test_it_is_about_images(kept):
    run = FinishedRun(kept, training_sample=lambda epoch: ({"text": tf.zeros([2, 3])}, tf.zeros([2])))
    with pytest.raises(ComponentError, match=r"is about images; leave the report out\. Received: \['text'\]"):
        augmented_images(run)
    with pytest.raises(ComponentError, match=r"Received: num_draws=0"):
        augmented_images(run, num_draws=0)
