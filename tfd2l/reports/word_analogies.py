"""Logs accuracy on word analogies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tfd2l.data.generators.corpus.suites import make_analogy_questions
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import vocabulary_vectors
from tfd2l.text.analogies import AnalogyQuestion, AnalogyScore, evaluate_analogies, read_analogy_questions
from tfd2l.text.relations import make_relation_questions

ALL = "all"


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    if options["path"] is not None:
        read_analogy_questions(options["path"])


@requires(needs_word_vectors, _check)
def word_analogies(
    run: FinishedRun,
    path: Path | None = None,
    embedded: Literal["relations", "corpus"] = "relations",
    among: int | None = 30_000,
    normalize: bool = True,
) -> dict[str, float]:
    """Logs accuracy on word analogies, a : b = c : ?, by section.

    Each question is answered by the word nearest to b - a + c that is none of the three.

    Logs a table by section, with how many were answered and how many skipped, since a word is not in the vocabulary.

    Args:
        run: The finished run; supplied by the experiment.
        path: questions of four words a line in sections (`questions-words.txt`); None takes embedded ones.
        embedded: which: "relations", of common words (those of `word_vectors_embedded`), or "corpus", what is true of
            the words of `corpus_embedded`.
        among: take the first (most frequent) so many words, as is custom for word2vec; None takes all.
        normalize: bring vectors to length 1 first (3CosAdd); the book does not.

    Returns:
        `analogies/<section>` and `analogies/all`: the shares of right answers.

    Raises:
        DataError: a line that is no question: with file and line.

    References:
        Mikolov et al. 2013; section 14.7.2.
    """
    questions = _embedded(embedded) if path is None else read_analogy_questions(path)
    found = evaluate_analogies(vocabulary_vectors(run, among), questions, normalize=normalize)
    whole = AnalogyScore(ALL, *(sum(getattr(of, what) for of in found) for what in ("correct", "answered", "skipped")))
    columns: dict[str, Sequence[object]] = {
        "section": [of.section for of in [*found, whole]],
        "accuracy": [None if of.accuracy is None else round(of.accuracy, 4) for of in [*found, whole]],
        **{name: [getattr(of, name) for of in [*found, whole]] for name in ("correct", "answered")},
        "skipped": [of.skipped for of in [*found, whole]],
    }
    run.artifacts.log_table(columns, "tables/word_analogies.json")
    return {f"analogies/{_metric(of.section)}": of.accuracy for of in [*found, whole] if of.accuracy is not None}


def _embedded(name: str) -> list[AnalogyQuestion]:
    if name == "relations":
        return make_relation_questions()
    return [AnalogyQuestion(section, words) for section, some in make_analogy_questions().items() for words in some]


def _metric(section: str) -> str:
    """A section's name without the characters that a metric's name cannot have."""
    return re.sub(r"[^\w. /-]", " ", section)
