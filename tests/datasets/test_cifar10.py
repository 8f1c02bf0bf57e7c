"""CIFAR-10 in its forms: folders, binary batches, pickled batches, TFDS."""

from __future__ import annotations

import pickle
from collections import Counter

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.readers.cifar_batches import read_batch
from tfd2l.datasets.cifar10 import CLASS_NAMES, cifar10
from tfd2l.errors import DataError


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (40, 32, 32, 3), np.uint8), np.arange(40) % 10


def planes(images):
    return images.transpose(0, 3, 1, 2).reshape(len(images), -1)


def write(folder, form, images, labels):
    folder.mkdir(exist_ok=True)
    for name, rows in {"data_batch_1": slice(20), "data_batch_2": slice(20, 30), "test_batch": slice(30, 40)}.items():
        if form == "binary":
            rows = np.concatenate([labels[rows, None].astype(np.uint8), planes(images[rows])], axis=1)
            (folder / f"{name}.bin").write_bytes(rows.tobytes())
        else:
            batch = {b"data": planes(images[rows]), b"labels": labels[rows].tolist(), b"batch_label": name.encode()}
            (folder / name).write_bytes(pickle.dumps(batch, protocol=2))
    (folder / "batches.meta.txt").write_text("\n".join(CLASS_NAMES))


def rows(split):
    return sorted((example["image"].tobytes(), int(example["label"])) for example in split.as_numpy_iterator())


@pytest.mark.parametrize("form", ["binary", "python"])
def test_batches_are_read(tmp_path, images, form):
    write(tmp_path / "cifar", form, *images)
    splits, info = cifar10(tmp_path / "cifar")
    assert info.sizes == {"train": 27, "validation": 3, "test": 10}
    assert info.class_names == CLASS_NAMES
    assert info.example_spec == {"image": tf.TensorSpec([32, 32, 3], tf.uint8), "label": tf.TensorSpec([], tf.int32)}
    given = [(image.tobytes(), int(label)) for image, label in zip(*images, strict=True)]
    assert rows(splits["test"]) == sorted(given[30:])
    assert sorted(rows(splits["train"]) + rows(splits["validation"])) == sorted(given[:30])


def test_a_batch_runs_no_code(tmp_path):
    class Evil:
        def __reduce__(self):
            return print, ("run",)

    (tmp_path / "data_batch_1").write_bytes(pickle.dumps({b"data": Evil(), b"labels": []}, protocol=2))
    with pytest.raises(DataError, match=r"data_batch_1: not a batch.*wants (__builtin__|builtins)\.print, which is no"):
        cifar10(tmp_path)


def test_broken_batches_are_told(tmp_path, images):
    file = tmp_path / "data_batch_1.bin"
    file.write_bytes(b"12345")
    with pytest.raises(DataError, match=r"data_batch_1\.bin: not rows of 3073 bytes.*Received: 5 bytes"):
        read_batch(file)
    file.write_bytes(bytes(3073) + bytes([10]) + bytes(3072))
    with pytest.raises(DataError, match=r"image 1 \(from 0\) is of none of CIFAR-10's 10 classes\. Received: label 10"):
        read_batch(file)
    file = tmp_path / "data_batch_2"
    file.write_bytes(pickle.dumps({b"data": planes(images[0]), b"labels": [1]}))
    with pytest.raises(DataError, match=r"not as many labels as images\. Received: 1 labels, 40 images"):
        read_batch(file)
    file.write_bytes(pickle.dumps({b"data": planes(images[0])})[:-5])
    with pytest.raises(DataError, match="data_batch_2: not a batch"):
        read_batch(file)


def test_folders_of_a_zip(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path))
    splits, info = cifar10(shared_data / "cifar10_small" / "cifar10_small.zip")
    assert info.sizes == {"train": 1800, "validation": 200, "test": 600}
    for split, of_each in {"train": 180, "validation": 20, "test": 60}.items():
        labels = np.concatenate([batch["label"] for batch in splits[split].batch(600).as_numpy_iterator()])
        assert np.bincount(labels).tolist() == [of_each] * 10
    assert (info.class_names, info.counts) == (CLASS_NAMES, {})
    assert info.example_spec["image"] == tf.TensorSpec([32, 32, 3], tf.uint8)


def test_from_tfds(tfds_folder, no_network, images):
    import tensorflow_datasets as tfds

    with pytest.raises(DataError, match="dataset=cifar10 is not on this machine"):
        cifar10()
    features = {
        "id": tfds.features.Text(),
        "image": tfds.features.Image(shape=(32, 32, 3)),
        "label": tfds.features.ClassLabel(names=CLASS_NAMES),
    }
    pictures, labels = images
    ids = np.array([str(number) for number in range(40)])

    def stored(some):
        return tf.data.Dataset.from_tensor_slices({"id": ids[some], "image": pictures[some], "label": labels[some]})

    tfds.dataset_builders.store_as_tfds_dataset(
        name="cifar10",
        version="3.0.2",
        data_dir=tfds_folder,
        features=tfds.features.FeaturesDict(features),
        split_datasets={"train": stored(slice(30)), "test": stored(slice(30, 40))},
    )
    splits, info = cifar10()
    assert (info.source, info.sizes) == ("tfds: cifar10/3.0.2", {"train": 27, "validation": 3, "test": 10})
    assert Counter(label for _, label in rows(splits["test"])) == dict.fromkeys(range(10), 1)
