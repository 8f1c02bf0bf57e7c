"""`check_dataset` passes correct datasets, and each of its properties fails for a dataset that lacks it."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import make_splits
from tfd2l.testing import check_dataset

NUMBER = itertools.count()


def numbers(first=0):
    """Three examples with two classes."""
    columns = {"x": np.arange(3) + first, "label": [0, 1, 0]}
    return make_splits({"train": columns, "test": columns}, inputs=["x"], source="a test", class_names=["a", "b"])


def changed(**facts):
    splits, data = numbers()
    return lambda: (splits, dataclasses.replace(data, **facts))


def with_split(**others):
    return lambda: ({**numbers()[0], **others}, numbers()[1])


def without_train():
    splits, data = numbers()
    return {"test": splits["test"]}, data


def other_examples():
    splits, data = numbers(next(NUMBER))
    return splits, dataclasses.replace(data, fingerprint="0" * 16)


def generated():
    yield from [{"x": 0, "label": 0}, {"x": 1, "label": 1}, {"x": 2, "label": 0}]


GENERATED = tf.data.Dataset.from_generator(
    generated, output_signature={"x": tf.TensorSpec([], tf.int32), "label": tf.TensorSpec([], tf.int32)}
)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (without_train, "'splits': there is no split 'train'. Received: test"),
        (with_split(test=tf.data.Dataset.range(3)), "'splits': examples of 'test' are no mappings"),
        (lambda: ({k: v.take(0) for k, v in numbers()[0].items()}, numbers()[1]), "'splits': .* has no example"),
        (changed(inputs=("y",)), r"'info': DataInfo.inputs are keys.*Received: inputs=\('y',\)"),
        (changed(sizes={"train": 4, "test": 3}), "'info': DataInfo.sizes says 4 for 'train', which has 3"),
        (changed(fingerprint="x"), "'info': a fingerprint has 16"),
        (changed(source=""), "'info': DataInfo.source does not say"),
        (changed(class_names=("a",)), "'info': a label of 'train' is none of 1 class names. Received: 1"),
        (
            with_split(test=numbers()[0]["test"].map(lambda e: {**e, "x": tf.cast(e["x"], tf.float32)})),
            r"'spec': 'x' of example 0 of 'test' does not fit.*float32 \(\) instead of int32",
        ),
        (with_split(train=GENERATED), "'graph': reading the examples calls Python"),
        (lambda: numbers(next(NUMBER)), "'deterministic': made again it has another fingerprint"),
        (other_examples, "'deterministic': made again it has other examples: train"),
    ],
)
def test_a_dataset_without_a_property_fails(make, message):
    with pytest.raises(AssertionError, match=message):
        check_dataset(make)


def test_a_correct_dataset_has_every_property():
    assert check_dataset(numbers) == ("splits", "info", "spec", "graph", "deterministic")
