"""Logs correlation of word similarity with human judgements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from tfd2l.data.generators.corpus.suites import make_similarity_pairs
from tfd2l.errors import DataError
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import vectors_of
from tfd2l.text.relations import make_relation_suite
from tfd2l.text.similarity import ScoredPair, evaluate_similarity, read_similarity_suite

EMBEDDED = {"relations": make_relation_suite, "corpus": make_similarity_pairs}
SUFFIXES = (".txt", ".tsv")


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    if options["path"] is not None:
        _suites(options["path"].expanduser())


@requires(needs_word_vectors, _check)
def word_similarity(
    run: FinishedRun,
    path: Path | None = None,
    embedded: Literal["relations", "corpus"] = "relations",
    unseen: bool = False,
) -> dict[str, float]:
    """Logs Spearman's correlation between human similarity scores of word pairs and cosines.

    Logs a table with how many pairs each rests on and how many were left out, since a word is not in the vocabulary.

    Args:
        run: The finished run; supplied by the experiment.
        path: a file of lines `word word score`, or a folder of such files (`EN-*.txt` where there are some, else all
            .txt and .tsv), each a suite; None takes an embedded one.
        embedded: which: "relations", groups and fields of common words (those of `word_vectors_embedded`), or "corpus",
            what is true of the words of `corpus_embedded`.
        unseen: words outside of the vocabulary too, for a model that has a vector for any word.

    Returns:
        `similarity/<suite>`: the correlations.

    Raises:
        DataError: no suite, or a line that is none: with file and line.

    References:
        Faruqui and Dyer 2014, *wordvectors.org*, for suites of this form.
    """
    suites = {embedded: EMBEDDED[embedded]()} if path is None else _suites(path.expanduser())
    words = [word for pairs in suites.values() for pair in pairs for word in pair[:2]]
    vectors = vectors_of(run, words, unseen=unseen)
    found = {name: evaluate_similarity(vectors, pairs) for name, pairs in suites.items()}
    columns: dict[str, Sequence[object]] = {
        "suite": list(found),
        "Spearman": [None if of.spearman is None else round(of.spearman, 4) for of in found.values()],
        "pairs": [of.pairs for of in found.values()],
        "left out": [of.missing for of in found.values()],
    }
    run.artifacts.log_table(columns, "tables/word_similarity.json")
    return {f"similarity/{name}": of.spearman for name, of in found.items() if of.spearman is not None}


def _suites(path: Path) -> dict[str, list[ScoredPair]]:
    if path.is_file():
        return {path.stem: read_similarity_suite(path)}
    files = sorted(path.glob("EN-*.txt")) or sorted(file for file in path.glob("*") if file.suffix in SUFFIXES)
    if not files:
        raise DataError(f"{path}: no suite in it ({', '.join(SUFFIXES)}). Received: {path}")
    return {file.stem: read_similarity_suite(file) for file in files}
