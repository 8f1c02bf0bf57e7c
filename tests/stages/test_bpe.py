"""Byte pairs as a stage: learned on train, the same when served, exported."""

from __future__ import annotations

import dataclasses

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.bpe import BPE
from tfd2l.text.longest_match_segmenter import LongestMatchSegmenter

TRAIN = ["fast faster tall taller"] * 4 + ["tall"]
OTHER = ["tallest  fatter\tfast", "", "日本 tall", "  ", "fasttall"]


def fitted(texts=TRAIN, **options):
    stage = BPE(["text"], **{"vocabulary_size": 40, **options})
    stage.fit(tf.data.Dataset.from_tensor_slices({"text": texts}))
    return stage


def told(stage, texts):
    """Each text as its tokens, computed in a graph."""
    run = tf.function(lambda batch: stage.transform({"text": batch})["text"])
    return [" ".join(stage.tokens[id] for id in row) for row in run(tf.constant(texts)).to_list()]


def test_known_and_new_words_are_divided_into_learned_tokens():
    stage = fitted()
    assert told(stage, ["fast taller", *OTHER]) == [
        "fast_ taller_",
        "tall e s t _ fa t t er_ fast_",
        "",
        "[UNK] [UNK] _ tall_",
        "",
        "fast tall_",
    ]


def test_the_longest_match_and_the_rest_as_one_unknown():
    stage = fitted(segmentation="longest", unknown="rest")
    expected = [
        LongestMatchSegmenter(stage.tokens)(tf.constant([f"{word}_"])).to_list()[0] for word in ("tallest", "fatter")
    ]
    ids = stage.transform({"text": tf.constant(["tallest fatter", "tall日ta fast"])})["text"].to_list()
    assert ids[0] == [*expected[0], *expected[1]]
    assert [stage.tokens[id] for id in ids[1]] == ["tall", "[UNK]", "fast_"]


def test_kept_words_are_divided_as_if_they_were_new(monkeypatch):
    kept = told(fitted(), TRAIN[:1] + OTHER)
    monkeypatch.setattr("tfd2l.stages.bpe.KEPT_WORDS", 1)
    assert told(fitted(), TRAIN[:1] + OTHER) == kept


def test_tf_data_serving_and_an_exported_model_give_the_same(plain, tmp_path):
    stage = fitted()
    through = plain(apply([stage], tf.data.Dataset.from_tensor_slices({"text": OTHER}), split="test", seed=0))
    served = serve([stage], {"text": tf.constant(OTHER)})["text"]
    assert [example["text"] for example in through] == served.to_list()
    module = tf.Module()
    module.tables = stage.resources
    spec = [tf.TensorSpec([None], tf.string)]
    module.run = tf.function(lambda texts: stage.transform({"text": texts})["text"].to_tensor(), input_signature=spec)
    tf.saved_model.save(module, str(tmp_path / "model"))
    loaded = tf.saved_model.load(str(tmp_path / "model")).run(tf.constant(OTHER))
    assert loaded.numpy().tolist() == served.to_tensor().numpy().tolist()


def test_texts_of_several_keys_share_a_vocabulary_and_one_may_be_missing():
    stage = BPE(["premise", "hypothesis"], vocabulary_size=60, min_frequency=1)
    stage.fit(tf.data.Dataset.from_tensor_slices({"premise": ["a dog"], "hypothesis": ["cats"]}))
    after = stage.transform({"premise": tf.constant(["cats"])})
    assert [stage.tokens[id] for id in after["premise"].to_list()[0]] == ["cats_"]
    info = stage.bind(dataclasses.replace(NO_DATA, inputs=("premise",)))
    assert info.fact(Vocabulary).tokens == tuple(stage.tokens)


def test_the_vocabulary_of_a_run_is_taken_with_its_merges(tmp_path, monkeypatch):
    learned = fitted()
    (tmp_path / "vocabulary.txt").write_text("\n".join(learned.tokens) + "\n")
    monkeypatch.setattr("tfd2l.text.wordpiece.run_artifact", lambda run, path: tmp_path / path.removeprefix("data/"))
    taken = fitted(["no text of this is learned from"], vocabulary="run:abc")
    assert taken.learned == learned.learned
    assert told(taken, OTHER) == told(learned, OTHER)


def test_what_it_refuses():
    with pytest.raises(ValueError, match=r"call fit\(train\) first\. Received: keys=\['text'\]"):
        BPE(["text"]).transform({"text": tf.constant(["a"])})
    with pytest.raises(ValueError, match=r"vocabulary_size counts from 7 up\. Received: 6"):
        BPE(["text"], vocabulary_size=6)
    for mark in ("", " ", "</w>"):
        with pytest.raises(ValueError, match=r"end_of_word is one character, and no space\. Received: "):
            BPE(["text"], end_of_word=mark)
