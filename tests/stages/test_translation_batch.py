"""TranslationBatch against the book's own arrays."""

from __future__ import annotations

import random

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import serve
from tfd2l.stages.translation_batch import TranslationBatch
from tfd2l.text.vocabulary import RESERVED

UNK, PAD, BOS, EOS = range(4)
INFO = NO_DATA.with_fact(Vocabulary((*RESERVED, "a"))).with_fact(TargetVocabulary((*RESERVED, "b")))


def book(lines, num_steps):
    """Section 9.5: `build_array_nmt` with `truncate_pad`."""
    rows = [[*line, EOS][:num_steps] for line in lines]
    array = np.array([row + [PAD] * (num_steps - len(row)) for row in rows])
    return array, (array != PAD).sum(1)


def stage(info=INFO, **options):
    made = TranslationBatch(**options)
    made.bind(info)
    return made


def sentences(lengths, seed):
    rng = random.Random(seed)
    return [[rng.randrange(4, 90) for _ in range(length)] for length in lengths]


def dataset(source, target):
    columns = {"source": source, "target": target}
    ragged = {key: tf.ragged.constant(rows, ragged_rank=1, dtype=tf.int32) for key, rows in columns.items()}
    ds = tf.data.Dataset.from_tensor_slices(ragged)
    return ds.map(lambda e: {key: tf.convert_to_tensor(value) for key, value in e.items()})


@pytest.mark.parametrize(("rows", "batch_size", "num_steps"), [(23, 5, 10), (8, 4, 6), (3, 64, 3), (1, 1, 1)])
def test_batches_hold_the_books_arrays(rows, batch_size, num_steps):
    lengths = [random.Random(number).randrange(0, 2 * num_steps) for number in range(2 * rows)]
    source, target = sentences(lengths[:rows], 1), sentences(lengths[rows:], 2)
    made = stage(batch_size=batch_size, num_steps=num_steps)
    batches = list(made(dataset(source, target), split="train", seed=0))
    assert len(batches) == -(-rows // batch_size)
    for x, y, weight in batches:
        assert {key: tuple(value.shape) for key, value in x.items()} == {
            "source_ids": (batch_size, num_steps),
            "source_lengths": (batch_size,),
            "target_in_ids": (batch_size, num_steps),
        }
        assert y.shape == weight.shape == (batch_size, num_steps)
        assert {value.dtype for value in (*x.values(), y)} == {tf.int32}
        assert weight.dtype == tf.float32
    x = {key: np.concatenate([batch[0][key] for batch in batches]) for key in batches[0][0]}
    y, weight = (np.concatenate([batch[part] for batch in batches]) for part in (1, 2))
    for array, expected in zip(
        (x["source_ids"][:rows], x["source_lengths"][:rows]), book(source, num_steps), strict=True
    ):
        np.testing.assert_array_equal(array, expected)
    ids, valid = book(target, num_steps)
    np.testing.assert_array_equal(y[:rows], ids)
    np.testing.assert_array_equal(x["target_in_ids"][:rows], np.concatenate([np.full((rows, 1), BOS), ids[:, :-1]], 1))
    np.testing.assert_array_equal(weight[:rows], np.arange(num_steps) < valid[:, None])
    assert not weight[rows:].any()
    assert (x["source_lengths"] > 0).all()  # rows that fill up are sentences too: attention needs something to look at


def test_a_sentence_that_is_cut_has_no_end():
    (x, y, weight) = next(iter(stage(batch_size=1, num_steps=3)(dataset([[7, 8, 9]], [[7, 8]]), split="test", seed=0)))
    assert x["source_ids"].numpy().tolist() == [[7, 8, 9]]
    assert (y.numpy().tolist(), weight.numpy().tolist()) == ([[7, 8, EOS]], [[1, 1, 1]])


def test_served_it_gives_the_source_alone_of_the_same_length():
    given = {"source": tf.ragged.constant([[5, 6], [], [4] * 12], ragged_rank=1, dtype=tf.int32)}
    x = serve([stage(num_steps=4)], given)
    assert set(x) == {"source_ids", "source_lengths"}
    assert x["source_ids"].numpy().tolist() == [[5, 6, EOS, PAD], [EOS, PAD, PAD, PAD], [4, 4, 4, 4]]
    assert x["source_lengths"].numpy().tolist() == [3, 1, 4]


def test_ids_are_those_of_each_vocabulary():
    info = INFO.with_fact(TargetVocabulary(("b", "<eos>", "<bos>", "<pad>")))
    (x, y, _) = next(iter(stage(info, batch_size=1, num_steps=3)(dataset([[4]], [[0]]), split="test", seed=0)))
    assert x["source_ids"].numpy().tolist() == [[4, EOS, PAD]]
    assert (x["target_in_ids"].numpy().tolist(), y.numpy().tolist()) == ([[2, 0, 1]], [[0, 1, 3]])


def test_mistakes_are_told():
    with pytest.raises(ConfigError, match=r"`words` before it\. Received: 0 tokens for 'target', without <bos>, <eos>"):
        stage(INFO.with_fact(TargetVocabulary(())))
    with pytest.raises(ValueError, match="Received: num_steps=0"):
        TranslationBatch(num_steps=0)
    with pytest.raises(ValueError, match="Received: batch_size=-1"):
        TranslationBatch(batch_size=-1)
