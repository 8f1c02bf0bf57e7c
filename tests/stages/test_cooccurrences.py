"""From chunks of sentences to GloVe's batches of counted pairs."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages import cooccurrences as stage_module
from tfd2l.stages.base.apply import apply
from tfd2l.stages.cooccurrences import Cooccurrences
from tfd2l.stages.log_counts import LogCounts
from tfd2l.stages.rebatch import Rebatch
from tfd2l.stages.sentence_chunks import SentenceChunks
from tfd2l.text.cooccurrences import count_cooccurrences

RNG = np.random.default_rng(0)
SENTENCES = [RNG.integers(0, 12, length).tolist() for length in (0, 1, 5, 30, 2, 17, 9)]


def expected_counts():
    found = count_cooccurrences([tf.ragged.constant(SENTENCES, tf.int32)], np.arange(12) > 0, 4)
    return {(i, j): x for i, j, x in zip(*(part.tolist() for part in found), strict=True)}


def info():
    frequencies = np.bincount(np.concatenate(SENTENCES).astype(int), minlength=12)
    vocabulary = ("<unk>", *(f"w{n}" for n in range(1, 12)))
    return NO_DATA.with_fact(Vocabulary(vocabulary, tuple(frequencies.tolist())))


def corpus():
    ids = tf.data.Dataset.from_tensor_slices({"text": tf.ragged.constant(SENTENCES, tf.int32, ragged_rank=1)})
    return ids.map(lambda example: {"text": tf.convert_to_tensor(example["text"])})


def test_batches_hold_every_pair_once_an_epoch(monkeypatch):
    monkeypatch.setattr(stage_module, "CHUNK", 50)
    stage = Cooccurrences(window=4)
    stage.fit(apply([SentenceChunks(3)], corpus(), split="train", seed=0))
    stage.bind(info())
    stages = [SentenceChunks(3), stage, Rebatch(1), LogCounts(most=2.0)]
    batches = list(apply(stages, corpus(), split="train", seed=0))
    got = {(int(x["words"][0]), int(x["others"][0])): (float(y[0]), float(w[0])) for x, y, w in batches}
    expected = expected_counts()
    assert len(batches) == len(got) == len(expected)
    for pair, count in expected.items():
        assert got[pair] == pytest.approx((np.log(count), min(1, (count / 2) ** 0.75)), rel=1e-5, abs=1e-6)


def test_other_splits_are_refused():
    stage = Cooccurrences()
    with pytest.raises(ConfigError, match=r"dataset\.held_out=false.*Received: a test split"):
        stage(corpus(), split="test", seed=0)


def test_options_that_cannot_be():
    for make in (lambda: Cooccurrences(0), lambda: LogCounts(most=0), lambda: LogCounts(power=-1)):
        with pytest.raises(ValueError, match="Received: "):
            make()
