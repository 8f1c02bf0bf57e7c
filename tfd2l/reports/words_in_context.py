"""Logs similarities of a word's contextual vectors."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from tfd2l.errors import ConfigError
from tfd2l.models.base.protocols import HasContextualVectors, require_model
from tfd2l.plots.figure import new_figure
from tfd2l.plots.text import shorten
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_model, requires

WRAPPED = 26  # letters of a label's line
MOST_LETTERS = 4 * WRAPPED  # of a label
MOST_SENTENCES = 24  # in the figure; the table has all
TINY = 1e-12  # of a length


def _require_sentences(sentences: Sequence[str]) -> None:
    if len(sentences) < 2:
        raise ConfigError(f"reports: `words_in_context` compares two sentences or more. Received: {sentences}")


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    _require_sentences(options["sentences"])
    for sentence in options["sentences"]:
        _place(run, options["word"], sentence)


@requires(
    needs_model(HasContextualVectors),
    _check,
)
def words_in_context(run: FinishedRun, word: str, sentences: list[str]) -> None:
    """Logs cosines between the contextual vectors of a word in several sentences.

    Works for every model with a method `contextual_vectors(inputs)` that gives (batch, tokens, width). A word of
    several tokens has their mean; one that stands twice in a sentence is taken where it stands first.

    Args:
        run: The finished run; supplied by the experiment.
        word: whose vectors.
        sentences: each holds the word.

    Raises:
        ComponentError: the model has no such method.
        ConfigError: fewer than two sentences, or one without the word.

    References:
        Section 14.8 ("bank", and "a crane is flying" beside "a crane driver came").
    """
    require_model(run.trained, HasContextualVectors, "report.words_in_context")
    _require_sentences(sentences)
    vectors = np.stack([_vector(run, word, sentence) for sentence in sentences])  # (sentences, width)
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), TINY)
    cosines = unit @ unit.T
    columns: dict[str, Sequence[Any]] = {"sentence": sentences}
    columns |= {
        sentence: [round(float(value), 3) for value in column]
        for sentence, column in zip(sentences, cosines.T, strict=True)
    }
    name = "_".join(word.split())
    run.artifacts.log_table(columns, f"tables/in_context_{name}.json")
    run.artifacts.log_figure(_drawn(word, sentences, cosines), f"figures/in_context_{name}.png")


def _vector(run: FinishedRun, word: str, sentence: str) -> np.ndarray:
    """(width,): that of the word in the sentence."""
    inputs, start, stop = _place(run, word, sentence)
    return np.asarray(run.trained.contextual_vectors(inputs)[0, start:stop], np.float64).mean(axis=0)


def _place(run: FinishedRun | BuiltRun, word: str, sentence: str) -> tuple[Any, int, int]:
    """The model's inputs for the sentence, and the tokens of the word in it."""
    (key,) = run.data.inputs
    wanted = _ids(run.model_inputs({key: [word]}))[1:-1]  # between [CLS] and [SEP]
    inputs = run.model_inputs({key: [sentence]})
    ids = _ids(inputs)
    for start in range(len(ids) - len(wanted) + 1):
        if wanted and ids[start : start + len(wanted)] == wanted:
            return inputs, start, start + len(wanted)
    raise ConfigError(f"reports: `words_in_context` looks for {word!r} in each sentence. Received: {sentence!r}")


def _ids(inputs: Any) -> list[int]:
    length = int(np.asarray(inputs["padding_mask"]).sum())
    return [int(id) for id in np.asarray(inputs["token_ids"])[0, :length]]


def _drawn(word: str, sentences: Sequence[str], cosines: np.ndarray) -> Figure:
    shown = sentences[:MOST_SENTENCES]
    cosines = cosines[: len(shown), : len(shown)]
    side = 2.4 + 0.9 * len(shown)
    figure = new_figure(side + 1, side)
    axes = figure.subplots()
    image = axes.imshow(
        cosines, cmap="viridis", vmin=float(np.min(cosines, initial=0.0, where=np.isfinite(cosines))), vmax=1
    )
    labels = ["\n".join(textwrap.wrap(shorten(sentence, MOST_LETTERS), WRAPPED)) for sentence in shown]
    axes.set_xticks(range(len(labels)), labels, rotation=45, ha="right", fontsize=8)
    axes.set_yticks(range(len(labels)), labels, fontsize=8)
    for row, values in enumerate(cosines):
        for column, value in enumerate(values):
            axes.text(column, row, f"{value:.2f}", ha="center", va="center", color="black" if value > 0.6 else "white")
    title = f"{word!r} in context: cosine of its vectors"
    if len(shown) < len(sentences):
        title += f"\nin the first {len(shown)} of {len(sentences)} sentences"
    axes.set_title(title, fontsize=10)
    figure.colorbar(image, shrink=0.7)
    return figure
