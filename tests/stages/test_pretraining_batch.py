"""Batches to pretrain on: their shapes, what they are made of, anew each epoch and the same again, and served texts."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.pipelines.experiment.prepare import prepare
from tfd2l.stages.base.stage import Stage
from tfd2l.stages.pretraining_batch import PretrainingBatch
from tfd2l.text.wordpiece import SPECIAL_TOKENS
from tfd2l.training.settings import TrainerSettings

PAD, UNKNOWN, CLS, SEP, MASK = range(5)
FIRST_WORD = 5
NUMBER = 400  # sentences, each of words that no other has


class Tokenizer(Stage):
    """Stands for a tokenizing stage."""

    def __init__(self, size):
        self.size = size

    def __call__(self, ds, *, split, seed):
        return ds

    def bind(self, info):
        words = tuple(f"w{number}" for number in range(self.size))
        return info.with_fact(Vocabulary((*SPECIAL_TOKENS, *words)))


@pytest.fixture(scope="module")
def sentences():
    """Sentence i is the words 100 i, 100 i + 1, ...; a paragraph begins at every fourth."""
    rng = np.random.default_rng(0)
    lengths = rng.integers(2, 12, NUMBER)
    rows = [(FIRST_WORD + 100 * i + np.arange(length)).tolist() for i, length in enumerate(lengths)]
    ds = tf.data.Dataset.from_tensor_slices(
        {"text": tf.ragged.constant(rows, tf.int32), "begins": np.arange(NUMBER) % 4 == 0}
    )
    return rows, ds.map(lambda e: {**e, "text": tf.convert_to_tensor(e["text"])})


def batches(sentences, seed=0, **options):
    _, ds = sentences
    info = dataclasses.replace(NO_DATA, inputs=("text",), sizes={"train": NUMBER})
    stages = [Tokenizer(100 * NUMBER), PretrainingBatch(**{"batch_size": 32, "max_length": 24, **options})]
    return prepare({"train": ds, "validation": ds}, info, stages, TrainerSettings(), seed)


@pytest.fixture(scope="module")
def plain(sentences):
    return batches(sentences)


@pytest.fixture(scope="module")
def bucketed(sentences):
    return batches(sentences, boundaries=[12, 16, 24])


def rows_of(ds):
    """Every example of every batch, without what fills up."""
    found = []
    for x, y, weights in ds:
        values = {**x, **y}
        found += [{k: v[i].numpy() for k, v in values.items()} for i in np.flatnonzero(weights.numpy())]
    return found


def unmasked(row):
    ids = row["token_ids"].copy()
    real = row["masked_weights"] > 0
    ids[row["masked_positions"][real]] = row["masked_ids"][real]
    return ids[row["padding_mask"] > 0]


def test_shapes_are_known_beforehand(plain):
    x, y, weights = plain.info.batch_spec
    assert {k: tuple(v.shape) for k, v in x.items()} == {
        **dict.fromkeys(("token_ids", "segment_ids", "padding_mask"), (32, 24)),
        "masked_positions": (32, 4),
    }
    assert {k: tuple(v.shape) for k, v in y.items()} == {
        **dict.fromkeys(("masked_ids", "masked_weights"), (32, 4)),
        "is_next": (32,),
    }
    assert tuple(weights.shape) == (32,)


def test_pairs_are_sentences_with_masks(sentences, plain):
    rows, _ = sentences
    seen = []
    for row in rows_of(plain.train(0)):
        ids = unmasked(row)
        (first_sep, last) = np.flatnonzero(ids == SEP)
        assert (ids[0], last) == (CLS, len(ids) - 1)
        first, second = ids[1:first_sep], ids[first_sep + 1 : last]
        a, b = (first[0] - FIRST_WORD) // 100, (second[0] - FIRST_WORD) // 100
        assert first.tolist() == rows[a][: len(first)]
        assert second.tolist() == rows[b][: len(second)]
        assert (row["is_next"] == 1) == (b == a + 1)
        segments = row["segment_ids"][: len(ids)]
        assert segments.tolist() == [0] * (first_sep + 1) + [1] * (last - first_sep)
        assert (row["masked_weights"] > 0).sum() == min(max(1, round(0.15 * len(ids))), 4)
        seen.append(a)
    assert sorted(seen) == [i for i in range(NUMBER) if i % 4 != 3]


def test_weights_of_masks_make_their_mean_the_batchs(bucketed):
    for x, y, weights in bucketed.train(0):
        masks = y["masked_weights"].numpy()
        assert masks.sum() == pytest.approx(weights.numpy().sum())
        assert np.ptp(masks[masks > 0]) < 1e-6
        assert (masks[weights.numpy() == 0] == 0).all()
        assert x["token_ids"].shape[1] in (12, 16, 24)
        assert x["masked_positions"].shape[1] == max(1, round(0.15 * x["token_ids"].shape[1]))


def test_buckets_change_nothing_but_padding(plain, bucketed):
    pairs = [sorted(tuple(unmasked(row)) for row in rows_of(made.train(0))) for made in (plain, bucketed)]
    assert pairs[0] == pairs[1]


def test_each_epoch_is_new_and_the_same_again(sentences, bucketed):
    made = bucketed
    assert made.steps_per_epoch == 10  # 300 pairs, 32 a batch
    epochs = [rows_of(made.train(epoch)) for epoch in (0, 1, 1)]
    again = rows_of(batches(sentences, boundaries=[12, 16, 24]).train(1))

    def flat(rows):
        return [{k: v.tolist() for k, v in row.items()} for row in rows]

    assert flat(epochs[1]) == flat(epochs[2]) == flat(again)
    pairs = [{tuple(unmasked(row).tolist()) for row in rows} for rows in epochs[:2]]
    assert 0.2 < len(pairs[0] & pairs[1]) / len(pairs[0]) < 0.35  # half real in each, a quarter in both
    assert len(list(made.train(2))) == 10


def test_evaluation_is_the_same_every_time(plain):
    validation = plain.evaluation["validation"]
    first, second = ([x["token_ids"].numpy().tolist() for x, _, _ in validation] for _ in range(2))
    assert first == second


def test_a_small_pool_draws_from_nearby(sentences):
    far = []
    for row in rows_of(batches(sentences, pool=40).train(0)):
        ids = unmasked(row)
        a, b = ((ids[place] - FIRST_WORD) // 100 for place in (1, np.flatnonzero(ids == SEP)[0] + 1))
        far.append(abs(a - b))
    assert max(far) < 40


def test_a_served_text_is_packed_and_its_masks_are_found():
    stage = PretrainingBatch(max_length=10)
    stage.bind(Tokenizer(50).bind(NO_DATA))
    texts = tf.ragged.constant([[7, MASK, 9], [MASK, 7, SEP, 8, MASK], [], list(range(20, 40))], tf.int32)
    x = {key: value.numpy().tolist() for key, value in stage.serve({"text": texts}).items()}
    assert x["token_ids"] == [
        [CLS, 7, MASK, 9, SEP, *[PAD] * 5],
        [CLS, MASK, 7, SEP, 8, MASK, SEP, *[PAD] * 3],
        [CLS, SEP, *[PAD] * 8],
        [CLS, *range(20, 28), SEP],
    ]
    assert x["segment_ids"] == [[0] * 10, [0, 0, 0, 0, 1, 1, 1, 0, 0, 0], [0] * 10, [0] * 10]
    assert [sum(row) for row in x["padding_mask"]] == [5, 7, 2, 10]
    assert x["masked_positions"] == [[2, 0], [1, 5], [0, 0], [0, 0]]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"batch_size": 0}, r"batch_size must be at least 1\. Received: batch_size=0"),
        ({"share": 1.0}, r"share must be in \(0, 1\)\. Received: share=1\.0"),
        ({"boundaries": [16, 12, 64]}, r"increase up to max_length=64\. Received: boundaries=\[16, 12, 64\]"),
        ({"boundaries": [16, 32]}, r"up to max_length=64"),
        ({"max_length": 3}, r"max_length holds 3 special tokens"),
    ],
)
def test_options_out_of_range_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        PretrainingBatch(**options)


def test_a_vocabulary_without_special_tokens_is_refused():
    with pytest.raises(ConfigError, match=r"needs \[PAD\].*Received: a vocabulary of 1 tokens without \[CLS\]"):
        PretrainingBatch().bind(NO_DATA.with_fact(Vocabulary(("[PAD]",))))
