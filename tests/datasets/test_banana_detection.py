"""Bananas: the csv, its pixels as shares, and its faults by line."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.datasets.banana_detection import banana_detection
from tfd2l.errors import DataError

HEADER = "img_name,label,xmin,ymin,xmax,ymax"


@pytest.fixture
def folder(tmp_path):
    """Twenty train and five validation pictures, 32 x 16, a banana in each."""
    rng = np.random.default_rng(0)
    for name, count in {"bananas_train": 20, "bananas_val": 5}.items():
        images = tmp_path / "banana-detection" / name / "images"
        images.mkdir(parents=True)
        lines = [HEADER]
        for number in range(count):
            Image.fromarray(rng.integers(0, 256, (16, 32, 3), np.uint8)).save(images / f"{number}.png")
            lines.append(f"{number}.png,0,{number},2,{number + 8},10")
        (images.parent / "label.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "banana-detection"


def table(folder):
    return folder / "bananas_train" / "label.csv"


def changed(folder, line, text):
    lines = table(folder).read_text().splitlines()
    lines[line - 1] = text
    table(folder).write_text("\n".join(lines) + "\n")


def test_pixels_become_shares_of_width_and_height(folder):
    splits, info = banana_detection(folder, missing_splits="none")
    assert info.sizes == {"train": 20, "validation": 5}
    assert info.example_spec == {
        "image": tf.TensorSpec([16, 32, 3], tf.uint8),
        "objects": tf.TensorSpec([1, 5], tf.float32),
    }
    assert (info.class_names, info.counts, info.inputs) == (("banana",), {}, ("image",))
    found = [example["objects"][0] for example in splits["validation"].as_numpy_iterator()]
    np.testing.assert_allclose(found, [[0, n / 32, 2 / 16, (n + 8) / 32, 10 / 16] for n in range(5)])
    assert banana_detection(folder)[1].sizes == {"train": 18, "validation": 5, "test": 2}


def test_several_lines_of_a_picture_are_several_objects(folder):
    changed(folder, 2, "1.png,0,0,0,4,4")
    splits, info = banana_detection(folder, missing_splits="none")
    assert info.sizes["train"] == 19
    first = next(splits["train"].as_numpy_iterator())["objects"]
    np.testing.assert_allclose(first, [[0, 0, 0, 4 / 32, 4 / 16], [0, 1 / 32, 2 / 16, 9 / 32, 10 / 16]])


def test_other_columns_and_classes(folder):
    table(folder).write_text(table(folder).read_text().replace(HEADER, "file,kind,xmin,ymin,xmax,ymax"))
    other = folder / "bananas_val" / "label.csv"
    other.write_text(other.read_text().replace(HEADER, "file,kind,xmin,ymin,xmax,ymax"))
    info = banana_detection(folder, columns={"image": "file", "label": "kind"}, class_names=["apple", "pear"])[1]
    assert info.class_names == ("apple", "pear")
    with pytest.raises(DataError, match=r"no such key 'labels'\. Did you mean 'label'\?"):
        banana_detection(folder, columns={"labels": "kind"})


@pytest.mark.parametrize(
    ("line", "message", "reason"),
    [
        (
            "99.png,0,1,2,3,4",
            r"label\.csv:5: no image images/99\.png\. Correct it, or skip such records",
            "objects without an image",
        ),
        (
            "3.png,1,1,2,3,4",
            r"label\.csv:5: no class 1; they are 0 to 0: banana \(dataset\.class_names\)",
            "unknown labels",
        ),
        ("3.png,0,one,2,3,4", r"label\.csv:5: a label or corner that is no number: .*'one'", "no numbers"),
        ("3.png,0,nan,2,3,4", r"label\.csv:5: a label or corner that is no finite number", "no numbers"),
        ("3.png,0,1,2", r"label\.csv:5: 4 fields where the header has 6", "too few fields"),
    ],
)
def test_a_bad_line_is_named_or_skipped_and_counted(folder, line, message, reason):
    changed(folder, 5, line)
    with pytest.raises(DataError, match=rf"{message}.*`dataset\.on_bad_record=skip`.*Received: "):
        banana_detection(folder)
    info = banana_detection(folder, on_bad_record="skip", missing_splits="none")[1]
    assert info.sizes["train"] == 19
    assert info.counts == {f"skipped: {reason}": 1, "images without a line of the table, left out": 1}


def test_a_missing_column_and_a_missing_table_are_told(folder, tmp_path, no_network):
    changed(folder, 1, HEADER.replace("ymax", "y_max"))
    (tmp_path / "other" / "images").mkdir(parents=True)
    with pytest.raises(
        DataError, match=r"label\.csv:1: no column 'ymax'\. Did you mean 'y_max'\?.*dataset\.columns\.y_max=COLUMN"
    ):
        banana_detection(folder)
    with pytest.raises(DataError, match=r"no bananas_train/label\.csv in it\. Received: images"):
        banana_detection(tmp_path / "other")
    with pytest.raises(DataError, match="dataset=banana_detection is not on this machine"):
        banana_detection()


def test_an_image_of_which_one_object_cannot_be_used_is_left_out(folder):
    lines = table(folder).read_text()
    table(folder).write_text(f"{lines}3.png,0,one,2,3,4\n3.png,0,1,2,3,4\n")
    info = banana_detection(folder, on_bad_record="skip", missing_splits="none")[1]
    assert info.sizes["train"] == 19
    assert info.counts == {"skipped: no numbers": 1, "skipped: images of which a line of the table is bad": 1}
