"""What every stage can rely on: order, fusion, serving, and who is left out when."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base import stage as module
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.base.transforms import Transform
from tfd2l.stages.batch import Batch
from tfd2l.stages.bucket_batch import BucketBatch
from tfd2l.stages.cache import Cache
from tfd2l.stages.clean_text import CleanText
from tfd2l.stages.flip import Flip
from tfd2l.stages.prefetch import Prefetch


class Append(Transform):
    """Add a mark to the text."""

    def __init__(self, mark):
        self.mark = mark

    def transform(self, examples):
        return {**examples, "text": examples["text"] + self.mark}


class Augment(Append):
    """The same, but only to train on."""

    applies_to = "train"


class Words(Transform):
    """Split into words: ragged."""

    def transform(self, examples):
        return {**examples, "text": tf.strings.split(examples["text"])}


class Count(Transform):
    """How many words."""

    def transform(self, examples):
        return {**examples, "count": tf.cast(examples["text"].row_lengths(), tf.int32)}


class Longer(Stage):
    """Keep texts of more than so many characters."""

    def __init__(self, characters):
        self.characters = characters

    def __call__(self, ds, *, split, seed):
        return ds.filter(lambda example: tf.strings.length(example["text"]) > self.characters)


def texts(ds):
    return [example["text"].decode() for example in ds.as_numpy_iterator()]


def test_stages_run_in_order(examples):
    ds = apply([Append("a"), Longer(2), Append("b")], examples(text=["x", "yy"]), split="test", seed=0)
    assert texts(ds) == ["yyab"]


def test_neighbouring_transforms_together_give_what_they_give_one_by_one(examples, plain):
    row = [CleanText(["text"]), Append(" a"), Append(" b"), Words()]
    given = examples(text=["(X)", "", "Y  y"], label=[0, 1, 2])
    one_by_one = given
    for stage in row:
        one_by_one = stage(one_by_one, split="train", seed=0)
    together = apply(row, given, split="train", seed=0)
    assert plain(together) == plain(one_by_one)
    assert plain(together)[2] == {"text": [b"y", b"y", b"a", b"b"], "label": 2}
    assert together.element_spec == one_by_one.element_spec


def test_serving_and_tf_data_compute_the_same(examples):
    row = [CleanText(["text"]), Augment("!"), Append(" a"), Cache(), Words(), Prefetch()]
    given = ["(X)", "", "Y  y"]
    served = serve(row, {"text": tf.constant(given)})["text"].to_list()
    assert served == [[b"x", b"a"], [b"a"], [b"y", b"y", b"a"]]
    through = apply(row, examples(text=given), split="test", seed=0)
    assert [one["text"].tolist() for one in through.as_numpy_iterator()] == served


@pytest.mark.parametrize(("split", "expected"), [("train", ["x1!2"]), ("validation", ["x12"]), ("test", ["x12"])])
def test_what_is_for_training_alone_is_left_out_elsewhere(examples, split, expected):
    ds = apply([Append("1"), Augment("!"), Append("2")], examples(text=["x"]), split=split, seed=0)
    assert texts(ds) == expected


@pytest.mark.parametrize("count", [0, 1, module.TRANSFORM_CHUNK, module.TRANSFORM_CHUNK + 1])
def test_cardinality_and_order_are_kept_over_chunks(count):
    given = tf.data.Dataset.range(count).map(lambda number: {"text": tf.strings.as_string(number)})
    ds = apply([Append("!")], given, split="train", seed=0)
    assert int(ds.cardinality()) == count
    assert texts(ds) == [f"{number}!" for number in range(count)]


def test_an_unknown_cardinality_stays_unknown(examples):
    ds = apply([Longer(1), Append("!")], examples(text=["x", "yy"]), split="train", seed=0)
    assert ds.cardinality() == tf.data.UNKNOWN_CARDINALITY
    assert texts(ds) == ["yy!"]


def test_ragged_values_of_one_example_are_plain_vectors(examples):
    ds = apply([Words()], examples(text=["a b", "", "c"]), split="train", seed=0)
    assert ds.element_spec == {"text": tf.TensorSpec([None], tf.string)}
    assert [one["text"].tolist() for one in ds.as_numpy_iterator()] == [[b"a", b"b"], [], [b"c"]]


def test_a_transform_can_follow_a_cache_of_vectors_of_several_lengths(examples):
    row = [Words(), Cache(), Count()]
    given = ["a b", "", "c d e"]
    ds = apply(row, examples(text=given), split="train", seed=0)
    through = list(ds.as_numpy_iterator())
    assert [one["count"] for one in through] == [2, 0, 3]
    assert [one["text"].tolist() for one in through] == [[b"a", b"b"], [], [b"c", b"d", b"e"]]
    assert serve(row, {"text": tf.constant(given)})["count"].numpy().tolist() == [2, 0, 3]


def test_prefetch_changes_nothing(examples):
    for options in ({}, {"buffer_size": 1}):
        assert texts(apply([Prefetch(**options)], examples(text=["x", "y"]), split="test", seed=0)) == ["x", "y"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([CleanText(["tekst"])], r"CleanText\(\['tekst'\]\) reads tekst.*Did you mean 'text'.*has: label, text"),
        ([Words(), CleanText(["hypothesis"])], "reads hypothesis.*has: label, text"),
        ([BucketBatch(sequences=["text"], target="class")], "reads class.*has: label, text"),
    ],
)
def test_a_key_that_no_example_has_is_named(examples, row, said):
    with pytest.raises(ConfigError, match=f"^stages: .*{said}"):
        apply(row, examples(text=["x"], label=[1]), split="train", seed=0)


@pytest.mark.parametrize("late", [CleanText(["text"]), Flip(0.5), Batch(["length"], 2, "label")])
def test_what_reads_names_stands_before_the_batch(examples, late):
    row = [Batch(["length"], 2, "label"), late]
    with pytest.raises(ConfigError, match=r"^stages: \w+\(.*\) reads .*put it before that\. Received: 3 tensors"):
        apply(row, examples(length=[1, 2], label=[1, 0]), split="train", seed=0)


def test_a_stage_says_what_it_was_made_with():
    assert repr(CleanText(["text"], lower=False)) == "CleanText(['text'], lower=False)"
    assert repr(Prefetch()) == "Prefetch()"


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (lambda: Stage()(None, split="train", seed=0), "Stage does not say what it does to a dataset"),
        (lambda: Transform().transform({}), "Transform does not say what it computes"),
    ],
)
def test_a_stage_without_its_method_says_so(use, message):
    with pytest.raises(NotImplementedError, match=message):
        use()
