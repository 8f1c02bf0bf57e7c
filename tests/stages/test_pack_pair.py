"""PackPair against the book's loop."""

from __future__ import annotations

import itertools
import random

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.pack_pair import PackPair

INFO = DataInfo(
    inputs=("premise", "hypothesis"),
    example_spec={},
    sizes={},
    source="a test",
    fingerprint="0",
    facts=(Vocabulary(("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")),),
)
CLS, SEP = 2, 3


def book(premise, hypothesis, max_length):
    """Section 15.7: `SNLIBERTDataset._truncate_pair_of_tokens`, then `get_tokens_and_segments`."""
    premise, hypothesis = list(premise), list(hypothesis)
    while len(premise) + len(hypothesis) > max_length - 3:
        if len(premise) > len(hypothesis):
            premise.pop()
        else:
            hypothesis.pop()
    tokens = [CLS, *premise, SEP, *hypothesis, SEP]
    return tokens, [0] * (len(premise) + 2) + [1] * (len(hypothesis) + 1)


def packed(pairs, max_length, **keys):
    stage = PackPair(max_length=max_length, **keys)
    stage.bind(INFO)
    first, second = (tf.ragged.constant(list(side), ragged_rank=1, dtype=tf.int32) for side in zip(*pairs, strict=True))
    after = stage.transform({stage.first: first, stage.second: second, "label": tf.range(len(pairs))})
    assert after["label"].numpy().tolist() == list(range(len(pairs)))
    assert set(after) == {"label", "token_ids", "segment_ids", "is_cut"}
    assert after["token_ids"].dtype == after["segment_ids"].dtype == tf.int32
    return list(zip(after["token_ids"].to_list(), after["segment_ids"].to_list(), strict=True))


def pair(first, second):
    return list(range(10, 10 + first)), list(range(1000, 1000 + second))


@pytest.mark.parametrize("max_length", [4, 5, 8, 13, 128])
def test_a_few_hundred_pairs_are_packed_as_the_book_does(max_length):
    generator = random.Random(max_length)
    near = {max(0, max_length // 2 + step) for step in (-3, -2, -1, 0, 1, 2)} | {0, 1, max_length - 3, max_length, 200}
    lengths = list(itertools.product(near, near))
    lengths += [(generator.randrange(200), generator.randrange(200)) for _ in range(200)]
    lengths += [(generator.randrange(8), generator.randrange(8)) for _ in range(100)]
    pairs = [pair(*both) for both in lengths]
    assert packed(pairs, max_length) == [book(*both, max_length) for both in pairs]


@pytest.mark.parametrize("both", [(0, 0), (0, 9), (9, 0), (9, 9)])
def test_a_pair_alone_in_its_batch(both):
    assert packed([pair(*both)], 8) == [book(*pair(*both), 8)]


def test_other_keys_and_long_row_splits():
    assert packed([pair(3, 4)], 9, first="question", second="context") == [book(*pair(3, 4), 9)]
    stage = PackPair()
    stage.bind(INFO)
    first = tf.RaggedTensor.from_row_splits(tf.constant([7, 8]), tf.constant([0, 2], tf.int64))
    second = tf.RaggedTensor.from_row_splits(tf.constant([9]), tf.constant([0, 1], tf.int64))
    assert stage.transform({"premise": first, "hypothesis": second})["token_ids"].to_list() == [[2, 7, 8, 3, 9, 3]]


def test_it_wants_a_vocabulary_with_its_special_tokens():
    with pytest.raises(
        ConfigError, match=r"put a tokenizing stage before it\. Received.*of 0 tokens without \[CLS\], \[SEP\]"
    ):
        PackPair().bind(INFO.with_fact(Vocabulary(())))
    with pytest.raises(ConfigError, match=r"of 2 tokens without \[SEP\]$"):
        PackPair().bind(INFO.with_fact(Vocabulary(("a", "[CLS]"))))


def test_a_length_without_room_for_a_token_is_refused():
    with pytest.raises(ValueError, match="Received: 3"):
        PackPair(max_length=3)
