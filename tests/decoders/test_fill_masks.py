"""Masks filled: the likeliest tokens, in the place where the mask stands."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.decoders.fill_masks import FillMasks
from tfd2l.text.wordpiece import SPECIAL_TOKENS

WORDS = ("bird", "plane", "kite", "sky")
INFO = dataclasses.replace(NO_DATA, inputs=("text",)).with_fact(Vocabulary((*SPECIAL_TOKENS, *WORDS)))
TEXTS = ["the [MASK] is flying in the [mask] !", "a [MASK]", "no mask [SEP] at all"]
POSITIONS = [[2, 6], [2, 0], [0, 0]]


@pytest.fixture
def outputs():
    logits = np.zeros((3, 2, 9), np.float32)
    logits[..., :5] = 50  # special tokens would win
    logits[0, 0, 5:] = [3, 2, 1, 0]
    logits[0, 1, 5:] = [0, 1, 2, 3]
    logits[1, 0, 5:] = [1, 3, 2, 0]
    is_next = np.array([[0, 0], [0, 0], [0, 2]], np.float32)
    return {"masked_ids": logits, "is_next": is_next, "masked_positions": np.array(POSITIONS, np.int32)}


def decoded(outputs, texts, **options):
    run = tf.function(FillMasks(INFO, **options))
    answer = run(tf.nest.map_structure(tf.constant, outputs), {"text": tf.constant(texts)})
    return {
        key: np.vectorize(lambda v: v.decode() if isinstance(v, bytes) else v)(v.numpy()) for key, v in answer.items()
    }


def test_the_likeliest_tokens_stand_where_the_masks_were(outputs):
    answer = decoded(outputs, TEXTS, k=3)
    assert answer["filled"].tolist() == ["the bird is flying in the sky !", "a plane", "no mask [SEP] at all"]
    assert answer["tokens"].tolist() == [["bird sky", "plane kite", "kite plane"], ["plane", "kite", "bird"], [""] * 3]
    p = np.exp([3, 2, 1, 0]) / np.exp([3, 2, 1, 0]).sum()
    np.testing.assert_allclose(answer["probabilities"], [p[:3] ** 2, p[:3], [1, 1, 1]], rtol=1e-5)
    np.testing.assert_allclose(answer["next_sentence"], [0.5, 0.5, 1 / (1 + np.exp(-2))], rtol=1e-6)


def test_company_does_not_change_an_answer(outputs):
    together = decoded(outputs, TEXTS)
    for row in range(3):
        alone = decoded({key: value[row : row + 1] for key, value in outputs.items()}, TEXTS[row : row + 1])
        for key, value in alone.items():
            assert value[0].tolist() == together[key][row].tolist()
    assert together["tokens"].shape == (3, 4)  # of five asked for, all that the vocabulary has


def test_a_batch_without_masks_is_answered(outputs):
    none = {**outputs, "masked_ids": np.zeros((3, 0, 9), np.float32), "masked_positions": np.zeros((3, 0), np.int32)}
    answer = decoded(none, ["one", "two", "three"])
    assert answer["filled"].tolist() == ["one", "two", "three"]
    assert set(answer["tokens"].ravel()) == {""}


def test_a_mask_that_was_cut_off_is_left_blank(outputs):
    cut = {key: value[1:2] for key, value in outputs.items()}
    assert decoded(cut, ["a [MASK] and a [MASK] and a [MASK]"])["filled"].tolist() == ["a plane and a  and a "]


def test_no_answer_is_refused():
    with pytest.raises(ValueError, match="Received: k=0"):
        FillMasks(INFO, k=0)
