"""DataInfo, and the fingerprint: it changes when an example does, and only then."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import choose_measured_split, compute_fingerprint, make_splits, require_split
from tfd2l.errors import ConfigError

COLUMNS = {
    "train": {"text": ["one", "two", "three"], "label": [0, 1, 0]},
    "validation": {"text": ["four"], "label": [1]},
}


def changed(split, key, values):
    return {**COLUMNS, split: {**COLUMNS[split], key: values}}


@pytest.mark.parametrize(
    "other",
    [
        changed("train", "text", ["one", "two", "Three"]),
        changed("train", "text", ["two", "one", "three"]),
        changed("train", "text", ["onet", "wo", "three"]),
        changed("train", "text", ["one", "two", "three\x1e"]),
        changed("train", "label", [0, 1, 1]),
        changed("train", "label", [0.5, 1.0, 0.0]),
        changed("validation", "text", ["five"]),
        {"train": {key: values[:2] for key, values in COLUMNS["train"].items()}, "validation": COLUMNS["validation"]},
        {"train": COLUMNS["validation"], "validation": COLUMNS["train"]},
        {"train": COLUMNS["train"], "test": COLUMNS["validation"]},
        {"train": {"texts": COLUMNS["train"]["text"], "label": [0, 1, 0]}, "validation": COLUMNS["validation"]},
        {split: {**by_key, "more": [0] * len(by_key["text"])} for split, by_key in COLUMNS.items()},
    ],
)
def test_the_fingerprint_changes_with_any_value_order_or_split(other):
    assert compute_fingerprint(other) != compute_fingerprint(COLUMNS)


@pytest.mark.parametrize(
    "same",
    [
        {split: {key: list(values) for key, values in by_key.items()} for split, by_key in COLUMNS.items()},
        dict(reversed(COLUMNS.items())),
        {split: dict(reversed(by_key.items())) for split, by_key in COLUMNS.items()},
        changed("train", "label", np.array([0, 1, 0])),
        changed("train", "text", ("one", "two", "three")),
    ],
)
def test_the_fingerprint_does_not_change_otherwise(same):
    assert compute_fingerprint(same) == compute_fingerprint(COLUMNS)
    assert len(compute_fingerprint(same)) == 16
    int(compute_fingerprint(same), 16)


def test_a_value_in_a_long_array_counts():
    first, second = np.zeros((2, 5000)), np.zeros((2, 5000))
    second[1, 2500] = 1e-3
    assert compute_fingerprint({"train": {"x": first}}) != compute_fingerprint({"train": {"x": second}})


def test_splits_hold_the_examples_and_info_describes_them():
    splits, info = make_splits(
        COLUMNS, inputs=["text"], source="a test", class_names=["no", "yes"], counts={"left out": 3}
    )
    train = list(splits["train"].as_numpy_iterator())
    assert [(example["text"].decode(), example["label"]) for example in train] == [("one", 0), ("two", 1), ("three", 0)]
    assert info.example_spec == {"text": tf.TensorSpec([], tf.string), "label": tf.TensorSpec([], tf.int32)}
    assert info.sizes == {"train": 3, "validation": 1}
    assert {split: int(ds.cardinality()) for split, ds in splits.items()} == info.sizes
    assert (info.inputs, info.class_names, info.source) == (("text",), ("no", "yes"), "a test")
    assert (info.counts, info.find_fact(Vocabulary), info.stages) == ({"left out": 3}, None, ())
    assert info.fingerprint == compute_fingerprint(COLUMNS)
    with pytest.raises(dataclasses.FrozenInstanceError):
        info.source = "another"


def test_bytes_stay_bytes():
    images = np.arange(12, dtype=np.uint8).reshape(2, 3, 2)
    splits, info = make_splits({"train": {"image": images}}, inputs=["image"], source="a test")
    assert info.example_spec == {"image": tf.TensorSpec([3, 2], tf.uint8)}
    np.testing.assert_array_equal(list(splits["train"].as_numpy_iterator())[1]["image"], images[1])


def test_numbers_with_a_fraction_are_float32():
    _, info = make_splits({"train": {"x": [[0.5, 1], [2, 3]]}}, inputs=["x"], source="a test")
    assert info.example_spec == {"x": tf.TensorSpec([2], tf.float32)}


@pytest.mark.parametrize(
    ("sizes", "split"),
    [
        ({"train": 3, "validation": 2, "test": 1}, "test"),
        ({"train": 3, "validation": 2, "test": 0}, "validation"),
        ({"train": 3}, "train"),
    ],
)
def test_results_are_of_the_first_split_that_is_there(sizes, split):
    assert choose_measured_split(sizes) == split


def test_a_split_that_is_not_there_is_refused():
    require_split("train", {"train": 3, "test": 0})
    with pytest.raises(
        ConfigError, match=r"no examples of the split 'test'\. They have: train 3\. Received: split=test$"
    ):
        require_split("test", {"train": 3, "test": 0})
    with pytest.raises(ConfigError, match=r"Did you mean 'train'\?"):
        require_split("trian", {"train": 3})
