"""Phrases are joined in training and served; what is found in real text."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.datasets.ptb import ptb
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.phrases import Phrases


def test_the_stage_joins_in_training_and_served(examples, plain):
    texts = ["in new york", "new york is here", "new in", "york", "a b c d e f g h i"]
    stage = Phrases(threshold=1.5, min_frequency=1)
    stage.fit(examples(text=texts))
    assert stage.phrases == {"new_york": (2 - 1) * 19 / (3 * 3)}
    expected = ["in new_york", "new_york is here", *texts[2:]]
    assert [row["text"] for row in plain(apply([stage], examples(text=texts), split="train", seed=0))] == expected
    assert [text.decode() for text in serve([stage], {"text": tf.constant(texts)})["text"].numpy()] == expected


def test_where_there_is_no_phrase_texts_stay_as_they_are(examples):
    stage = Phrases()
    stage.fit(examples(text=["a b", "b a"]))
    assert serve([stage], {"text": tf.constant(["a b"])})["text"].numpy().tolist() == [b"a b"]


def test_phrases_of_the_penn_treebank(shared_data):
    splits, _ = ptb(shared_data / "ptb" / "ptb.zip")
    stage = Phrases()
    stage.fit(splits["train"])
    assert {"new_york", "los_angeles", "san_francisco", "hong_kong", "vice_president"} <= set(stage.phrases)
    assert not {"of_the", "in_the", "<unk>_<unk>", "the_company"} & set(stage.phrases)
    joined = serve([stage], {"text": tf.constant(["a new york stock exchange"])})["text"].numpy()[0].decode()
    assert joined.startswith("a new_york stock_exchange")
