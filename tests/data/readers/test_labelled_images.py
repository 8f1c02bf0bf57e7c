"""Images with a class each: which files are taken, how they are split, and what is refused."""

from __future__ import annotations

import gzip
import struct
import zipfile
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.readers.labelled_images import read_labelled_images
from tfd2l.errors import DataError

NAMES = ("a", "b", "c")


def idx(array):
    array = np.asarray(array, np.uint8)
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


def drawn(count, seed=0, side=4):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (count, side, side), np.uint8), rng.integers(0, 3, count)


def write(folder, word, images, labels, form="{}-{}-idx{}-ubyte", pack=bytes):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / form.format(word, "images", 3)).write_bytes(pack(idx(images)))
    (folder / form.format(word, "labels", 1)).write_bytes(pack(idx(labels)))


def read(path, seed=0):
    return read_labelled_images("mnist", path, NAMES, seed)


def rows(split):
    return [(example["image"].tobytes(), int(example["label"])) for example in split.as_numpy_iterator()]


def given(images, labels):
    return [(image.tobytes(), int(label)) for image, label in zip(images, labels, strict=True)]


def test_validation_is_a_tenth_of_train_and_test_is_what_was_published(tmp_path):
    train, test = drawn(200), drawn(30, seed=1)
    write(tmp_path, "train", *train)
    write(tmp_path, "t10k", *test)
    splits, info = read(tmp_path)
    assert rows(splits["test"]) == given(*test)
    assert sorted(rows(splits["train"]) + rows(splits["validation"])) == sorted(given(*train))
    assert info.sizes == {"train": 180, "validation": 20, "test": 30}
    assert info.example_spec == {"image": tf.TensorSpec([4, 4, 1], tf.uint8), "label": tf.TensorSpec([], tf.int32)}
    assert (info.inputs, info.class_names, info.source) == (("image",), NAMES, f"file: {tmp_path.name}")
    assert read(tmp_path)[1].fingerprint == info.fingerprint != read(tmp_path, seed=1)[1].fingerprint


@pytest.mark.parametrize("word", ["train", "t10k"])
def test_one_split_alone_is_split_in_three_without_losing_an_image(tmp_path, word):
    images, labels = drawn(200)
    write(tmp_path, word, images, labels)
    splits, info = read(tmp_path)
    assert info.sizes == {"train": 160, "validation": 20, "test": 20}
    assert sorted(row for ds in splits.values() for row in rows(ds)) == sorted(given(images, labels))


def test_equal_images_fall_to_one_split_and_their_order_does_not_count(tmp_path):
    images, labels = drawn(50)
    images, labels = np.concatenate([images] * 3), np.concatenate([labels] * 3)
    write(tmp_path / "a", "t10k", images, labels)
    write(tmp_path / "b", "t10k", images[::-1], labels[::-1])
    first, second = ({split: rows(ds) for split, ds in read(tmp_path / name)[0].items()} for name in "ab")
    assert set(Counter(row for some in first.values() for row in set(some)).values()) == {1}
    assert {split: sorted(some) for split, some in first.items()} == {s: sorted(some) for s, some in second.items()}


@pytest.mark.parametrize("form", ["{}-{}-idx{}-ubyte.gz", "{}-{}.idx{}-ubyte"])
def test_names_of_other_publishers_gzipped_files_and_archives(tmp_path, form):
    images, labels = drawn(40)
    write(tmp_path / "raw", "train", images, labels, form, gzip.compress)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as bundle:
        for file in (tmp_path / "raw").iterdir():
            bundle.write(file, f"raw/{file.name}")
    for path in (tmp_path / "raw", tmp_path / "a.zip"):
        assert sum(read(path)[1].sizes.values()) == 40


def test_an_unpacked_file_beside_its_gzipped_one_is_the_same_file_twice(tmp_path):
    images, labels = drawn(40)
    write(tmp_path, "train", images, labels)
    write(tmp_path, "train", images, labels, "{}-{}-idx{}-ubyte.gz", gzip.compress)
    assert sum(read(tmp_path)[1].sizes.values()) == 40


def test_what_does_not_fit_is_told(tmp_path):
    images, labels = drawn(40)
    write(tmp_path / "short", "train", images, labels[:39])
    with pytest.raises(DataError, match=r"train-labels.*not as many labels as images.*Received: 39 labels, 40 images"):
        read(tmp_path / "short")
    labels[7] = 3
    write(tmp_path / "name", "train", images, labels)
    with pytest.raises(
        DataError, match=r"the label of image 7 \(from 0\) has no name; there are 3 .*Received: label 3"
    ):
        read(tmp_path / "name")
    write(tmp_path / "sizes", "train", *drawn(40))
    write(tmp_path / "sizes", "t10k", *drawn(40, side=5))
    with pytest.raises(DataError, match=r"differ in size\. Received: .*'test': '5x5'"):
        read(tmp_path / "sizes")
    write(tmp_path / "few", "train", *drawn(2))
    with pytest.raises(DataError, match=r"cannot be divided into train, validation, test: .*Received: 2 examples"):
        read(tmp_path / "few")


def test_a_single_class_leaves_nothing_to_tell_apart(tmp_path):
    images, labels = drawn(40)
    write(tmp_path, "train", images, np.zeros_like(labels))
    with pytest.raises(
        DataError, match=r"every training example has the class '.*', so there is nothing to tell apart"
    ):
        read(tmp_path)


def test_missing_files_are_told_with_what_is_there(tmp_path):
    with pytest.raises(DataError, match=r"no idx files; expected names such as train-images.*Received: nothing in it"):
        read(tmp_path)
    (tmp_path / "train.tsv").write_text("")
    with pytest.raises(DataError, match=r"Received: train\.tsv$"):
        read(tmp_path)
    write(tmp_path, "train", *drawn(40))
    with pytest.raises(DataError, match=r"give the folder that holds both, `dataset\.path=.*Received: train-images"):
        read(tmp_path / "train-images-idx3-ubyte")
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match=r"no labels of the train images\. Received: train-images-idx3-ubyte alone"):
        read(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        read(tmp_path / "nowhere")


def test_two_datasets_in_one_folder_are_not_mixed(tmp_path):
    for name in ("MNIST", "FashionMNIST"):
        write(tmp_path / name / "raw", "train", *drawn(40))
    with pytest.raises(DataError, match=r"several folders hold idx files; give one\. Received: .*FashionMNIST.raw"):
        read(tmp_path)


def test_without_network_and_copy_the_error_names_both_ways_out(no_network, tfds_folder):
    with pytest.raises(DataError, match=r"dataset=mnist is not on this machine.*dataset\.path=.*embedded"):
        read(None)


def test_from_tfds_the_splits_are_those_of_the_files(no_network, tfds_folder, tmp_path):
    import tensorflow_datasets as tfds

    published = {"train": drawn(60, side=28), "test": drawn(20, seed=1, side=28)}

    def stored(images, labels):
        return tf.data.Dataset.from_tensor_slices({"image": images[..., None], "label": labels})

    tfds.dataset_builders.store_as_tfds_dataset(
        name="mnist",
        version="3.0.1",
        data_dir=tfds_folder,
        features=tfds.features.FeaturesDict(
            {"image": tfds.features.Image(shape=(28, 28, 1)), "label": tfds.features.ClassLabel(num_classes=3)}
        ),
        split_datasets={split: stored(*some) for split, some in published.items()},
    )
    splits, info = read(None)
    assert (info.source, info.sizes) == ("tfds: mnist/3.0.1", {"train": 54, "validation": 6, "test": 20})
    for split, word in {"train": "train", "test": "t10k"}.items():
        write(tmp_path / "files", word, *published[split])
    from_files, same = read(tmp_path / "files")
    assert same.example_spec == info.example_spec
    for split, ds in splits.items():
        assert sorted(rows(ds)) == sorted(rows(from_files[split]))
