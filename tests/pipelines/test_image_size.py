"""`dataset.image_size` serves as well: an exported model takes images of any size and answers in their frame."""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image

import tfd2l
from tfd2l.data.facts.resized_images import ResizedImages
from tfd2l.data.info import DataInfo
from tfd2l.decoders.segmentation import Segmentation
from tfd2l.ops.vision.pixels import resize_images
from tfd2l.pipelines.experiment.serving import ServingGraph
from tfd2l.stages.batch import Batch
from tfd2l.stages.center_crop import CenterCrop
from tfd2l.stages.resize import Resize
from tfd2l.stages.scale_pixels import ScalePixels
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.stored_files import fetch_model


@pytest.fixture(scope="module")
def mask_run(tmp_path_factory):
    """A tiny FCN trained at 32 x 24 pixels on photographs of several sizes: (trained, result)."""
    folder = tmp_path_factory.mktemp("roads")
    rng = np.random.default_rng(0)
    for split, count in {"train": 4, "val": 2, "test": 2}.items():
        for number in range(count):
            size = (40 + 3 * number, 50)
            for part, pixels in (("", rng.integers(0, 256, (*size, 3))), ("annot", rng.integers(0, 2, size))):
                (folder / f"{split}{part}").mkdir(exist_ok=True)
                Image.fromarray(pixels.astype(np.uint8)).save(folder / f"{split}{part}" / f"{number}.png")
    config = tfd2l.compose(
        "+experiment=fcn",
        *("dataset=voc_segmentation", f"dataset.path={folder}", "dataset.image_size=[32,24]"),
        *("model.width=2", "stages.batch.batch_size=2", "debug=fast", "~reports"),
        f"tracking.uri=sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db",
    )
    experiment = tfd2l.Experiment.from_config(config)
    result = experiment.run()
    return result.trained, result


@pytest.mark.parametrize("size", [(41, 57), (32, 24), (1, 1)])
def test_an_exported_model_of_masks_answers_in_the_size_of_the_image(mask_run, size):
    trained, result = mask_run
    image = np.random.default_rng(1).integers(0, 256, (*size, 3), np.uint8)
    model = mlflow.pyfunc.load_model(str(fetch_model(client_of(result.tracking_uri), result.run_id)))
    answers = model.predict(pd.DataFrame({"image": [image.tolist(), image.tolist()]}))
    mask = np.array(answers["mask"][1])
    assert mask.shape == size
    small = resize_images(tf.constant(image), (32, 24))  # as in training
    logits = trained.model(tf.cast(small, tf.float32)[None] / 255, training=False)
    expected = tf.image.resize(tf.argmax(logits, -1)[..., None], size, "nearest")[0, ..., 0]
    np.testing.assert_array_equal(mask, expected)


def test_examples_that_the_dataset_has_resized_are_served_as_they_are(mask_run):
    trained, _ = mask_run
    example = next(trained.prepared.splits["test"].as_numpy_iterator())
    served = trained.serving.model_inputs({"image": [example["image"]]})
    np.testing.assert_array_equal(np.rint(served * 255), example["image"][None])


class Identity(tf.keras.Model):
    def call(self, inputs, training=False):
        return inputs


def graph(stages, leading=(), decoder=None):
    spec = {"image": tf.TensorSpec([6, 8, 3], tf.uint8), "text": tf.TensorSpec([], tf.string)}
    data = DataInfo(("image",), spec, {}, "a test", "0", facts=tuple(leading))
    return ServingGraph([*stages, ScalePixels(), Batch(inputs=["image"])], Identity(), decoder, data)


@pytest.mark.parametrize(
    ("stages", "leading", "open_size"),
    [
        ([], [], False),
        ([Resize(height=4, width=5)], [], True),
        ([], [ResizedImages(4, 5)], True),
        ([Resize(shorter_side=5)], [], False),
        ([CenterCrop(4, 4, pad=True)], [], True),
        ([CenterCrop(4, 4)], [], False),
    ],
)
def test_the_signature_is_open_where_a_stage_fixes_the_size(stages, leading, open_size):
    (spec,) = graph(stages, leading).predict.input_signature[0].values()
    assert spec.shape.as_list() == [None, *([None, None] if open_size else [6, 8]), 3]


def test_a_mask_of_an_image_that_no_stage_resizes_is_the_models_own():
    class Named:
        class_names = ("a", "b", "c")

    decode = graph([], decoder=Segmentation(Named()))
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), np.uint8)
    np.testing.assert_array_equal(decode({"image": [image]})["mask"], image.argmax(-1)[None])
