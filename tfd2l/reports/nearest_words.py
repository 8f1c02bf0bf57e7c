"""Logs the nearest neighbours of words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tfd2l.config.ranges import PositiveInt
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_at_least_1, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import named_vectors, require_words, vocabulary_vectors
from tfd2l.text.nearest_neighbors import EXCLUDED, find_nearest_rows
from tfd2l.text.vectors import WordVectors

SOME = 24  # words, where none are named


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    if options["words"] is not None and not options["unseen"]:
        require_words(
            run.data.fact(Vocabulary).tokens, options["words"], "nearest_words", run.data.fact(Vocabulary).tokens
        )


@requires(needs_word_vectors, needs_at_least_1("k"), _check)
def nearest_words(
    run: FinishedRun, words: list[str] | None = None, k: PositiveInt = 5, among: int | None = None, unseen: bool = False
) -> None:
    """Logs a table of words with their nearest neighbours and cosines.

    Args:
        run: The finished run; supplied by the experiment.
        words: whose neighbours; None takes two dozen of the vocabulary, from frequent to rare ones.
        k: neighbours of each.
        among: look among so many words, the first (most frequent) ones; None looks among all.
        unseen: words outside of the vocabulary too, for a model that has a vector for any word.

    Raises:
        ValueError: k below 1.
        ConfigError: a word that is not in the vocabulary.

    References:
        Section 14.7.2, `get_similar_tokens`.
    """
    if k < 1:
        raise ValueError(f"k counts from 1 up. Received: k={k}")
    candidates = vocabulary_vectors(run, among)
    queried = _query_words(run, words, candidates, unseen)
    itself = np.array([[candidates.ids.get(word, -1)] for word in queried.tokens])
    cosines, rows = find_nearest_rows(candidates, queried.matrix, k, itself)
    columns: dict[str, list[object]] = {"word": list(queried.tokens)}
    for place in range(cosines.shape[1]):
        found = cosines[:, place] > EXCLUDED
        names = [candidates.tokens[row] for row in rows[:, place]]
        columns[f"{place + 1}"] = [name if there else "" for name, there in zip(names, found, strict=True)]
        columns[f"cosine {place + 1}"] = [round(float(c), 3) if c > EXCLUDED else None for c in cosines[:, place]]
    run.artifacts.log_table(columns, "tables/nearest_words.json")


def _query_words(run: FinishedRun, words: list[str] | None, candidates: WordVectors, unseen: bool) -> WordVectors:
    if words is None:
        spread = np.unique(np.geomspace(1, len(candidates), min(SOME, len(candidates))).astype(int) - 1)
        return WordVectors([candidates.tokens[row] for row in spread], candidates.matrix[spread])
    return named_vectors(run, words, "nearest_words", candidates.tokens, unseen=unseen)
