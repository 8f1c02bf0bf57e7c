"""`check_stage` passes correct stages, and each of its properties fails for a stage that lacks it."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.stages.base.random_stage import Augmentation
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.base.transforms import Transform
from tfd2l.testing import check_stage

X = np.arange(10, dtype=np.float32).reshape(5, 2)
PROPERTIES = ("elements", "facts", "deterministic", "seed", "graph", "serve", "rows")
NUMBER = itertools.count()


class Double(Transform):
    """Doubles x."""

    reads = ("x",)

    def transform(self, examples):
        return {**examples, "x": examples["x"] * 2}


class Wrong(Double):
    def __call__(self, ds, *, split, seed):
        return super().__call__(ds, split=split, seed=seed).map(lambda one: {"x": one["x"] + 0.25})


class Miscounted(Double):
    def __call__(self, ds, *, split, seed):
        return super().__call__(ds, split=split, seed=seed).apply(tf.data.experimental.assert_cardinality(7))


class Nothing(Double):
    def __call__(self, ds, *, split, seed):
        return ds.filter(lambda one: False)


class PromisesFacts(Double):
    provides = (str,)


class Unlike(Double):
    """Each object of it computes with a number of its own."""

    def __init__(self):
        self.number = float(next(NUMBER))

    def transform(self, examples):
        return {"x": examples["x"] + self.number}


class LooksAtSeed(Double):
    def __call__(self, ds, *, split, seed):
        return ds.map(lambda one: {"x": one["x"] + seed})


class IgnoresSeed(Double):
    varies = True


class InPython(Double):
    def transform(self, examples):
        return {"x": tf.ensure_shape(tf.numpy_function(lambda x: x * 2, [examples["x"]], tf.float32), [None, 2])}


class ServesInPython(Double):
    def serve(self, examples):
        return {"x": tf.ensure_shape(tf.py_function(lambda x: x * 2, [examples["x"]], tf.float32), [None, 2])}


class ServesOtherwise(Double):
    def serve(self, examples):
        return {"x": examples["x"] * 2.5}


class ServesOtherKeys(Double):
    def serve(self, examples):
        return {"y": examples["x"] * 2}


class Repeats(Double):
    def __call__(self, ds, *, split, seed):
        return ds.repeat(2)


class Centres(Double):
    """Takes the mean of whatever is beside an example."""

    def transform(self, examples):
        return {"x": examples["x"] - tf.reduce_mean(examples["x"], 0)}


class CentresServed(Double):
    def serve(self, examples):
        return {"x": examples["x"] * 2 + tf.cast(tf.shape(examples["x"])[0] - 1, tf.float32)}


class Noise(Augmentation):
    reads = ("x",)

    def draw(self, example, seed):
        return {"x": example["x"] + tf.random.stateless_normal([2], seed)}


class Pads(Stage):
    """Batches `(x, y, weights)`: padded to the longest of a batch."""

    def __call__(self, ds, *, split, seed):
        return ds.padded_batch(3).map(lambda batch: (batch["ids"], batch["label"], tf.ones_like(batch["label"])))

    def serve(self, examples):
        return examples["ids"].to_tensor()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Miscounted, "'elements'"),
        (Nothing, "'elements': it yields no element for 5 examples"),
        (PromisesFacts, r"'facts': .* lack a fact that it provides\. Received: \['str'\]"),
        (Unlike, "'deterministic': made and fitted alike, it differs: element"),
        (
            LooksAtSeed,
            r"'seed': it does not vary, but differs with another seed: element\[0\]\['x'\] differs by up to 1",
        ),
        (IgnoresSeed, "'seed': it varies, but yields the same elements"),
        (InPython, "'graph': its tf.data calls Python for every example"),
        (ServesInPython, "'graph': serving it calls Python"),
        (Wrong, r"'serve': served, example 0 differs from training: x\['x'\] differs by up to 0\.25, at index \(0,\)"),
        (ServesOtherwise, "'serve': served, example 0 differs"),
        (ServesOtherKeys, r"served it has the keys \['y'\], in training \['x'\]"),
        (Repeats, "yields 2 elements for example 0 alone"),
        (Centres, "'rows': served in a batch, example 0 differs from alone"),
        (CentresServed, "'rows': served in a batch, example 0 differs from alone: .* by up to 4"),
    ],
)
def test_a_stage_without_a_property_fails(make, message):
    with pytest.raises(AssertionError, match=f"{make.__name__} fails check_stage.*{message}"):
        check_stage(make, {"x": X})


def test_correct_stages_have_every_property():
    assert check_stage(Double, {"x": X, "label": range(5)}) == PROPERTIES
    assert check_stage(Noise, {"x": X}) == PROPERTIES[:5]
    ids = tf.ragged.constant([[1, 2], [3], [4, 5, 6]], dtype=tf.int32)
    ds = tf.data.Dataset.from_tensor_slices({"ids": ids, "label": [0, 1, 0]})
    ds = ds.map(lambda one: {**one, "ids": tf.convert_to_tensor(one["ids"])})
    assert check_stage(Pads, ds, inputs=["ids"]) == PROPERTIES


def test_what_a_stage_computes_of_neighbours_in_tf_data_is_seen():
    class CentresTrained(Double):
        """Serves alone what it computes alone, but in tf.data it looks at its neighbours."""

        def __call__(self, ds, *, split, seed):
            mean = ds.map(lambda one: one["x"]).reduce(tf.zeros(2), lambda a, b: a + b)
            return ds.map(lambda one: {"x": one["x"] - mean})

        def serve(self, examples):
            return {"x": examples["x"] * 0}

    with pytest.raises(AssertionError, match=r"'rows': in tf\.data, example 0 of 5 differs from alone"):
        check_stage(CentresTrained, {"x": X})
