"""MNIST as published: its test files alone."""

from __future__ import annotations

import numpy as np

from tfd2l.datasets.mnist import mnist


def test_its_files_as_published(shared_data):
    splits, info = mnist(shared_data / "mnist_t10k")
    assert info.sizes == {"train": 8000, "validation": 1000, "test": 1000}
    assert info.class_names == tuple("0123456789")
    labels = [next(ds.batch(8000).as_numpy_iterator())["label"] for ds in splits.values()]
    # the counts of the digits in the published test set
    assert np.bincount(np.concatenate(labels)).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
