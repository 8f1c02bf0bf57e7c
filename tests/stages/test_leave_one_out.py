"""LeaveOneOut against a transcription that deletes the example's own place."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.stages.leave_one_out import LeaveOneOut

X = [0.5, 1.0, 1.0, 2.0, 1.0]
Y = [3.0, 4.0, 5.0, 6.0, 4.0]  # the second and the last example are the same


@pytest.fixture
def fitted(examples):
    train = examples(x=X, y=Y)
    stage = LeaveOneOut()
    stage.fit(train)
    return stage, train


def test_in_training_an_example_sees_all_the_others(fitted):
    stage, train = fitted
    seen = list(stage(train, split="train", seed=0).as_numpy_iterator())
    assert len(seen) == int(stage(train, split="train", seed=0).cardinality()) == 5
    for place, row in enumerate(seen):
        assert (row["x"], row["y"], row["queries"]) == (X[place], Y[place], X[place])
        others = np.delete(np.stack([X, Y], axis=1), place, axis=0)
        got = np.stack([row["keys"], row["values"]], axis=1)
        assert sorted(map(tuple, got)) == sorted(map(tuple, others))


def test_the_order_of_the_examples_does_not_matter(fitted, examples):
    stage, train = fitted
    by_example = {
        (r["x"], r["y"]): r["values"].tolist() for r in stage(train, split="train", seed=0).as_numpy_iterator()
    }
    turned = stage(examples(x=X[::-1], y=Y[::-1]), split="train", seed=0)
    for row in turned.as_numpy_iterator():
        assert row["values"].tolist() == by_example[row["x"], row["y"]]


@pytest.mark.parametrize("split", ["validation", "test"])
def test_elsewhere_it_sees_them_all(fitted, examples, split):
    stage, _ = fitted
    (row,) = stage(examples(x=[1.0], y=[9.0]), split=split, seed=0).as_numpy_iterator()
    assert (row["keys"].tolist(), row["values"].tolist(), row["queries"]) == (X, Y, 1.0)


def test_served_it_needs_no_value(fitted):
    stage, _ = fitted
    run = tf.function(stage.serve, input_signature=[{"x": tf.TensorSpec([None])}])
    served = run({"x": tf.constant([7.0, 8.0])})
    assert served["queries"].numpy().tolist() == [7, 8]
    assert served["keys"].numpy().tolist() == [X, X]
    assert served["values"].numpy().tolist() == [Y, Y]


def test_shapes_are_static(fitted):
    stage, train = fitted
    spec = stage(train, split="train", seed=0).element_spec
    assert (spec["queries"].shape, spec["keys"].shape, spec["values"].shape) == ([], [4], [4])
    assert stage(train, split="test", seed=0).element_spec["keys"].shape == [5]


def test_many_examples_are_more_than_a_chunk(examples):
    x = np.arange(1500, dtype=np.float32)
    stage = LeaveOneOut()
    stage.fit(examples(x=x, y=x))
    rows = list(stage(examples(x=x, y=x), split="train", seed=0).as_numpy_iterator())
    assert all(row["x"] not in row["keys"] and len(row["keys"]) == 1499 for row in rows)


def test_mistakes_are_told(fitted, examples):
    stage, _ = fitted
    with pytest.raises(tf.errors.InvalidArgumentError, match="that was not there in fit"):
        list(stage(examples(x=[1.0], y=[9.0]), split="train", seed=0))
    with pytest.raises(ValueError, match=r"two training examples or more\. Received: 1"):
        LeaveOneOut().fit(examples(x=[1.0], y=[1.0]))
