"""Whole runs on word vectors: nothing is learned, all is looked up by the served graph; and a run on byte pairs."""

from __future__ import annotations

import json

import mlflow
import numpy as np
import pytest
import tensorflow as tf

import tfd2l
from tfd2l.cli.main import main
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.text.nearest_neighbors import find_nearest_words
from tfd2l.text.vector_files import load_vectors
from tfd2l.text.vectors import WordVectors
from tfd2l.tracking.stored_files import fetch_artifact


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A function: overrides -> (trained, result), in one store."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"

    def run(*overrides):
        experiment = tfd2l.Experiment.from_config(tfd2l.compose(*overrides, f"tracking.uri={uri}"))
        result = experiment.run()
        return result.trained, result

    return run


@pytest.fixture(scope="module")
def embedded(ran):
    return ran("+experiment=word_vectors", "+report@reports.saved=save_vectors", "reports.map.method=pca")


def test_each_word_gets_its_vector_and_everything_is_reported(embedded):
    trained, result = embedded
    assert result.metrics["loss"] == 0
    client = mlflow.MlflowClient(result.tracking_uri)
    metrics = client.get_run(result.run_id).data.metrics
    assert 0.75 < metrics["report/analogies/all"] < 0.97
    assert metrics["report/similarity/relations"] > 0.8
    assert result.metrics["report/similarity/relations"] == metrics["report/similarity/relations"]
    page = client.get_run(result.run_id).data.tags["mlflow.note.content"]
    assert f"| report/similarity/relations | {metrics['report/similarity/relations']:.4f} |" in page
    assert "time/" not in page
    kept = {
        item.path for part in ("tables", "figures", "projector") for item in client.list_artifacts(result.run_id, part)
    }
    assert kept >= {"figures/vector_map.png", "tables/nearest_words.json", "projector/tensors.tsv"}
    saved = load_vectors(_local(result, "vectors/vectors.vec"))
    assert saved.tokens == trained.prepared.info.fact(Vocabulary).tokens
    np.testing.assert_array_equal(saved.matrix, trained.prepared.info.fact(WordVectors).matrix)


def test_predict_answers_neighbours(embedded, capsys):
    trained, result = embedded
    info = trained.prepared.info
    (expected,) = find_nearest_words(info.fact(WordVectors), ["chip"], k=5)
    command = ["predict", result.run_id, "--uri", result.tracking_uri, "--text", "Chip"]
    assert main(command) == 0
    out = capsys.readouterr().out
    lines = [line.split() for line in out.splitlines()]
    assert lines[-6:] == [["neighbours", "cosines"], *([word, f"{cosine:.4f}"] for word, cosine in expected)]
    assert "... (50 numbers; --json gives all)\n" in out
    assert main([*command, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    np.testing.assert_allclose(
        answer["vector"], info.fact(WordVectors).matrix[info.fact(Vocabulary).tokens.index("chip")], rtol=1e-6
    )


def test_real_vectors_by_path(ran, shared_data):
    overrides = [
        *("+experiment=word_vectors", "dataset=word_vectors", "tracking.log_model=false", "reports.map.method=pca"),
        f"dataset.path={shared_data / 'glove_50d_2000' / 'glove.6B.50d.top2000.txt'}",
        f"reports.similarity.path={shared_data / 'word_similarity'}",
        f"reports.analogies.path={shared_data / 'word_similarity' / 'questions-words.txt'}",
    ]
    trained, result = ran(*overrides)
    assert result.metrics["loss"] == 0
    metrics = mlflow.MlflowClient(result.tracking_uri).get_run(result.run_id).data.metrics
    assert metrics["report/analogies/family"] == pytest.approx(40 / 42)
    assert metrics["report/similarity/EN-WS-353-ALL"] == pytest.approx(0.588, abs=1e-3)
    assert trained.serving({"text": ["japan", "xyzzy"]})["neighbours"][1] == [""] * 5


@pytest.mark.slow
def test_byte_pairs_in_place_of_wordpieces(ran):
    small = ["dataset.num_pairs=600", "trainer.epochs=1", "reports=null", "tracking.log_model=false"]
    trained, _ = ran("+experiment=nli_bag_of_words", "stages.tokenize.name=bpe", *small)
    tokens = trained.prepared.info.fact(Vocabulary).tokens
    assert tokens[:5] == ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
    assert any(token.endswith("_") and len(token) > 4 for token in tokens)
    assert len(trained.serving({"premise": ["A dog runs"], "hypothesis": ["An animal moves"]})["label"]) == 1


def _local(result, path):
    return fetch_artifact(mlflow.MlflowClient(result.tracking_uri), result.run_id, path)


@pytest.mark.slow
def test_fasttext_has_a_vector_for_an_inflection_it_has_not_seen(ran):
    """Nearest to its stem; word2vec has one vector for all unknown words, of which nothing is near."""
    small = ("dataset.num_paragraphs=2000", "trainer.epochs=3", "tracking.log_model=false", "reports=null")
    for name in ("fasttext", "skip_gram"):
        trained, _ = ran(f"+experiment={name}", *small)
        vocabulary = trained.prepared.info.fact(Vocabulary).tokens
        unseen = {"sailorless": "sailor", "bankership": "banker", "guitarist": "guitar", "patiently": "patient"}
        assert not set(unseen) & set(vocabulary)
        assert set(unseen.values()) <= set(vocabulary)
        served = trained.serving({"text": list(unseen)})
        if name == "fasttext":
            found = [
                any(word.startswith(stem) for word in near)
                for stem, near in zip(unseen.values(), served["neighbours"], strict=True)
            ]
            assert sum(found) >= 3
        else:
            assert not np.any(served["vector"])


@pytest.mark.slow
def test_a_skip_gram_draws_the_same_again():
    """Subsampling, windows and noise differ by epoch, and are the same in another run of the seed."""
    overrides = ("+experiment=skip_gram", "dataset.num_paragraphs=500", "trainer.epochs=3", "callbacks.progress=null")
    whole = tfd2l.Experiment.from_config(tfd2l.compose(*overrides))
    trained = whole.fit(whole.build(whole.prepare()))
    again = tfd2l.Experiment.from_config(tfd2l.compose(*overrides))
    prepared = again.prepare()
    for epoch in (2, 0):
        for one, other in zip(trained.prepared.batches.train(epoch), prepared.batches.train(epoch), strict=True):
            for a, b in zip(tf.nest.flatten(one), tf.nest.flatten(other), strict=True):
                np.testing.assert_array_equal(a, b)
    model = again.fit(again.build(prepared)).model
    for a, b in zip(trained.model.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
