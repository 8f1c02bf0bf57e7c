"""The vectors that a run gives to words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.errors import ComponentError, ConfigError, did_you_mean, listing
from tfd2l.models.base.protocols import HasWordVectors
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import RESERVED
from tfd2l.text.wordpiece import SPECIAL_TOKENS

CHUNK = 4096  # words served at a time, so that few are plain lists at once
SPECIAL = frozenset({*RESERVED, *SPECIAL_TOKENS})


def serve_vectors(run: FinishedRun, words: Sequence[str]) -> np.ndarray:
    """The vectors of words, (words, width) float32.

    Raises:
        ComponentError: the run is served other inputs than one text, or answers without `vector`.
    """
    if len(run.data.inputs) != 1:
        raise ComponentError(
            "Reports about word vectors need a run that takes one text and gives its `vector`. "
            f"Received: a run that takes {listing(run.data.inputs)}"
        )
    (key,) = run.data.inputs
    parts = []
    for start in range(0, len(words), CHUNK):
        answer = run.serve({key: list(words[start : start + CHUNK])})
        if "vector" not in answer:
            raise ComponentError(
                "Reports about word vectors need a run that takes a word and gives its `vector` (decoder "
                f"nearest_words). Received: a run that gives {listing(answer)}"
            )
        parts.append(np.asarray(answer["vector"], np.float32))
    return np.concatenate(parts)


def vocabulary_vectors(run: FinishedRun, limit: int | None = None) -> WordVectors:
    """The first words of the vocabulary, special tokens left out, with their vectors; None takes all words.

    A model that has them in a table gives it (`word_vectors(data)`); otherwise every word is served.
    """
    tokens = run.data.fact(Vocabulary).tokens
    rows = [row for row, token in enumerate(tokens) if token not in SPECIAL][:limit]
    words = [tokens[row] for row in rows]
    if isinstance(run.model, HasWordVectors):
        return WordVectors(words, np.asarray(run.model.word_vectors(run.data), np.float32)[rows])
    return WordVectors(words, serve_vectors(run, words))


def named_vectors(
    run: FinishedRun, words: Sequence[str], report: str, among: Sequence[str], *, unseen: bool = False
) -> WordVectors:
    """Vectors of words that the option `words` of a report names.

    Raises:
        ConfigError: a word that is not in the vocabulary; the nearest is looked for `among` these.
    """
    named = vectors_of(run, words, unseen=unseen)
    require_words(named.tokens, words, report, among)
    return named


def require_words(known: Iterable[str], words: Sequence[str], report: str, among: Sequence[str]) -> None:
    """Refuse words, of the option `words` of a report, that are not known, in lower case neither.

    Raises:
        ConfigError: with the nearest among others.
    """
    there = set(known) - SPECIAL
    missing = [word for word in words if word not in there and word.lower() not in there]
    if missing:
        raise ConfigError(
            f"reports: {report}.words: not in the vocabulary: {', '.join(missing)}."
            f"{did_you_mean(missing[0], among)} Received: {words}"
        )


def vectors_of(run: FinishedRun, words: Sequence[str], *, unseen: bool = False) -> WordVectors:
    """Returns the vectors of those among some words that the vocabulary has (also in lower case).

    Args:
        run: the finished run.
        words: the words.
        unseen: words that it has not get their vectors too, from a model that makes some for any word (fastText).
    """
    vocabulary = set(run.data.fact(Vocabulary).tokens) - SPECIAL
    known = [word if word in vocabulary or unseen else word.lower() for word in words]
    chosen = [word for word in dict.fromkeys(known) if unseen or word in vocabulary]
    if not chosen:
        return WordVectors([], np.zeros((0, 1), np.float32))
    return WordVectors(chosen, serve_vectors(run, chosen))
