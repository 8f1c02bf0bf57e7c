"""fastText's stage in training and served: a word that train did not hold has a vector too."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.data.facts.subword_table import SubwordTable
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import serve
from tfd2l.stages.context_windows import ContextWindows
from tfd2l.stages.subwords import Subwords
from tfd2l.stages.word_ids import WordIds
from tfd2l.text.subwords import hash_character_ngrams


@pytest.fixture
def fitted(examples):
    """A function: options of `word_ids` -> (stages, what is known after them)."""

    def fit(**options):
        words = WordIds(["text"], min_frequency=1, **options)
        words.fit(examples(text=["helps where", "where"]))
        stages, info = [words, ContextWindows(), Subwords(buckets=50)], NO_DATA
        for stage in stages:
            info = stage.bind(info)
        return stages, info

    return fit


def ngrams(word):
    return hash_character_ngrams(tf.constant([word]), 3, 50)[0].numpy().tolist()


def test_a_known_word_has_its_own_row_and_those_of_its_ngrams(fitted):
    (_, _, stage), info = fitted()
    assert info.fact(Vocabulary).tokens == ("<unk>", "where", "helps")
    assert info.fact(SubwordTable).num_rows == 53
    for number, word in enumerate(info.fact(Vocabulary).tokens):
        assert [row for row in info.fact(SubwordTable).rows[number].tolist() if row >= 0] == [number, *ngrams(word)]
    ds = tf.data.Dataset.from_tensors({"words": tf.constant([[[[2], [-1]]]]), "targets": tf.constant([[1]])})
    (batch,) = stage(ds, split="train", seed=0)
    assert batch["words"].numpy().tolist() == [
        [[info.fact(SubwordTable).rows[2].tolist(), [-1] * info.fact(SubwordTable).rows.shape[1]]]
    ]
    assert batch["targets"].numpy().tolist() == [[1]]


def test_served_an_unknown_word_has_the_rows_of_its_ngrams(fitted):
    stages, info = fitted(spelled=True)
    served = serve(stages, {"text": tf.constant(["where helped", ""])})
    assert list(served) == ["text"]
    known, unknown = served["text"][0].numpy().tolist()
    assert [row for row in known if row >= 0] == [row for row in info.fact(SubwordTable).rows[1].tolist() if row >= 0]
    assert unknown[0] == -1
    assert [row for row in unknown if row >= 0] == ngrams("helped")
    assert (served["text"][1].numpy() == -1).all()


def test_spelling_must_be_passed_on(fitted):
    stages, _ = fitted()
    with pytest.raises(ConfigError, match=r"spelled: true.*Received: text"):
        serve(stages, {"text": tf.constant(["a"])})


@pytest.mark.parametrize("options", [{"least": 4, "most": 3}, {"least": 0}, {"buckets": 0}])
def test_options_that_cannot_be(options):
    with pytest.raises(ValueError, match="Received: "):
        Subwords(**options)
