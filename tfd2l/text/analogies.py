"""Word analogies: a is to b as c is to d."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tfd2l.errors import DataError
from tfd2l.files.text_file import read_lines
from tfd2l.text.nearest_neighbors import EXCLUDED, find_nearest_rows, normalize_vectors, require_rows
from tfd2l.text.vectors import WordVectors


@dataclass(frozen=True)
class AnalogyQuestion:
    """An analogy question with its answer: `words[0]` is to `words[1]` as `words[2]` is to `words[3]`, the answer.

    Args:
        section: The name of the section to which the question belongs.
        words: The four words.
    """

    section: str
    words: tuple[str, str, str, str]


@dataclass(frozen=True)
class AnalogyScore:
    """The accuracy of a section of analogy questions.

    Args:
        section: The name of the section.
        correct: How many questions were answered correctly.
        answered: How many questions were answered.
        skipped: How many questions hold a word without a vector, and so were not answered.
    """

    section: str
    correct: int
    answered: int
    skipped: int

    @property
    def accuracy(self) -> float | None:
        """The share of answers that are correct; None if there is no answer."""
        return self.correct / self.answered if self.answered else None


def read_analogy_questions(file: Path) -> list[AnalogyQuestion]:
    """Reads analogy questions from a file in the format of word2vec's `questions-words.txt`.

    Each line holds four words. A line `: name` begins a section.

    Args:
        file: The file.

    Returns:
        The questions in their order.

    Raises:
        DataError: The file cannot be read or holds no question, a line does not hold four words, or a question comes
            before the first section. The error names file and line.
    """
    questions, section, number = [], "", 0
    for number, line in read_lines(file):
        words = line.split()
        if line.startswith(":"):
            section = line[1:].strip()
        elif len(words) == 4 and section:
            questions.append(AnalogyQuestion(section, (words[0], words[1], words[2], words[3])))
        elif words:
            expected = "four words" if section else "a section, `: name`, before the first question"
            raise DataError(f"{file}:{number}: expected {expected}. Received: {line.strip()[:80]!r}")
    if not questions:
        raise DataError(f"{file}: the file holds no question. Received: {number} lines")
    return questions


def solve_analogy(
    vectors: WordVectors, a: str, b: str, c: str, k: int = 1, *, normalize: bool = True
) -> list[tuple[str, float]]:
    """Finds the words d for which "a is to b as c is to d" holds best.

    Args:
        vectors: The word vectors.
        a: The first word.
        b: The second word.
        c: The third word.
        k: The number of answers. Defaults to 1.
        normalize: Whether to scale the vectors of a, b and c to length 1 first; the book does not. Defaults to True.

    Returns:
        Up to k words with the cosine of each and `b - a + c`, by falling cosine; see `solve_analogies`.

    Raises:
        KeyError: A word has no vector.

    Example:
        >>> from tfd2l.text.analogies import solve_analogy
        >>> from tfd2l.text.vectors import WordVectors
        >>> words = ("man", "woman", "king", "queen", "apple")
        >>> vectors = WordVectors(words, np.array([[1, 0], [1, 1], [3, 0], [3, 1], [-1, 2]], np.float32))
        >>> solve_analogy(vectors, "man", "woman", "king", normalize=False)[0][0]
        'queen'

    References:
        - *Dive into Deep Learning*, section 14.7.2, `get_analogy`.
    """
    question = require_rows(vectors, (a, b, c))[np.newaxis]  # (1, 3)
    ((cosines, rows),) = zip(*solve_analogies(vectors, question, k, normalize=normalize), strict=True)
    return [
        (vectors.tokens[row], float(cosine)) for cosine, row in zip(cosines, rows, strict=True) if cosine > EXCLUDED
    ]


def solve_analogies(
    vectors: WordVectors, questions: np.ndarray, k: int = 1, *, normalize: bool = True
) -> tuple[np.ndarray, ...]:
    """Finds the rows of the words d that maximize cos(d, b - a + c) for many questions at once.

    a, b and c themselves are no answer. With vectors of length 1 this is 3CosAdd: it maximizes
    `cos(d, b) - cos(d, a) + cos(d, c)`.

    Args:
        vectors: The word vectors.
        questions: An int32 array of shape `(questions, 3)`: the rows of a, b and c.
        k: The number of answers to each question. Defaults to 1.
        normalize: Whether to scale the vectors of a, b and c to length 1 first; the book does not. Defaults to True.

    Returns:
        Cosines (float32) and rows (int32), both of shape `(questions, k)`.

    References:
        - Mikolov et al., 2013, *Linguistic Regularities in Continuous Space Word Representations*.
        - Levy and Goldberg, 2014, *Linguistic Regularities in Sparse and Explicit Word Representations*, for the name.
        - *Dive into Deep Learning*, section 14.7.2.
    """
    a, b, c = (vectors.matrix[questions[:, column]] for column in range(3))
    if normalize:
        a, b, c = (normalize_vectors(vector).numpy() for vector in (a, b, c))
    return find_nearest_rows(vectors, b - a + c, k, questions)


def evaluate_analogies(
    vectors: WordVectors, questions: Sequence[AnalogyQuestion], *, normalize: bool = True
) -> list[AnalogyScore]:
    """Computes the accuracy of word vectors on analogy questions, by section.

    Args:
        vectors: The word vectors.
        questions: Questions with their answers. Those with a word that has no vector are skipped.
        normalize: Whether to scale the vectors of a question to length 1 before they are added.

    Returns:
        A score of each section, in the order of the questions.
    """
    ids = [vectors.find_all(question.words) for question in questions]
    known = [number for number, rows in enumerate(ids) if None not in rows]
    is_correct = dict.fromkeys(range(len(questions)), False)
    if known:
        rows = np.array([ids[number] for number in known], np.int32)  # (answered, 4)
        _, best = solve_analogies(vectors, rows[:, :3], normalize=normalize)
        is_correct |= dict(zip(known, (best[:, 0] == rows[:, 3]).tolist(), strict=True))
    answered = set(known)
    sections: dict[str, list[int]] = {}
    for number, question in enumerate(questions):
        sections.setdefault(question.section, []).append(number)
    return [
        AnalogyScore(
            section,
            correct=sum(is_correct[number] for number in numbers),
            answered=len(answered.intersection(numbers)),
            skipped=len(numbers) - len(answered.intersection(numbers)),
        )
        for section, numbers in sections.items()
    ]
