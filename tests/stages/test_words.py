"""Words: ids of two languages, with the source alone, in an exported graph, and on the book's data."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.datasets.fra_eng import fra_eng
from tfd2l.pipelines.experiment.serving import ServingGraph
from tfd2l.stages.base.apply import apply, serve
from tfd2l.stages.clean_text import CleanText
from tfd2l.stages.words import Words
from tfd2l.text.vocabulary import RESERVED

PAIRS = {"source": ["go .", "go on .", "stop !"], "target": ["va .", "continue .", "arrête !"]}


@pytest.fixture
def words(examples):
    stage = Words(min_frequency=1)
    stage.fit(examples(**PAIRS))
    return stage


def test_each_language_has_its_own_vocabulary(words):
    info = words.bind(NO_DATA)
    assert info.fact(Vocabulary).tokens == (*RESERVED, "go", ".", "on", "stop", "!")
    assert info.fact(TargetVocabulary).tokens == (*RESERVED, ".", "va", "continue", "arrête", "!")


def test_words_become_ids_and_unknown_ones_the_unknown_id(words):
    given = {"source": tf.constant(["stop  go\t.", "", "zzz va"]), "target": tf.constant(["arrête", "go", ""])}
    after = words.transform(given)
    assert after["source"].to_list() == [[7, 4, 5], [], [0, 0]]
    assert after["target"].to_list() == [[7], [0], []]
    assert after["source"].dtype == after["target"].dtype == tf.int32


def test_served_the_source_comes_alone(words):
    after = serve([words], {"source": tf.constant(["go ."])})
    assert set(after) == {"source"}
    assert after["source"].to_list() == [[4, 5]]


def test_tf_data_and_serving_give_the_same_ids(words, examples, plain):
    through = plain(apply([words], examples(**PAIRS), split="test", seed=0))
    assert [example["source"] for example in through] == serve([words], {"source": tf.constant(PAIRS["source"])})[
        "source"
    ].to_list()


def test_min_frequency_leaves_rare_words_out(examples):
    stage = Words(min_frequency=2)
    stage.fit(examples(**PAIRS))
    assert stage.bind(NO_DATA).fact(Vocabulary).tokens == (*RESERVED, "go", ".")


def test_a_serving_graph_exports_its_tables(words, examples, tmp_path):
    """Without `Stage.resources` TensorFlow refuses: the table is captured, but belongs to nothing."""
    import dataclasses

    import keras

    info = dataclasses.replace(NO_DATA, inputs=("source",), example_spec=examples(**PAIRS).element_spec)
    lengths = keras.Sequential([keras.layers.Identity()])
    to_dense = _ToDense()
    graph = ServingGraph([words, to_dense], lengths, None, info)
    graph.save(tmp_path / "model")
    loaded = tf.saved_model.load(str(tmp_path / "model")).signatures["serving_default"]
    served = loaded(source=tf.constant(["stop go", "", "zzz"]))["outputs"].numpy().tolist()
    assert served == graph({"source": ["stop go", "", "zzz"]})["outputs"] == [[7, 4], [1, 1], [0, 1]]


class _ToDense(Words):
    """Ids as a rectangle, in place of a batching stage."""

    def serve(self, examples):
        return examples["source"].to_tensor(1)


def test_the_books_600_pairs_have_vocabularies_of_184_and_201(shared_data):
    splits, info = fra_eng(shared_data / "fra_eng" / "fra-eng.zip")
    clean = CleanText(["source", "target"], drop_parentheses=False, set_apart=",.!?")
    stage = Words()
    stage.fit(apply([clean], splits["train"], split="train", seed=0))
    info = stage.bind(info)
    assert (len(info.fact(Vocabulary)), len(info.fact(TargetVocabulary))) == (184, 201)
    assert info.fact(Vocabulary).tokens[4:8] == (".", "!", "i", "i'm")


def test_it_must_be_fitted_first_and_count_from_one():
    with pytest.raises(ValueError, match=r"call fit\(train\) first\. Received: Words\(\)"):
        Words().transform({"source": tf.constant(["a"])})
    with pytest.raises(ValueError, match="Received: min_frequency=0"):
        Words(min_frequency=0)
