"""BucketBatch against plain Python: shapes, weights, masks, and that no example is lost or doubled."""

from __future__ import annotations

import random

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.bucket_batch import BucketBatch


def batches(ds, split="train", **options):
    return list(BucketBatch(**options)(ds, split=split, seed=0))


@pytest.mark.parametrize(
    ("batch_size", "boundaries", "lengths"),
    [
        (4, [3, 6, 10], [random.Random(place).randrange(1, 11) for place in range(97)]),
        (5, [3, 6, 10], [3, 6, 10, 4, 7, 1] * 5),  # on a boundary, one past it, the shortest
        (64, [16], [9] * 64),  # one full batch
        (64, [16], [9]),  # one example
        (1, [2, 4], [1, 2, 3, 4]),
        (3, [5], [0, 5, 0, 1]),
    ],
)
def test_every_example_comes_once_in_its_bucket(sequences, batch_size, boundaries, lengths):
    seen = {}
    shapes = []
    for x, y, weight in batches(sequences(lengths), batch_size=batch_size, boundaries=boundaries):
        assert set(x) == {"token_ids", "segment_ids", "padding_mask"}
        assert {value.dtype for value in x.values()} == {tf.int32}
        shapes.append(tuple(x["token_ids"].shape))
        assert {tuple(value.shape) for value in x.values()} == {shapes[-1]}
        assert y.shape == weight.shape == (batch_size,)
        for row in range(batch_size):
            tokens, segments, mask = (x[key][row].numpy() for key in ("token_ids", "segment_ids", "padding_mask"))
            if weight[row] == 0:
                assert not tokens.any()
                assert not mask.any()
                continue
            assert weight[row] == 1
            length = int(mask.sum())
            assert mask.tolist() == [1] * length + [0] * (len(mask) - length)
            assert not tokens[length:].any()
            assert not segments[length:].any()
            assert int(y[row]) not in seen
            seen[int(y[row])] = (tokens[:length].tolist(), segments[:length].tolist())
            assert len(mask) == min(boundary for boundary in boundaries if boundary >= length)
    expected = [(e["token_ids"].numpy().tolist(), e["segment_ids"].numpy().tolist()) for e in sequences(lengths)]
    assert [seen[place] for place in range(len(lengths))] == expected
    buckets = [min(boundary for boundary in boundaries if boundary >= length) for length in lengths]
    counted = {boundary: -(-buckets.count(boundary) // batch_size) for boundary in boundaries}
    assert sorted(shapes) == sorted((batch_size, b) for b, count in counted.items() for _ in range(count))


def test_the_element_spec_has_a_fixed_number_of_rows(sequences):
    x, y, weight = BucketBatch(batch_size=4)(sequences([3]), split="train", seed=0).element_spec
    assert {key: spec.shape.as_list() for key, spec in x.items()} == {key: [4, None] for key in x}
    assert (y, weight) == (tf.TensorSpec([4], tf.int32), tf.TensorSpec([4], tf.float32))


def test_other_keys_other_sequences_and_targets_that_are_vectors():
    columns = {
        "ids": tf.ragged.constant([[5], [6, 7], [8, 9, 1]], dtype=tf.int64),
        "scores": tf.ragged.constant([[-1.0], [0.5, -1.0], [1.0, 2.0, 3.0]]),
        "y": [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]],
        "name": ["longer than any boundary", "b", "c"],
    }
    ds = tf.data.Dataset.from_tensor_slices(columns)
    ds = ds.map(lambda e: {key: tf.convert_to_tensor(value) for key, value in e.items()})
    ((x, y, weight),) = batches(ds, batch_size=4, boundaries=[3], sequences=["ids", "scores"], target="y")
    assert x["ids"].numpy().tolist() == [[5, 0, 0], [6, 7, 0], [8, 9, 1], [0, 0, 0]]
    assert x["scores"].numpy().tolist() == [[-1, 0, 0], [0.5, -1, 0], [1, 2, 3], [0, 0, 0]]
    assert x["padding_mask"].numpy().tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1], [0, 0, 0]]
    assert y.numpy().tolist() == [[1, 2], [3, 4], [5, 6], [0, 0]]
    assert weight.numpy().tolist() == [1, 1, 1, 0]


@pytest.mark.parametrize("split", ["train", "validation"])
def test_an_example_longer_than_the_last_boundary_is_told_before_training(sequences, split):
    with pytest.raises(
        ConfigError,
        match=rf"bucket_batch: the {split} split has 2 too long for the last boundary, the longest of 11 tokens\. "
        r"Add a boundary of 11 or more .*Received: boundaries=\[4, 9\]$",
    ) as error:
        batches(sequences([3, 9, 10, 11, 4]), split, batch_size=2, boundaries=[4, 9])
    assert "\n" not in str(error.value)


def test_a_split_is_measured_once_and_again_for_other_data(sequences):
    stage = BucketBatch(batch_size=2, boundaries=[4])
    measured = []

    def watched(lengths):
        def values():
            measured.append(len(lengths))
            yield from sequences(lengths)

        return tf.data.Dataset.from_generator(values, output_signature=sequences(lengths).element_spec)

    for _ in range(3):
        stage(watched([1, 2]), split="train", seed=0)
    assert measured == [2]
    stage.bind(None)
    with pytest.raises(ConfigError):
        stage(watched([1, 5]), split="train", seed=0)


def test_serving_pads_to_the_longest_and_agrees_with_training_up_to_padding(sequences):
    lengths = [3, 1, 5, 2]
    ds = sequences(lengths)
    ((x, _, _),) = batches(ds, batch_size=4, boundaries=[8])
    served = serve(
        [BucketBatch(batch_size=2, boundaries=[8])],
        {
            key: tf.ragged.constant([example[key].numpy().tolist() for example in ds], dtype=tf.int32)
            for key in ("token_ids", "segment_ids")
        },
    )
    assert set(served) == set(x)
    for key, value in served.items():
        assert value.shape == (4, 5)
        assert value.dtype == x[key].dtype
        np.testing.assert_array_equal(value, x[key][:, :5])
        assert not x[key][:, 5:].numpy().any()


def test_batches_are_the_same_each_time_and_keep_the_order_inside_a_bucket(sequences):
    ds = sequences([random.Random(place).randrange(1, 11) for place in range(61)])
    first, second = (batches(ds, batch_size=4, boundaries=[5, 10]) for _ in range(2))
    assert [y.numpy().tolist() for _, y, _ in first] == [y.numpy().tolist() for _, y, _ in second]
    for boundary, low in {5: 0, 10: 5}.items():
        given = [e["label"] for e in ds.as_numpy_iterator() if low < len(e["token_ids"]) <= boundary]
        rows = [(y, weight) for x, y, weight in first if x["token_ids"].shape[1] == boundary]
        assert [int(label) for y, weight in rows for label in y[weight == 1]] == given


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"batch_size": 0}, "Received: batch_size=0"),
        ({"boundaries": []}, r"Received: boundaries=\[\]"),
        ({"boundaries": [4, 4]}, r"must increase. Received: boundaries=\[4, 4\]"),
        ({"boundaries": [8, 4]}, r"Received: boundaries=\[8, 4\]"),
    ],
)
def test_impossible_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        BucketBatch(**options)


def test_an_empty_split_gives_no_batches(sequences):
    assert list(apply([BucketBatch()], sequences([1]).take(0), split="test", seed=0)) == []
