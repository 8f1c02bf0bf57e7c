"""Neighbours, analogies and similarity: against float64 in NumPy, scikit-learn and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from scipy.stats import rankdata
from sklearn.neighbors import NearestNeighbors

from tfd2l.errors import DataError
from tfd2l.text import nearest_neighbors as nearest_module
from tfd2l.text.analogies import (
    AnalogyQuestion,
    AnalogyScore,
    evaluate_analogies,
    read_analogy_questions,
    solve_analogies,
    solve_analogy,
)
from tfd2l.text.nearest_neighbors import find_nearest, find_nearest_words, normalize_vectors
from tfd2l.text.relations import FIELDS, RELATIONS, make_relation_questions, make_relation_suite
from tfd2l.text.similarity import evaluate_similarity, read_similarity_suite
from tfd2l.text.vector_files import load_vectors
from tfd2l.text.vectors import WordVectors


def some(rows, width=20, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


def cosines_of(queries, matrix):
    queries, matrix = queries.astype(np.float64), matrix.astype(np.float64)
    lengths = [np.sqrt((x**2).sum(axis=1) + 1e-9) for x in (queries, matrix)]
    return queries @ matrix.T / np.outer(*lengths)


@pytest.fixture(scope="module")
def glove(shared_data):
    return load_vectors(shared_data / "glove_50d_2000" / "glove.6B.50d.top2000.txt")


def test_1e_9_stands_inside_the_root():
    x = np.array([[3e-5, 4e-5], [0, 0], [3, 4]], np.float32)
    expected = x / np.sqrt((x.astype(np.float64) ** 2).sum(axis=1, keepdims=True) + 1e-9)
    np.testing.assert_allclose(normalize_vectors(tf.constant(x)), expected, rtol=1e-6)


@pytest.mark.parametrize("scores", [1 << 24, 1000, 1])
def test_neighbours_are_those_of_scikit_learn_however_they_are_divided(scores, monkeypatch):
    monkeypatch.setattr(nearest_module, "MAX_COSINES", scores)
    queries, matrix = some(37, seed=1), some(300)
    near = NearestNeighbors(n_neighbors=6, metric="cosine", algorithm="brute").fit(matrix.astype(np.float64))
    distances, rows = near.kneighbors(queries.astype(np.float64))
    cosines, found = tf.function(find_nearest)(tf.constant(queries), tf.constant(matrix), 6)
    np.testing.assert_array_equal(found, rows)
    np.testing.assert_allclose(cosines, 1 - distances, atol=1e-6)


def test_rows_that_are_left_out_are_no_answer():
    queries, matrix = some(5, seed=1), some(30)
    left_out = np.array([[3, -1, 7], [-1, -1, -1], [0, 0, 1], [29, 2, -1], [5, 6, 7]], np.int32)
    cosines, found = find_nearest(tf.constant(queries), tf.constant(matrix), 29, tf.constant(left_out))
    expected = cosines_of(queries, matrix)
    for row, out in enumerate(left_out):
        expected[row, out[out >= 0]] = -np.inf
    np.testing.assert_array_equal(found[:, :27], np.argsort(-expected, axis=1)[:, :27])
    assert np.isneginf(cosines.numpy()).sum() == 1 + 1 + 1 + 2  # of 29 asked for, where 28, 30, 28, 28 and 27 are left


def test_no_query_has_no_answer():
    cosines, rows = find_nearest(tf.zeros((0, 20)), tf.constant(some(30)), 3)
    assert (cosines.shape, rows.shape) == ((0, 3), (0, 3))


def test_no_word_is_its_own_neighbour_nor_is_unknown(glove):
    words = ["the", "government", "Two", "japan"]
    matrix = glove.matrix.astype(np.float64)
    for word, found in zip(words, find_nearest_words(glove, words, k=4), strict=True):
        row = glove.find(word)
        cosines = cosines_of(matrix[[row]], matrix)[0]
        cosines[[0, row]] = -np.inf
        best = np.argsort(-cosines)[:4]
        assert [name for name, _ in found] == [glove.tokens[other] for other in best]
        np.testing.assert_allclose([cosine for _, cosine in found], cosines[best], atol=1e-6)
    with pytest.raises(KeyError, match="no vector for 'xyzzy'"):
        find_nearest_words(glove, ["the", "xyzzy"])
    few = WordVectors(("<unk>", "a", "b"), some(3))
    assert [[name for name, _ in row] for row in find_nearest_words(few, ["a", "b"], k=9)] == [["b"], ["a"]]


@pytest.mark.parametrize("normalize", [True, False])
def test_analogies_are_those_of_the_formula(glove, normalize):
    questions = np.random.default_rng(0).integers(1, len(glove), (50, 3))
    matrix = glove.matrix.astype(np.float64)
    length = np.sqrt((matrix**2).sum(axis=1, keepdims=True) + 1e-9)
    a, b, c = (((matrix / length) if normalize else matrix)[questions[:, column]] for column in range(3))
    expected = cosines_of(b - a + c, matrix)
    if normalize:  # 3CosAdd as Levy and Goldberg write it: in the order of the same cosines
        single = [cosines_of(x, matrix) for x in (b, a, c)]
        sums = single[0] - single[1] + single[2]
    for row, asked in enumerate(questions):
        expected[row, [0, *asked]] = -np.inf
    _, rows = solve_analogies(glove, questions.astype(np.int32), 3, normalize=normalize)
    np.testing.assert_array_equal(rows, np.argsort(-expected, axis=1)[:, :3])
    if normalize:
        for row, asked in enumerate(questions):
            sums[row, [0, *asked]] = -np.inf
        np.testing.assert_array_equal(rows, np.argsort(-sums, axis=1)[:, :3])


def test_an_analogy_by_its_words(glove):
    ((word, cosine),) = solve_analogy(glove, "man", "woman", "son")
    assert (word, round(cosine, 3)) == ("daughter", 0.961)
    with pytest.raises(KeyError, match="no vector for 'xyzzy'"):
        solve_analogy(glove, "man", "xyzzy", "son")


def test_questions_are_answered_section_by_section(glove, shared_data):
    questions = read_analogy_questions(shared_data / "word_similarity" / "questions-words.txt")
    assert len(questions) == 19544
    assert questions[0] == AnalogyQuestion("capital-common-countries", ("Athens", "Greece", "Baghdad", "Iraq"))
    found = {of.section: of for of in evaluate_analogies(glove, questions)}
    assert len(found) == 14
    assert sum(of.answered + of.skipped for of in found.values()) == 19544
    assert found["gram2-opposite"] == AnalogyScore("gram2-opposite", 0, 0, 812)
    assert found["gram2-opposite"].accuracy is None
    family = [q for q in questions if q.section == "family" and None not in glove.find_all(q.words)]
    right = [solve_analogy(glove, *question.words[:3])[0][0] == question.words[3] for question in family]
    assert found["family"] == AnalogyScore("family", sum(right), len(family), 506 - len(family))
    assert found["family"].accuracy > 0.9
    assert evaluate_analogies(WordVectors(("<unk>", "a"), some(2)), questions[:3])[0].skipped == 3


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (": a\nx y z w\nx y z\n", r":3: expected four words\. Received: 'x y z'"),
        ("x y z w\n: a\n", r":1: expected a section, `: name`, before the first question"),
        (": a\n\n", r": the file holds no question\. Received: 2 lines"),
        (b": a\nx \xff z w", r":2: expected UTF-8; byte 0xff at column 3 is none"),
    ],
)
def test_a_file_that_is_no_questions_is_told_with_its_line(tmp_path, text, fault):
    (tmp_path / "q.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=rf"q\.txt{fault}"):
        read_analogy_questions(tmp_path / "q.txt")


def test_suites_are_judged_by_the_correlation_of_ranks(glove, shared_data):
    sizes = {}
    for file in sorted((shared_data / "word_similarity").glob("EN-*.txt")):
        suite = read_similarity_suite(file)
        found = evaluate_similarity(glove, suite)
        sizes[file.stem] = found.pairs + found.missing
        assert found.pairs + found.missing == len(suite)
        known = [(glove.find(a), glove.find(b), score) for a, b, score in suite if glove.find(a) and glove.find(b)]
        assert found.pairs == len(known)
        if len(known) > 1:
            rows = np.array([pair[:2] for pair in known])
            cosines = np.diag(cosines_of(glove.matrix[rows[:, 0]], glove.matrix[rows[:, 1]]))
            ranks = rankdata([pair[2] for pair in known]), rankdata(cosines)
            assert found.spearman == pytest.approx(np.corrcoef(*ranks)[0, 1], abs=1e-9)
        else:
            assert found.spearman is None
    assert sizes["EN-WS-353-ALL"] == 353
    assert sizes["EN-RG-65"] == 65
    assert evaluate_similarity(glove, [("the", "of", 1.0), ("he", "she", 1.0)]).spearman is None
    assert evaluate_similarity(glove, [("the", "the", 1.0), ("he", "he", 2.0)]).spearman is None


def test_a_line_that_is_no_pair_is_told(tmp_path):
    (tmp_path / "s.txt").write_text("# words\n\ncup mug 3\ncup\tmug\thigh\n")
    with pytest.raises(DataError, match=r"s\.txt:4: expected two words and a number\. Received: 'cup\\tmug\\thigh'"):
        read_similarity_suite(tmp_path / "s.txt")
    (tmp_path / "s.txt").write_text("# words\n")
    with pytest.raises(DataError, match=r"s\.txt: the file holds no pair of words"):
        read_similarity_suite(tmp_path / "s.txt")
    with pytest.raises(DataError, match=r"none\.txt: cannot be read: No such file"):
        read_similarity_suite(tmp_path / "none.txt")


def test_the_embedded_relations():
    questions = make_relation_questions()
    assert {question.section for question in questions} == set(RELATIONS)
    assert len(questions) == sum(len(pairs) * (len(pairs) - 1) for pairs in RELATIONS.values())
    assert AnalogyQuestion("capital", ("greece", "athens", "japan", "tokyo")) in questions
    suite = make_relation_suite()
    assert suite == make_relation_suite() != make_relation_suite(seed=1)
    assert {score for *_, score in suite} == {0.0, 1.5, 3.0}
    words = [word for groups in FIELDS.values() for group in groups for word in group.split()]
    assert len(words) == len(set(words))


def test_a_word_is_found_as_it_is_written_or_in_lower_case():
    vectors = WordVectors(("<unk>", "may", "May", "june"), some(4, width=2))
    assert vectors.find_all(["may", "May", "MAY", "June", "july", "<unk>"]) == [1, 2, 1, 3, None, None]
    matrix, found = vectors.align_to(["<pad>", "June", "May", "july"])
    assert found == 2
    np.testing.assert_array_equal(matrix, [[0, 0], vectors.matrix[3], vectors.matrix[2], [0, 0]])
