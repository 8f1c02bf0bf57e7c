"""WordIds: one vocabulary with its frequencies, in training and served."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.word_ids import WordIds

TEXTS = ["b a  b", "", "c a <unk> É"]


def fitted(examples, **options):
    stage = WordIds(["text"], **{"min_frequency": 1, **options})
    stage.fit(examples(text=TEXTS))
    return stage


def test_vocabulary_and_frequencies(examples):
    info = fitted(examples).bind(NO_DATA)
    assert info.fact(Vocabulary).tokens == ("<unk>", "b", "a", "c", "É")
    assert info.fact(Vocabulary).frequencies == (1, 2, 2, 1, 1)
    info = fitted(examples, min_frequency=2, lowercase=True).bind(NO_DATA)
    assert info.fact(Vocabulary) == Vocabulary(("<unk>", "b", "a"), (3, 2, 2))  # <unk>, c and é are unknown
    info = fitted(examples, max_size=2).bind(NO_DATA)
    assert info.fact(Vocabulary) == Vocabulary(("<unk>", "b"), (5, 2))


def test_ids_in_training_and_served(examples, plain):
    stage = fitted(examples)
    expected = [[1, 2, 1], [], [3, 2, 0, 4]]
    assert [row["text"] for row in plain(apply([stage], examples(text=TEXTS), split="test", seed=0))] == expected
    served = serve([stage], {"text": tf.constant(TEXTS)})
    assert list(served) == ["text"]
    assert served["text"].to_list() == expected


def test_several_texts_share_a_vocabulary(examples):
    stage = WordIds(["first", "second"], min_frequency=2, lowercase=True)
    stage.fit(examples(first=["a b"], second=["B c"]))
    assert stage.bind(NO_DATA).fact(Vocabulary).tokens == ("<unk>", "b")
    served = serve([stage], {"first": tf.constant(["a b"]), "second": tf.constant(["B c"])})
    assert {key: ids.to_list() for key, ids in served.items()} == {"first": [[0, 1]], "second": [[1, 0]]}


def test_special_tokens_may_be_spelled(examples):
    stage = fitted(examples, reserved=["[PAD]", "[UNK]", "[MASK]"])
    assert stage.transform({"text": tf.constant(["a [MASK] zzz"])})["text"].to_list() == [[4, 2, 1]]


def test_served_words_are_passed_on_where_they_are_wanted(examples):
    served = serve([fitted(examples, spelled=True, lowercase=True)], {"text": tf.constant(["A zzz", ""])})
    assert served["text_spelled"].to_list() == [[b"a", b"zzz"], []]


@pytest.mark.parametrize("options", [{"min_frequency": 0}, {"reserved": ["<pad>"]}, {"reserved": ["<unk>", "[UNK]"]}])
def test_options_that_cannot_be(options):
    with pytest.raises(ValueError, match="Received: "):
        WordIds(["text"], **options)


def test_it_must_be_fitted(examples):
    with pytest.raises(ValueError, match=r"call fit\(train\) first"):
        WordIds(["text"]).transform({"text": tf.constant(["a"])})
