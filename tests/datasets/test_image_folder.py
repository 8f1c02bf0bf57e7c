"""Images in folders of classes: layouts, archives, what is wrong; and the datasets that come so."""

from __future__ import annotations

import shutil
import zipfile
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.datasets.hotdog import hotdog
from tfd2l.datasets.image_folder import image_folder
from tfd2l.errors import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path):
    """A function: names of folders -> a folder with ten pictures in each."""

    def make(*names, count=10):
        rng = np.random.default_rng(0)
        for name in names:
            inside = tmp_path / "pictures" / name
            inside.mkdir(parents=True)
            for number in range(count):
                Image.fromarray(rng.integers(0, 256, (4, 4, 3), np.uint8)).save(inside / f"{number}.png")
        return tmp_path / "pictures"

    return make


def labels(made):
    return {split: Counter(int(example["label"]) for example in ds) for split, ds in made[0].items()}


def test_published_splits_stay_and_what_is_missing_comes_from_train(folder):
    made = image_folder(folder("train/ant", "train/bee", "val/ant", "val/bee"))
    assert labels(made) == {"train": {0: 9, 1: 9}, "validation": {0: 10, 1: 10}, "test": {0: 1, 1: 1}}
    assert (made[1].class_names, made[1].source) == (("ant", "bee"), "file: pictures")
    assert made[1].example_spec["label"] == tf.TensorSpec([], tf.int32)


@pytest.mark.parametrize("word", ["valid", "validation", "Val"])
def test_other_words_for_validation(folder, word):
    made = image_folder(folder("Train/ant", "Train/bee", f"{word}/ant", f"{word}/bee"), missing_splits="none")
    assert made[1].sizes == {"train": 20, "validation": 20}


def test_classes_without_splits_are_split(folder):
    assert labels(image_folder(folder("ant", "bee"))) == {
        "train": {0: 8, 1: 8}, "validation": {0: 1, 1: 1}, "test": {0: 1, 1: 1}
    }  # fmt: skip


def test_class_names_give_the_order(folder):
    path = folder("ant", "bee")
    first, other = image_folder(path), image_folder(path, class_names=["bee", "ant"])
    assert other[1].class_names == ("bee", "ant")
    of = {example["image"].tobytes(): int(example["label"]) for example in first[0]["train"].as_numpy_iterator()}
    for example in other[0]["train"].as_numpy_iterator():
        assert of.get(example["image"].tobytes(), 1 - example["label"]) == 1 - example["label"]


def test_an_archive_is_a_folder_and_hidden_files_are_none(folder, tmp_path):
    path = folder("train/ant", "train/bee")
    (path / "train" / "ant" / "._1.png").write_bytes(b"left behind by another system")
    (path / "__MACOSX").mkdir()
    (path / "train" / "ant" / "notes.txt").write_text("no image")
    shutil.make_archive(str(tmp_path / "packed"), "zip", tmp_path, "pictures")
    assert image_folder(tmp_path / "packed.zip")[1].fingerprint == image_folder(path)[1].fingerprint


@pytest.mark.parametrize(
    ("names", "spoil", "options", "message", "reason"),
    [
        (["train/ant", "train/bee", "val/ant", "val/bees"], None, {},
         r"val/bees: the class 'bees' is none of the classes\. Did you mean 'bee'\? They are: ant, bee\. Correct it, .*"
         r"Received: 10 images in it", "folders of no class"),
        (["train/ant", "train/bee"], "train/cat", {"class_names": ["ant", "bee", "cat"]},
         r"train/cat: no images in it \(\.jpg, .*Received: nothing in it", "folders without images"),
        (["train/ant", "train/bee"], None, {"class_names": ["ant", "bee", "cat"]},
         r"train: no folder of the class 'cat' \(dataset\.class_names\).*Received: ant, bee",
         "classes without a folder"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_named_or_skipped_and_counted(folder, names, spoil, options, message, reason):
    path = folder(*names)
    if spoil:
        (path / spoil).mkdir()
    with pytest.raises(DataError, match=message):
        image_folder(path, **options)
    info = image_folder(path, on_bad_record="skip", **options)[1]
    inside = {"skipped: images in folders of no class": 10} if reason == "folders of no class" else {}
    assert info.counts == {f"skipped: {reason}": 1, **inside}


def test_without_folders_of_classes_the_expected_form_is_told(tmp_path, folder):
    (tmp_path / "empty").mkdir()
    with pytest.raises(DataError, match=r"empty: no folders of classes; expected train/<class>/\*\.jpg.*nothing in it"):
        image_folder(tmp_path / "empty")
    with pytest.raises(DataError, match=r"no folder train beside the other splits\. Received: val"):
        image_folder(folder("val/ant"))
    with pytest.raises(DataError, match=r"several folders could be the validation split.*Received: val, valid"):
        image_folder(folder("train/ant", "val/bee", "valid/ant"))


def test_hot_dogs_lie_so(folder, no_network):
    path = folder("hotdog/train/hotdog", "hotdog/train/not-hotdog", "hotdog/test/hotdog", "hotdog/test/not-hotdog")
    _, info = hotdog(path)
    assert info.class_names == ("hotdog", "not-hotdog")
    assert info.sizes == {"train": 18, "validation": 2, "test": 20}
    with pytest.raises(DataError, match=r"dataset=hotdog is not on this machine.*hotdog\.zip"):
        hotdog()


def test_ants_and_bees(shared_data):
    splits, info = image_folder(shared_data / "hymenoptera_small", missing_splits="none")
    assert labels((splits, info)) == {"train": {0: 30, 1: 30}, "validation": {0: 10, 1: 10}}
    assert (info.class_names, info.counts) == (("ants", "bees"), {})
    assert info.example_spec["image"] == tf.TensorSpec([None, None, 3], tf.uint8)
    resized = image_folder(shared_data / "hymenoptera_small", image_size=[40, 60])
    assert resized[1].sizes == {"train": 54, "validation": 20, "test": 6}
    assert next(resized[0]["train"].batch(54).as_numpy_iterator())["image"].shape == (54, 40, 60, 3)


def test_images_in_deeper_folders_are_of_their_class_and_what_is_left_out_is_counted(folder):
    path = folder("train/ant", "train/bee/2023", "train/bee/2024/May")
    for name in ("train/bee/a.txt", "train/ant/b.TXT", "train/ant/c", "notes.md"):
        (path / name).write_text("no image")
    (path / "train" / "bee" / "circle").symlink_to(path / "train" / "bee")
    (path / "train" / "x.jpg").mkdir()
    for name in ("train", "extra/deep"):
        (path / name).mkdir(parents=True, exist_ok=True)
        shutil.copy(path / "train" / "ant" / "0.png", path / name / "0.png")
    with pytest.raises(DataError, match=r"x\.jpg: no images in it"):
        image_folder(path)
    (path / "train" / "x.jpg").rmdir()
    made = image_folder(path, missing_splits="none")
    assert labels(made) == {"train": {0: 10, 1: 20}}
    assert made[1].counts == {
        "files that are no images, left out: .txt": 2,
        "files that are no images, left out: without an ending": 1,
        "images outside of the folders of classes, left out": 2,
    }


def test_folders_of_splits_inside_of_classes_are_told(folder):
    with pytest.raises(DataError, match=r"ant: a folder of a split inside of that of a class.*Received: ant/train"):
        image_folder(folder("ant/train", "ant/val", "bee/train"))


def test_an_archive_made_on_windows_is_read(folder, tmp_path):
    path = folder("train/ant", "train/bee")
    with zipfile.ZipFile(tmp_path / "windows.zip", "w") as archive:
        for file in sorted(path.rglob("*.png")):
            archive.writestr(zipfile.ZipInfo(str(file.relative_to(tmp_path)).replace("/", "\\")), file.read_bytes())
    assert image_folder(tmp_path / "windows.zip")[1].fingerprint == image_folder(path)[1].fingerprint
