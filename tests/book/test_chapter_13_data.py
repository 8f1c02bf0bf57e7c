"""Every exact figure of sections 13.6 and 13.9, and the counts of 13.2, computed by the public components."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.data.readers.image_checks import decode_rgb
from tfd2l.data.readers.voc_layout import CLASS_NAMES
from tfd2l.datasets.banana_detection import banana_detection
from tfd2l.datasets.hotdog import hotdog
from tfd2l.datasets.voc_segmentation import voc_segmentation
from tfd2l.ops.vision.color_map import class_to_color, color_to_class, encode_colors, make_voc_palette
from tfd2l.stages.batch import Batch


def draw(file, side=256, seed=0):
    file.parent.mkdir(parents=True, exist_ok=True)
    pixels = np.random.default_rng(seed).integers(0, 256, (side // 32, side // 32, 3), np.uint8)
    Image.fromarray(pixels.repeat(32, 0).repeat(32, 1)).save(file)


@pytest.fixture
def bananas(tmp_path):
    """As many pictures as the book's archive has, in its form and size: one file under many names."""
    for name, count in {"bananas_train": 1000, "bananas_val": 100}.items():
        folder = tmp_path / "banana-detection" / name
        lines = ["img_name,label,xmin,ymin,xmax,ymax"]
        draw(folder / "images" / "0.png")
        for number in range(count):
            if number:
                (folder / "images" / f"{number}.png").hardlink_to(folder / "images" / "0.png")
            lines.append(f"{number}.png,0,104,20,143,58")
        (folder / "label.csv").write_text("\n".join(lines))
    return tmp_path / "banana-detection"


def test_13_6_bananas(figure, bananas):
    splits, info = banana_detection(bananas, missing_splits="none")
    figure("13.6", "train and validation pictures", [1000, 100], [info.sizes["train"], info.sizes["validation"]])
    batches = Batch(["image"], 32, "objects")(splits["train"], split="train", seed=0)
    images, objects, _ = next(batches.as_numpy_iterator())
    figure("13.6", "images of a batch, channels last", [32, 256, 256, 3], images.shape)
    figure("13.6", "objects of a batch", [32, 1, 5], objects.shape)
    figure("13.6", "class, and corners as shares of 256", np.array([0, 104, 20, 143, 58]) / 256, objects[0, 0], 1e-7)
    file = str(bananas / "bananas_train" / "images" / "0.png")
    figure("13.6", "pixels stay 0 to 255", decode_rgb(tf.io.read_file(file)), images[0])


def test_13_2_hot_dogs(figure, tmp_path):
    """Of as many files as the archive has."""
    draw(tmp_path / "a.png", 32)
    for name, count in {"train": 1000, "test": 400}.items():
        for of_class in ("hotdog", "not-hotdog"):
            folder = tmp_path / "hotdog" / name / of_class
            folder.mkdir(parents=True)
            for number in range(count):
                (folder / f"{number}.png").hardlink_to(tmp_path / "a.png")
    splits, info = hotdog(tmp_path / "hotdog", missing_splits="none")
    figure("13.2", "train and test images", [2000, 800], [info.sizes["train"], info.sizes["test"]])
    labels = np.concatenate([batch["label"] for batch in splits["train"].batch(2000).as_numpy_iterator()])
    figure("13.2", "train images of each class", [1000, 1000], np.bincount(labels))


def test_13_9_the_palette(figure):
    colors = [[0, 0, 0], [128, 0, 0], [0, 128, 0], [128, 128, 0], [0, 0, 128], [128, 0, 128], [0, 128, 128],
              [128, 128, 128], [64, 0, 0], [192, 0, 0], [64, 128, 0], [192, 128, 0], [64, 0, 128], [192, 0, 128],
              [64, 128, 128], [192, 128, 128], [0, 64, 0], [128, 64, 0], [0, 192, 0], [128, 192, 0],
              [0, 64, 128]]  # fmt: skip
    figure("13.9", "colours of the 21 classes, by rule", colors, make_voc_palette(21))
    figure("13.9", "classes", 21, len(CLASS_NAMES))
    figure("13.9", "number of the colour [128, 0, 0]", 8388608, encode_colors(tf.constant([128, 0, 0])))
    figure("13.9", "class of the colour [128, 0, 0]", 1, color_to_class(tf.constant([128, 0, 0]), make_voc_palette(21)))
    figure("13.9", "its name", "aeroplane", CLASS_NAMES[1])
    back = color_to_class(class_to_color(tf.range(21), make_voc_palette()), make_voc_palette())
    figure("13.9", "class -> colour -> class", np.arange(21), back)


def test_13_9_a_mask_of_the_book(figure, tmp_path):
    """Not its first picture, which is not here: a mask with its edge of an aeroplane, written in colours and read."""
    mask = np.zeros((281, 500), np.uint8)
    mask[105:, 139:] = 1
    (tmp_path / "SegmentationClass").mkdir()
    Image.fromarray(class_to_color(mask, make_voc_palette()).numpy()).save(tmp_path / "SegmentationClass" / "a.png")
    (tmp_path / "JPEGImages").mkdir()
    Image.fromarray(np.zeros((281, 500, 3), np.uint8)).save(tmp_path / "JPEGImages" / "a.jpg")
    splits, _ = voc_segmentation(tmp_path, missing_splits="none")
    read = next(splits["train"].as_numpy_iterator())["mask"]
    figure("13.9", "row 105, columns 130 to 139", [0] * 9 + [1], read[105, 130:140])


def test_13_9_lists_of_the_archive(figure, shared_data):
    """Of the archive itself, where it is there."""
    path = shared_data / "VOCtrainval_11-May-2012.tar"
    if not path.is_file():
        pytest.skip(f"no VOCtrainval_11-May-2012.tar, the book's archive, in {shared_data}")
    info = voc_segmentation(path, missing_splits="none")[1]
    figure("13.9", "train and validation images", [1464, 1449], [info.sizes["train"], info.sizes["validation"]])
