"""Analogies against the formula in float64."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import DataError
from tfd2l.text.analogies import (
    AnalogyQuestion,
    AnalogyScore,
    evaluate_analogies,
    read_analogy_questions,
    solve_analogies,
    solve_analogy,
)
from tfd2l.text.vectors import WordVectors


def some(rows, width=20, seed=0):
    return np.random.default_rng(seed).standard_normal((rows, width)).astype(np.float32)


@pytest.mark.parametrize("normalize", [True, False])
def test_analogies_agree_with_the_formula(glove, normalize, cosines_of):
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


def test_solve_analogy_by_words(glove):
    ((word, cosine),) = solve_analogy(glove, "man", "woman", "son")
    assert (word, round(cosine, 3)) == ("daughter", 0.961)
    with pytest.raises(KeyError, match="no vector for 'xyzzy'"):
        solve_analogy(glove, "man", "xyzzy", "son")


def test_scores_by_section(glove, shared_data):
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
def test_faulty_question_file_is_an_error_with_its_line(tmp_path, text, fault):
    (tmp_path / "q.txt").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(DataError, match=rf"q\.txt{fault}"):
        read_analogy_questions(tmp_path / "q.txt")
