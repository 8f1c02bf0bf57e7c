"""Batches of language models: what stands before and after each token, and texts too long in pieces."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.language_model_batch import LanguageModelBatch
from tfd2l.text.wordpiece import SPECIAL_TOKENS

PAD, UNKNOWN, CLS, SEP, MASK = range(5)
TEXTS = [[10, 11], list(range(20, 37)), [], [40, 41, 42, 43], [50], list(range(60, 66))]


def stage(**options):
    made = LanguageModelBatch(**{"batch_size": 2, "boundaries": [4, 8], **options})
    made.bind(NO_DATA.with_fact(Vocabulary((*SPECIAL_TOKENS, "a"))))
    return made


@pytest.fixture(scope="module")
def batches():
    ds = tf.data.Dataset.from_tensor_slices({"text": tf.ragged.constant(TEXTS, tf.int32)})
    ds = ds.map(lambda e: {"text": tf.convert_to_tensor(e["text"])})
    return list(stage()(ds, split="train", seed=0))


def rows(batches):
    for x, y, weights in batches:
        for row in np.flatnonzero(weights.numpy()):
            length = int(x["padding_mask"][row].numpy().sum())
            yield {key: value[row].numpy() for key, value in {**x, **y}.items()}, length


def test_every_piece_is_enclosed_and_none_is_lost(batches):
    pieces = [row["token_ids"][:length].tolist() for row, length in rows(batches)]
    assert all((piece[0], piece[-1]) == (CLS, SEP) for piece in pieces)
    expected = [text[start : start + 6] for text in TEXTS for start in range(0, max(len(text), 1), 6)]
    assert sorted(piece[1:-1] for piece in pieces) == sorted(expected)


def test_targets_are_the_neighbours(batches):
    for row, length in rows(batches):
        ids = row["token_ids"][:length]
        np.testing.assert_array_equal(row["next_ids"][: length - 1], ids[1:])
        np.testing.assert_array_equal(row["previous_ids"][1:length], ids[:-1])
        np.testing.assert_array_equal(np.flatnonzero(row["next_weights"]), np.arange(length - 1))
        np.testing.assert_array_equal(np.flatnonzero(row["previous_weights"]), np.arange(1, length))
        assert (row["token_ids"][length:] == PAD).all()


def test_weights_make_their_mean_the_batchs(batches):
    for x, y, weights in batches:
        assert x["token_ids"].shape[0] == 2
        assert x["token_ids"].shape[1] in (4, 8)
        for key in ("next_weights", "previous_weights"):
            values = y[key].numpy()
            assert values.sum() == pytest.approx(weights.numpy().sum())
            assert np.ptp(values[values > 0]) < 1e-6


def test_a_served_text_is_enclosed_and_cut():
    x = stage().serve({"text": tf.ragged.constant([[9], list(range(20, 40))], tf.int64)})
    assert x["token_ids"].numpy().tolist() == [[CLS, 9, SEP, *[PAD] * 5], [CLS, *range(20, 26), SEP]]
    assert x["padding_mask"].numpy().sum(axis=1).tolist() == [3, 8]


@pytest.mark.parametrize(
    "options", [{"batch_size": 0}, {"boundaries": [8, 4]}, {"boundaries": [2]}, {"boundaries": []}]
)
def test_options_out_of_range_are_refused(options):
    with pytest.raises(ValueError, match="Received: b"):
        LanguageModelBatch(**options)


def test_a_vocabulary_without_special_tokens_is_refused():
    with pytest.raises(ConfigError, match=r"without \[CLS\], \[SEP\]"):
        LanguageModelBatch().bind(NO_DATA.with_fact(Vocabulary(("[PAD]",))))
