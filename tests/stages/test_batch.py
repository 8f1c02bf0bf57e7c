"""Static batches: nothing lost, the last one filled with rows that do not count."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.batch import Batch


def images(count):
    """A dataset of images that tell their place, with a label and a key that no model needs."""
    pixels = tf.reshape(tf.range(count * 6), (count, 2, 3, 1))
    return tf.data.Dataset.from_tensor_slices({"image": pixels, "label": tf.range(count), "file": ["a"] * count})


def batches(count, **options):
    return apply([Batch(**{"inputs": ["image"], **options})], images(count), split="train", seed=0)


@pytest.mark.parametrize(("count", "sizes"), [(8, [4, 4]), (9, [4, 4, 1]), (3, [3])])
def test_every_example_is_in_one_batch_and_counts_once(count, sizes):
    given = list(images(count))
    made = list(batches(count, batch_size=4))
    assert [int(tf.reduce_sum(weight)) for _, _, weight in made] == sizes
    assert [int(n) for _, y, weight in made for n in y[weight == 1]] == list(range(count))
    kept = [image for x, _, weight in made for image in x[weight == 1]]
    for image, example in zip(kept, given, strict=True):
        np.testing.assert_array_equal(image, example["image"])


def test_every_batch_has_one_static_shape_and_their_number_is_known():
    ds = batches(9, batch_size=4)
    spec = (tf.TensorSpec([4, 2, 3, 1], tf.int32), tf.TensorSpec([4], tf.int32), tf.TensorSpec([4], tf.float32))
    assert ds.element_spec == spec
    assert int(ds.cardinality()) == 3


def test_rows_that_do_not_count_repeat_the_batch():
    *_, (x, y, weight) = batches(7, batch_size=4)
    assert y.numpy().tolist() == [4, 5, 6, 4]
    assert weight.numpy().tolist() == [1, 1, 1, 0]
    np.testing.assert_array_equal(x[3], x[0])


def test_batch_normalization_sees_no_blank_images():
    """As many rows again as count leave mean and variance what they are."""
    x = tf.random.stateless_normal((6, 2, 2, 1), seed=[0, 1]) + 5
    ds = tf.data.Dataset.from_tensor_slices({"image": x, "label": tf.range(6)})
    (filled, _, _) = next(iter(Batch(["image"], batch_size=12)(ds, split="train", seed=0)))
    layer = keras.layers.BatchNormalization(momentum=0.0)
    layer(filled, training=True)
    np.testing.assert_allclose(layer.moving_mean, np.mean(x, axis=(0, 1, 2)), rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance, np.var(x, axis=(0, 1, 2)), rtol=1e-4)


def test_several_inputs_are_a_dict_and_targets_may_be_named():
    def example(n):
        return {"a": n, "b": 2 * n, "price": [3 * n, 4 * n]}

    ds = tf.data.Dataset.range(3).map(example)
    ((x, y, _),) = apply([Batch(["a", "b"], 4, "price")], ds, split="test", seed=0)
    assert {key: value.numpy().tolist() for key, value in x.items()} == {"a": [0, 1, 2, 0], "b": [0, 2, 4, 0]}
    assert y.numpy().tolist() == [[0, 0], [3, 4], [6, 8], [0, 0]]


def test_serving_gives_the_model_the_same_form_without_a_target():
    image = tf.zeros((2, 2, 3, 1))
    assert serve([Batch(["image"], 4)], {"image": image}) is image
    assert set(serve([Batch(["a", "b"], 4)], {"a": image, "b": image, "c": image})) == {"a", "b"}


def test_a_key_that_no_example_has_is_told():
    with pytest.raises(ConfigError, match=r"reads file, image, label, target|which no example has there.*picture"):
        batches(3, inputs=["picture"])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"inputs": []}, r"at least one key\. Received: inputs=\[\]"),
        ({"inputs": ["image"], "batch_size": 0}, "Received: batch_size=0"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        Batch(**options)


def test_an_empty_split_gives_no_batches():
    assert list(apply([Batch(["image"])], images(1).take(0), split="test", seed=0)) == []


def test_what_is_not_trained_on_may_come_in_larger_batches(examples):
    stage = Batch(["x"], batch_size=2, evaluation_batch_size=4)
    ds = examples(x=[1.0, 2.0, 3.0, 4.0, 5.0], label=range(5))
    sizes = {split: [len(x) for x, _, _ in stage(ds, split=split, seed=0)] for split in ("train", "validation")}
    assert sizes == {"train": [2, 2, 2], "validation": [4, 4]}
    *_, (x, _, weights) = stage(ds, split="validation", seed=0)
    assert (x.numpy().tolist(), weights.numpy().tolist()) == ([5, 5, 5, 5], [1, 0, 0, 0])
    with pytest.raises(ValueError, match="Received: evaluation_batch_size=0"):
        Batch(["x"], evaluation_batch_size=0)
