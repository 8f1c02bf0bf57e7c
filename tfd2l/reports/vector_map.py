"""Logs a two-dimensional projection of word vectors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import numpy as np
from sklearn.decomposition import PCA
from sklearn.manifold import TSNE

from tfd2l.config.ranges import Seed
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.errors import ConfigError
from tfd2l.plots.figure import new_figure
from tfd2l.plots.labels import label_points
from tfd2l.plots.style import BLUE
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_word_vectors, requires
from tfd2l.reports.base.served_vectors import named_vectors, require_words, vocabulary_vectors
from tfd2l.text.vectors import WordVectors

FEWEST = 4
MOST_LABELS = 300  # of words; more points are dots
MOST_NAMED = 10  # words in a message
NEIGHBOURS = 15.0  # perplexity, at most


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    if options["words"] is not None:
        require_words(
            run.data.fact(Vocabulary).tokens, options["words"], "vector_map", run.data.fact(Vocabulary).tokens
        )


@requires(needs_word_vectors, _check)
def vector_map(
    run: FinishedRun,
    words: list[str] | None = None,
    num_words: int = 150,
    skip: int = 0,
    method: Literal["pca", "tsne"] = "tsne",
    seed: Seed = 0,
) -> None:
    """Logs a t-SNE or PCA projection of word vectors, the first 300 with labels.

    Words without finite vectors are left out.

    t-SNE keeps neighbours together, by the cosine; distances between groups say little. PCA shows the two directions
    in which vectors of length 1 differ most.

    Args:
        run: The finished run; supplied by the experiment.
        words: which; None takes words of the vocabulary in their order.
        num_words: how many of those, where none are named.
        skip: how many to pass over first (the most frequent are `the`, `of`, ...).
        method: "pca" or "tsne".
        seed: of t-SNE.

    Raises:
        ConfigError: a word that is not in the vocabulary, or fewer than four words.

    References:
        Van der Maaten and Hinton 2008, *Visualizing Data using t-SNE*.
    """
    shown = _shown(run, words, num_words, skip)
    finite = np.isfinite(shown.matrix).all(axis=1)
    left_out = int((~finite).sum())
    shown = WordVectors([token for token, good in zip(shown.tokens, finite, strict=True) if good], shown.matrix[finite])
    if len(shown) < FEWEST:
        without = f", and {left_out} words whose vectors are not finite" if left_out else ""
        raise ConfigError(
            f"reports: vector_map draws {FEWEST} words or more. Received: {list(shown.tokens)[:MOST_NAMED]}{without}"
        )
    lengths = np.linalg.norm(shown.matrix, axis=1, keepdims=True)
    units = shown.matrix / np.maximum(lengths, 1e-9)  # (words, width)
    if method == "pca":
        fitted = PCA(2).fit(units)
        points = fitted.transform(units)
        title = f"{len(shown)} words, PCA ({fitted.explained_variance_ratio_.sum():.0%} of the variance)"
    else:
        perplexity = min(NEIGHBOURS, (len(shown) - 1) / 3)
        points = TSNE(2, perplexity=perplexity, metric="cosine", init="pca", random_state=seed).fit_transform(units)
        title = f"{len(shown)} words, t-SNE of their cosines"
    figure = new_figure(11, 9)
    axes = figure.subplots()
    axes.scatter(points[:, 0], points[:, 1], s=6, color=BLUE)
    axes.set(xticks=[], yticks=[])
    axes.margins(0.05)
    if left_out:
        title += f"; {left_out} without finite vectors are left out"
    if len(shown) > MOST_LABELS:
        title += f"; the first {MOST_LABELS} have labels"
    axes.set_title(title)
    label_points(figure, axes, points[:MOST_LABELS], [shorten(token) for token in shown.tokens[:MOST_LABELS]])
    run.artifacts.log_figure(figure, "figures/vector_map.png")


def _shown(run: FinishedRun, words: list[str] | None, num_words: int, skip: int) -> WordVectors:
    if words is None:
        first = vocabulary_vectors(run, skip + num_words)
        return WordVectors(first.tokens[skip:], first.matrix[skip:])
    return named_vectors(run, words, "vector_map", run.data.fact(Vocabulary).tokens)
