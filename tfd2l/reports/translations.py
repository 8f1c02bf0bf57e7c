"""Logs translations with their BLEU."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ComponentError, ConfigError, listing
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_answers, needs_split, requires
from tfd2l.stages.clean_text import CleanText
from tfd2l.text.bleu import compute_bleu, compute_corpus_bleu
from tfd2l.tracking.metric_names import group_metrics

COLUMNS = ("source", "target")


def _require_phrases(phrases: Sequence[Mapping[str, str]] | None) -> None:
    for phrase in phrases or ():
        if set(phrase) != set(COLUMNS):
            raise ConfigError(
                f"reports: a phrase of `translations` is {{source: ..., target: ...}}. Received: {dict(phrase)}"
            )


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    _require_phrases(options["phrases"])


@requires(needs_split, needs_answers("translation", decoder="beam_search"), _check)
def translations(
    run: FinishedRun,
    split: str | None = None,
    max_rows: PositiveInt = 200,
    k: PositiveInt = 2,
    phrases: list[dict[str, str]] | None = None,
) -> dict[str, float]:
    """Logs translations of a split with their BLEU, the worst first.

    Before anything is compared, both sides are brought to one form: lower case, one blank between words, and `,.!?`
    words of their own.

    Args:
        run: The finished run; supplied by the experiment.
        split: whose sentences; None: test, without it validation, else train.
        max_rows: rows of the table.
        k: the longest n-gram of the book's BLEU.
        phrases: sentences of any kind, each `{source: ..., target: ...}`, to be translated as well, with a table of
            their own.

    Returns:
        `SPLIT/bleu`, the mean of the book's BLEU over sentences; `SPLIT/sacrebleu`, of the corpus (0 to 100);
        `SPLIT/exact_match`, the share of translations that are word for word the reference; `phrases/bleu` and
        `phrases/PHRASE`, the BLEU of the phrases.

    Raises:
        ComponentError: the decoder gives no `translation`.
        ConfigError: a phrase without source or target.

    References:
        Section 10.4 (the phrases and their BLEU); sacrebleu for the corpus.
    """
    _require_phrases(phrases)
    predictions = run.predict(split, None)
    split = predictions.split
    (source,) = predictions.inputs.values()
    rows = _compared(source, predictions.targets, _translated(predictions.decoded), k)
    scores = {
        "bleu": _mean(rows["BLEU"]),
        "sacrebleu": compute_corpus_bleu(rows["translation"], rows["truth"]),
        "exact_match": _mean([text == truth for text, truth in zip(rows["translation"], rows["truth"], strict=True)]),
    }
    order = sorted(range(len(source)), key=lambda row: rows["BLEU"][row])[:max_rows]
    worst_first = {name: [values[row] for row in order] for name, values in rows.items()}
    run.artifacts.log_table(_shown(worst_first), f"tables/translations_{split}.json")
    measured = group_metrics(split, scores)
    return {**measured, **_log_phrases(run, phrases, k)} if phrases else measured


def _log_phrases(run: FinishedRun, phrases: Sequence[Mapping[str, str]], k: int) -> dict[str, float]:
    source, target = ([phrase[column] for phrase in phrases] for column in COLUMNS)
    (key,) = run.data.inputs
    rows = _compared(source, target, _translated(run.serve({key: source})), k)
    names = [" ".join(re.findall(r"\w+", text)) for text in source]  # a metric's name has no punctuation
    scores = {f"phrases/{name}": score for name, score in zip(names, rows["BLEU"], strict=True)}
    run.artifacts.log_table(_shown(rows), "tables/phrases.json")
    return {**scores, "phrases/bleu": _mean(rows["BLEU"])}


def _compared(source: Sequence[str], truth: Sequence[str], translation: Sequence[str], k: int) -> dict[str, list[Any]]:
    clean_truth, clean_translation = _normal(truth), _normal(translation)
    scores = [compute_bleu(text, reference, k) for text, reference in zip(clean_translation, clean_truth, strict=True)]
    return {"source": list(source), "truth": clean_truth, "translation": clean_translation, "BLEU": scores}


def _shown(rows: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    return {**rows, "BLEU": [round(score, 3) for score in rows["BLEU"]]}


def _normal(texts: Sequence[str]) -> list[str]:
    clean = CleanText([], drop_parentheses=False, set_apart=",.!?").clean(tf.constant(list(texts), tf.string))
    return [text.decode("utf-8", "replace") for text in clean.numpy()]


def _translated(decoded: Mapping[str, Sequence[Any]]) -> Sequence[str]:
    if "translation" not in decoded:
        raise ComponentError(
            "report.translations needs a decoder that gives `translation`; choose one that decodes sentences, or "
            f"leave the report out. Received: a decoder that gives {listing(decoded)}"
        )
    return decoded["translation"]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
