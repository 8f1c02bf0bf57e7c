"""Reports about word vectors: by what a run serves, whatever has learned them."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from functools import partial

import numpy as np
import pytest
from sklearn.manifold import TSNE

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.datasets.word_vectors_embedded import word_vectors_embedded
from tfd2l.errors import ComponentError, ConfigError, DataError
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.nearest_words import nearest_words
from tfd2l.reports.projector import projector
from tfd2l.reports.save_vectors import save_vectors
from tfd2l.reports.vector_map import vector_map
from tfd2l.reports.word_analogies import word_analogies
from tfd2l.reports.word_similarity import word_similarity
from tfd2l.text.analogies import evaluate_analogies
from tfd2l.text.nearest_neighbors import find_nearest_words as nearest_of
from tfd2l.text.relations import make_relation_questions, make_relation_suite
from tfd2l.text.similarity import evaluate_similarity
from tfd2l.text.vector_files import load_vectors
from tfd2l.text.vectors import WordVectors


class Kept:
    """Artifacts in memory."""

    def __init__(self, folder):
        self.figures, self.tables, self.folder = {}, {}, folder

    def log_figure(self, figure, path):
        figure.draw_without_rendering()
        self.figures[path] = figure

    def log_table(self, columns, path):
        assert len({len(column) for column in columns.values()}) == 1
        self.tables[path] = json.loads(json.dumps(columns))  # as it is kept

    def log_folder(self, folder, path):
        (self.folder / path).mkdir(exist_ok=True)
        for file in folder.iterdir():
            (self.folder / path / file.name).write_bytes(file.read_bytes())


@pytest.fixture(scope="module")
def vectors():
    _, info = word_vectors_embedded()
    return WordVectors(info.fact(Vocabulary).tokens, info.fact(WordVectors).matrix)


@pytest.fixture
def run(vectors, tmp_path):
    """As of a model that has `<unk>` and `<pad>`, and a vector for any word that ends in an s."""
    asked = Counter()
    tokens = (*vectors.tokens[:50], "<pad>", *vectors.tokens[50:])

    def serve(inputs):
        (words,) = inputs.values()
        asked.update(words)
        stems = [word if word in vectors.ids else word.removesuffix("s") for word in words]
        return {
            "vector": [vectors.matrix[vectors.ids.get(stem, 0)].tolist() for stem in stems],
            "other": [0] * len(words),
        }

    info = dataclasses.replace(NO_DATA, inputs=("text",)).with_fact(Vocabulary(tokens))
    made = FinishedRun(Kept(tmp_path), data=info, serve=serve, total_steps=7)
    made.artifacts.asked = asked
    return made


def test_neighbours_of_words_that_are_named(run, vectors):
    nearest_words(run, words=["chip", "Baby", "beautiful"], k=2)
    table = run.artifacts.tables["tables/nearest_words.json"]
    assert table["word"] == ["chip", "baby", "beautiful"]
    for row, found in enumerate(nearest_of(vectors, table["word"], 2)):
        assert [(table[f"{k}"][row], table[f"cosine {k}"][row]) for k in (1, 2)] == [(w, round(c, 3)) for w, c in found]
    with pytest.raises(ConfigError, match=r"not in the vocabulary: chp\. Did you mean 'chip'\? Received: \['chp'\]"):
        nearest_words(run, words=["chp"])
    with pytest.raises(ValueError, match=r"k counts from 1 up\. Received: k=0"):
        nearest_words(run, k=0)


def test_neighbours_of_frequent_and_rare_words_where_none_is_named(run, vectors):
    nearest_words(run)
    words = run.artifacts.tables["tables/nearest_words.json"]["word"]
    assert (words[0], words[-1]) == (vectors.tokens[1], vectors.tokens[-1])
    assert 10 < len(words) == len(set(words)) <= 24
    assert not {"<unk>", "<pad>"} & set(words)
    nearest_words(run, among=3, k=5)
    table = run.artifacts.tables["tables/nearest_words.json"]
    assert table["3"] == [""] * len(table["word"])
    assert table["cosine 3"] == [None] * len(table["word"])


def test_words_that_only_the_model_knows(run):
    nearest_words(run, words=["tables", "chips"], unseen=True, k=1)
    assert run.artifacts.tables["tables/nearest_words.json"]["1"][0] == "table"
    word_similarity(run)
    seen = run.artifacts.tables["tables/word_similarity.json"]["left out"]
    assert seen == [0]


def test_suites_embedded_and_of_files(run, vectors, tmp_path):
    numbers = word_similarity(run)
    expected = evaluate_similarity(vectors, make_relation_suite()).spearman
    assert numbers == {"similarity/relations": pytest.approx(expected)}
    (tmp_path / "suites").mkdir()
    (tmp_path / "suites" / "one.txt").write_text(
        "dog cat 3\ndog loan 1\nTea coffee 2.5\ndog xyzzys 3\ntables chair 2\n"
    )
    (tmp_path / "suites" / "two.tsv").write_text("tea\txyzzy\t3\n")
    (tmp_path / "suites" / "notes.md").write_text("no suite")
    numbers = word_similarity(run, path=tmp_path / "suites")
    table = run.artifacts.tables["tables/word_similarity.json"]
    assert table["suite"] == ["one", "two"]
    assert (table["pairs"], table["left out"]) == ([3, 0], [2, 1])
    assert table["Spearman"][1] is None
    assert set(numbers) == {"similarity/one"}
    word_similarity(run, path=tmp_path / "suites" / "one.txt", unseen=True)
    table = run.artifacts.tables["tables/word_similarity.json"]
    assert (table["suite"], table["pairs"], table["left out"]) == (["one"], [5], [0])
    (tmp_path / "none").mkdir()
    with pytest.raises(DataError, match=r"no suite in it \(\.txt, \.tsv\)"):
        word_similarity(run, path=tmp_path / "none")


def test_real_suites_of_a_folder(run, shared_data):
    word_similarity(run, path=shared_data / "word_similarity")
    table = run.artifacts.tables["tables/word_similarity.json"]
    assert len(table["suite"]) == 13  # not questions-words.txt
    assert sum(table["pairs"]) + sum(table["left out"]) == 30 + 3000 + 287 + 771 + 65 + 2034 + 999 + 3500 + 144 + 938


def test_analogies_by_section(run, vectors, tmp_path):
    numbers = word_analogies(run)
    answered = evaluate_analogies(vectors, make_relation_questions())
    table = run.artifacts.tables["tables/word_analogies.json"]
    assert table["section"] == [*(of.section for of in answered), "all"]
    assert table["correct"][:-1] == [of.correct for of in answered]
    whole = sum(of.correct for of in answered) / sum(of.answered for of in answered)
    assert numbers["analogies/all"] == pytest.approx(whole)
    assert numbers["analogies/family"] == pytest.approx(answered[1].accuracy)
    file = tmp_path / "q.txt"
    file.write_text(": a & b\nman woman king queen\nman woman King xyzzy\n: c\nxyzzy a b c\n")
    numbers = word_analogies(run, path=file, normalize=False)
    table = run.artifacts.tables["tables/word_analogies.json"]
    assert (table["answered"], table["skipped"]) == ([1, 0, 1], [1, 1, 2])
    assert table["accuracy"][1] is None
    assert set(numbers) == {"analogies/a   b", "analogies/all"}
    word_analogies(run, among=10)
    assert run.artifacts.tables["tables/word_analogies.json"]["skipped"][-1] > 500


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_words_are_drawn_with_their_labels(run, vectors, method, monkeypatch):
    monkeypatch.setattr("tfd2l.reports.vector_map.TSNE", partial(TSNE, max_iter=250))  # enough to be drawn
    vector_map(run, num_words=30, skip=5, method=method)
    (axes,) = run.artifacts.figures["figures/vector_map.png"].axes
    assert [label.get_text() for label in axes.texts] == list(vectors.tokens[6:36])
    points = axes.collections[0].get_offsets()
    assert points.shape == (30, 2)
    if method == "tsne":
        return
    units = vectors.matrix[6:36] / np.linalg.norm(vectors.matrix[6:36], axis=1, keepdims=True)
    left, lengths, _ = np.linalg.svd(units - units.mean(axis=0), full_matrices=False)
    np.testing.assert_allclose(np.abs(points), np.abs(left[:, :2] * lengths[:2]), atol=1e-4)
    vector_map(run, words=["dog", "Cat", "tea", "loan"], method=method)
    (axes,) = run.artifacts.figures["figures/vector_map.png"].axes
    assert {label.get_text() for label in axes.texts} == {"dog", "cat", "tea", "loan"}
    with pytest.raises(ConfigError, match=r"vector_map\.words: not in the vocabulary: xyzzy"):
        vector_map(run, words=["dog", "cat", "tea", "loan", "xyzzy"])
    with pytest.raises(ConfigError, match=r"draws 4 words or more\. Received: \['dog'\]"):
        vector_map(run, words=["dog"])


def test_the_files_of_the_projector(run, vectors, tmp_path):
    projector(run, num_words=20)
    folder = tmp_path / "projector"
    config = (folder / "projector_config.pbtxt").read_text()
    assert re.fullmatch(r"embeddings \{\s*(\w+: \"[\w. ]+\"\s*)+\}\s*", config)
    fields = dict(re.findall(r'(\w+): "(.+)"', config))  # of tensorboard.EmbeddingInfo
    matrix = np.loadtxt(folder / fields["tensor_path"], delimiter="\t")
    np.testing.assert_allclose(matrix, vectors.matrix[1:21], rtol=1e-5)
    assert (folder / fields["metadata_path"]).read_text().splitlines() == list(vectors.tokens[1:21])
    with pytest.raises(ValueError, match=r"num_words counts from 1 up\. Received: num_words=0"):
        projector(run, num_words=0)


@pytest.mark.parametrize(("form", "gzipped"), [("vec", False), ("txt", True), ("bin", False)])
def test_saved_vectors_are_read_again(run, vectors, tmp_path, form, gzipped):
    save_vectors(run, form=form, gzipped=gzipped)
    read = load_vectors(tmp_path / "vectors" / f"vectors.{form}{'.gz' if gzipped else ''}")
    assert read.tokens == vectors.tokens
    np.testing.assert_array_equal(read.matrix, vectors.matrix)


def test_a_model_that_has_its_vectors_in_a_table_gives_it(run, vectors):
    class Table:
        def word_vectors(self, data):
            padding = np.full((1, vectors.width), 9, np.float32)
            rows = len(data.fact(Vocabulary))
            return np.concatenate([vectors.matrix[:50], padding, vectors.matrix[50:]])[:rows]

    def described(of):
        save_vectors(of)
        word_analogies(of, among=100)
        nearest_words(of)
        return of.artifacts.tables, (run.artifacts.folder / "vectors" / "vectors.vec").read_text()

    served = described(run)
    assert run.artifacts.asked
    with_table = dataclasses.replace(run, model=Table(), artifacts=Kept(run.artifacts.folder))
    run.artifacts.asked.clear()
    assert described(with_table) == served
    assert not run.artifacts.asked


def test_a_run_that_serves_no_vector_is_told(run):
    for answer, received in (({"label": ["a"]}, "a run that gives label"),):
        other = dataclasses.replace(run, serve=lambda inputs, answer=answer: answer)
        with pytest.raises(ComponentError, match=rf"gives its `vector` .*Received: {received}"):
            word_analogies(other)
    pair = dataclasses.replace(run, data=dataclasses.replace(run.data, inputs=("premise", "hypothesis")))
    with pytest.raises(ComponentError, match=r"Received: a run that takes hypothesis, premise"):
        word_similarity(pair)
