"""Fashion-MNIST as published, a part of it."""

from __future__ import annotations

import gzip

import numpy as np

from tfd2l.datasets.fashion_mnist import CLASS_NAMES, fashion_mnist


def test_its_files_as_published(shared_data):
    folder = shared_data / "fashion_mnist_900"
    splits, info = fashion_mnist(folder)
    assert info.sizes == {"train": 540, "validation": 60, "test": 300}
    assert info.class_names == CLASS_NAMES
    content = gzip.decompress((folder / "t10k-images-idx3-ubyte.gz").read_bytes())
    published = np.frombuffer(content, np.uint8, offset=16).reshape(-1, 28, 28, 1)
    test = next(splits["test"].batch(300).as_numpy_iterator())
    np.testing.assert_array_equal(test["image"], published)
    assert np.bincount(test["label"]).tolist() == [30] * 10
    # The names can be seen: a bag covers more of its picture than a sandal, trousers are taller than wide.
    mean = {name: test["image"][test["label"] == n, ..., 0].mean(axis=0) for n, name in enumerate(CLASS_NAMES)}
    assert mean["bag"].mean() > 2 * mean["sandal"].mean()
    trouser = mean["trouser"] > 80
    assert trouser.any(axis=1).sum() > 1.5 * trouser.any(axis=0).sum()


def test_other_names_can_be_given(shared_data):
    names = [f"kind {n}" for n in range(10)]
    assert fashion_mnist(shared_data / "fashion_mnist_900", class_names=names)[1].class_names == tuple(names)
