"""Kaggle's form: labels in a table, parts in zips, and images that nobody has labelled."""

from __future__ import annotations

import shutil
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.datasets.cifar10 import CLASS_NAMES
from tfd2l.datasets.kaggle_cifar10 import kaggle_cifar10
from tfd2l.datasets.kaggle_dogs import kaggle_dogs
from tfd2l.errors import DataError

DOGS = ("beagle", "borzoi", "boxer")


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))


def write(folder, part, names, height=32, width=32, suffix=".png"):
    (folder / part).mkdir(parents=True)
    for number, name in enumerate(names):
        pixels = np.random.default_rng(number).integers(0, 256, (height, width, 3), np.uint8)
        Image.fromarray(pixels).save(folder / part / f"{name}{suffix}")


@pytest.fixture
def cifar(tmp_path):
    folder = tmp_path / "cifar"
    write(folder, "train", range(1, 51))
    write(folder, "test", [10, 9, 1])
    lines = ["id,label", *(f"{number},{CLASS_NAMES[number % 10]}" for number in range(1, 61))]
    (folder / "trainLabels.csv").write_text("\n".join(lines))
    return folder


@pytest.fixture
def dogs(tmp_path):
    folder = tmp_path / "dogs"
    names = [f"{number:032x}" for number in range(30)]
    write(folder, "train", names[:15], 20, 30, ".jpg")
    write(folder, "train_2", names[15:], 30, 20, ".jpg")
    for file in (folder / "train_2").iterdir():
        file.rename(folder / "train" / file.name)
    (folder / "train_2").rmdir()
    write(folder, "test", ["b0", "a1"], 25, 25, ".jpg")
    (folder / "labels.csv").write_text("\n".join(["id,breed", *(f"{n},{DOGS[int(n, 16) % 3]}" for n in names)]))
    return folder


def labels(ds):
    return Counter(int(example["label"]) for example in ds.as_numpy_iterator())


def ids(info):
    return [example["id"].decode() for example in info.fact(UnlabelledExamples).examples.as_numpy_iterator()]


def test_labels_come_from_the_table_and_every_split_has_each_class(cifar):
    splits, info = kaggle_cifar10(cifar)
    assert info.sizes == {"train": 40, "validation": 5, "test": 5}
    assert sum(map(labels, splits.values()), Counter()) == dict.fromkeys(range(10), 5)
    assert set(labels(splits["train"]).values()) <= {3, 4, 5}
    assert (info.class_names, info.counts) == (CLASS_NAMES, {"labels without an image": 10})
    assert info.example_spec == {"image": tf.TensorSpec([32, 32, 3], tf.uint8), "label": tf.TensorSpec([], tf.int32)}
    of = {np.asarray(Image.open(file)).tobytes(): int(file.stem) % 10 for file in (cifar / "train").iterdir()}
    for example in splits["train"].as_numpy_iterator():
        assert of[example["image"].tobytes()] == example["label"]
    assert kaggle_cifar10(cifar, missing_splits="none")[1].sizes == {"train": 50}


def test_unlabelled_images_come_in_the_order_of_their_numbers(cifar):
    info = kaggle_cifar10(cifar)[1]
    assert ids(info) == ["1", "9", "10"]
    first = next(info.fact(UnlabelledExamples).examples.as_numpy_iterator())
    np.testing.assert_array_equal(first["image"], np.asarray(Image.open(cifar / "test" / "1.png")))
    shutil.rmtree(cifar / "test")
    assert kaggle_cifar10(cifar)[1].find_fact(UnlabelledExamples) is None


def test_each_part_may_be_a_zip_of_its_own(cifar, tmp_path):
    expected = kaggle_cifar10(cifar)[1].fingerprint
    packed = tmp_path / "packed"
    packed.mkdir()
    for part in ("train", "test"):
        shutil.make_archive(str(packed / f"{part}_tiny"), "zip", cifar, part)
    shutil.copy(cifar / "trainLabels.csv", packed)
    assert kaggle_cifar10(packed)[1].fingerprint == expected
    shutil.make_archive(str(tmp_path / "all"), "zip", cifar)
    assert kaggle_cifar10(tmp_path / "all.zip")[1].fingerprint == expected


def test_breeds_are_those_of_the_table_and_photographs_keep_their_size(dogs):
    splits, info = kaggle_dogs(dogs)
    assert info.class_names == DOGS
    assert {split: labels(ds) for split, ds in splits.items()} == {
        "train": {0: 8, 1: 8, 2: 8}, "validation": {0: 1, 1: 1, 2: 1}, "test": {0: 1, 1: 1, 2: 1}
    }  # fmt: skip
    assert info.example_spec["image"] == tf.TensorSpec([None, None, 3], tf.uint8)
    assert ids(info) == ["a1", "b0"]
    resized = kaggle_dogs(dogs, image_size=[8, 8])[1]
    assert resized.fact(UnlabelledExamples).examples.element_spec["image"] == tf.TensorSpec([8, 8, 3], tf.uint8)


@pytest.mark.parametrize(
    ("line", "message", "counts"),
    [
        ("3,birds", r"trainLabels\.csv:4: no class 'birds'\. Did you mean 'bird'\? Classes: airplane, .*'birds'",
         {"skipped: unknown labels": 1, "skipped: images without a label": 1, "labels without an image": 10}),
        ("3,", r"trainLabels\.csv:4: the id or the label is empty",
         {"skipped: the id or the label is empty": 1,
          "skipped: images without a label": 1, "labels without an image": 10}),
        ("99,cat", r"3\.png: trainLabels\.csv has no line with its id\. .*Received: 3",
         {"skipped: images without a label": 1, "labels without an image": 11}),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_or_skipped_and_counted(cifar, line, message, counts):
    lines = (cifar / "trainLabels.csv").read_text().splitlines()
    lines[3] = line
    (cifar / "trainLabels.csv").write_text("\n".join(lines))
    with pytest.raises(DataError, match=message):
        kaggle_cifar10(cifar)
    assert kaggle_cifar10(cifar, on_bad_record="skip")[1].counts == counts


def test_what_is_missing_is_told(cifar, dogs, tmp_path, no_network):
    with pytest.raises(
        DataError, match=r"labels\.csv:1: no column 'label'\.+.*Name it with `dataset\.columns\.label=COL"
    ):
        kaggle_dogs(dogs, columns={"label": "label"})
    with pytest.raises(DataError, match=r"dataset\.columns: no such key 'breed'.*Keys: id, label"):
        kaggle_dogs(dogs, columns={"breed": "breed"})
    with pytest.raises(
        DataError, match=r"no trainLabels\.csv \(or trainLabels\.csv\.zip\) in it\. Received: labels\.csv"
    ):
        kaggle_cifar10(dogs)
    for file in (cifar / "train").iterdir():
        file.unlink()
    with pytest.raises(DataError, match=r"cifar/train: no images in it"):
        kaggle_cifar10(cifar)
    shutil.rmtree(cifar / "train")
    with pytest.raises(
        DataError, match=r"expected one folder train \(or train_tiny\), or a zip.*Received: test, train"
    ):
        kaggle_cifar10(cifar)
    for dataset in (kaggle_cifar10, kaggle_dogs):
        with pytest.raises(DataError, match=rf"dataset={dataset.__name__} is not on this machine"):
            dataset()


def test_an_unlabelled_image_that_is_damaged_is_never_skipped(cifar):
    (cifar / "test" / "9.png").write_bytes(b"\x89PNG")
    with pytest.raises(
        DataError, match=r"9\.png: not a JPEG, PNG.*What is to be predicted must be complete: mend it\. Received"
    ):
        kaggle_cifar10(cifar, on_bad_record="skip")


def test_the_sample(shared_data):
    splits, info = kaggle_cifar10(shared_data / "kaggle_cifar10_tiny")
    assert info.sizes == {"train": 80, "validation": 10, "test": 10}
    assert info.counts == {"labels without an image": 50_000 - 100}
    assert sum(sum(labels(ds).values()) for ds in splits.values()) == 100
    assert ids(info) == ["1"]


def relabel(folder, change):
    lines = (folder / "trainLabels.csv").read_text().splitlines()
    (folder / "trainLabels.csv").write_text("\n".join([lines[0], *change(lines[1:])]))


def test_an_id_with_two_labels_is_named_with_both_lines(cifar):
    relabel(cifar, lambda lines: [*lines, "3,dog", "4,deer", "4,deer"])
    with pytest.raises(
        DataError, match=r"trainLabels\.csv:62: the id '3' has another label in line 4: 'cat'\..*Received: dog"
    ):
        kaggle_cifar10(cifar)
    relabel(cifar, lambda lines: [*lines[:2], "3,bird", *lines[3:]])
    info = kaggle_cifar10(cifar, on_bad_record="skip")[1]
    twice = "lines of the table that say the same as an earlier one"
    assert info.counts == {
        "skipped: labels that contradict an earlier line": 1,
        "skipped: images without a label": 1,
        "labels without an image": 10,
        twice: 2,
    }
    assert sum(info.sizes.values()) == 49


def test_ids_may_have_the_ending_of_the_file(cifar):
    before = kaggle_cifar10(cifar)[1]
    relabel(cifar, lambda lines: [line.replace(",", ".PNG,") for line in lines])
    after = kaggle_cifar10(cifar)[1]
    assert (after.fingerprint, after.counts) == (before.fingerprint, before.counts)


def test_images_in_folders_of_folders_have_ids_of_their_own(cifar):
    before = kaggle_cifar10(cifar)[1]
    for number in range(1, 21):
        part = cifar / "train" / f"part{number % 2}"
        part.mkdir(exist_ok=True)
        (cifar / "train" / f"{number}.png").rename(part / f"{number}.png")
    (cifar / "train" / "notes.txt").write_text("")
    after = kaggle_cifar10(cifar)[1]
    assert after.fingerprint == before.fingerprint
    assert after.counts == {**before.counts, "files that are no images, left out: .txt": 1}
    shutil.copy(cifar / "train" / "30.png", cifar / "train" / "part0")
    with pytest.raises(DataError, match=r"several images have the id '30'; leave one\. Received: 30\.png, part0/30"):
        kaggle_cifar10(cifar)


def test_a_class_is_named_once(cifar):
    with pytest.raises(DataError, match=r"The class 'cat' is named twice"):
        kaggle_cifar10(cifar, class_names=[*CLASS_NAMES, "cat"])


def test_what_a_system_left_behind_is_no_part_and_names_count_in_any_case(cifar):
    before = kaggle_cifar10(cifar)[1]
    for part in ("train", "test"):
        (cifar / "__MACOSX" / part).mkdir(parents=True)
        (cifar / "__MACOSX" / part / "._1.png").write_bytes(b"left behind")
    (cifar / "train").rename(cifar / "Train")
    (cifar / "trainLabels.csv").rename(cifar / "TRAINLABELS.CSV")
    after = kaggle_cifar10(cifar)[1]
    assert (after.fingerprint, after.counts) == (before.fingerprint, before.counts)
