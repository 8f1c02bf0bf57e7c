"""Logs a submission to a Kaggle competition."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.errors import ConfigError, listing
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.base.requirements import BuiltRun, needs_answers, needs_class_names, needs_split, requires

FILE = "submission.csv"
CHUNK = 256  # examples in memory at a time
NEEDED = {"label": ("label",), "probabilities": ("classes", "probabilities")}


def _check(run: BuiltRun, options: Mapping[str, Any]) -> None:
    needs_class_names(run, options)
    if run.data.find_fact(UnlabelledExamples) is None:
        needs_split(run, options)
    needs_answers(*NEEDED[options["form"]])(run, options)


@requires(_check)
def submission(
    run: FinishedRun,
    form: Literal["label", "probabilities"] = "label",
    id_column: str = "id",
    label_column: str = "label",
    split: str | None = None,
) -> None:
    """Logs `submission.csv` for a competition, a line per example.

    The examples are the data's unlabelled ones (`kaggle_cifar10`, `kaggle_dogs`: the images of `test`, in the order of
    their ids), and go through the graph that is served, as with `predict`.

    Args:
        run: The finished run; supplied by the experiment.
        form: "label": the id and the predicted class, as CIFAR-10's competition asks; "probabilities": the id and a
            column a class with its probability, as the one of dog breeds does.
        id_column: name of the column of ids in the first line.
        label_column: name of the column of classes.
        split: of data without unlabelled examples (generated ones), whose examples are used instead, numbered from 1;
            None: test, without it validation, else train.

    Raises:
        ConfigError: the decoder does not tell what the form needs.

    References:
        Sections 13.13 and 13.14.
    """
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow([id_column, *(run.data.class_names if form == "probabilities" else [label_column])])
    for ids, decoded in _predictions(run, split):
        if missing := [key for key in NEEDED[form] if key not in decoded]:
            raise ConfigError(
                f"reports.submission.form={form} needs a decoder that tells {' and '.join(NEEDED[form])}: "
                f"`decoder=class_probabilities`. Received: one that tells {listing(decoded)}, without {missing[0]}"
            )
        answers = decoded["label"] if form == "label" else decoded["probabilities"]
        for name, answer in zip(ids, answers, strict=True):
            lines.writerow([name, *([answer] if form == "label" else [f"{value:.6g}" for value in answer])])
    run.artifacts.log_text(text.getvalue(), FILE)


def _predictions(run: FinishedRun, split: str | None) -> Iterator[tuple[Sequence[Any], Mapping[str, Sequence[Any]]]]:
    """Ids and what the decoder says, some examples at a time."""
    unlabelled = run.data.find_fact(UnlabelledExamples)
    if unlabelled is None:
        decoded = run.predict(split, None).decoded
        yield range(1, 1 + len(next(iter(decoded.values())))), decoded
        return
    examples: list[dict[str, Any]] = []
    for example in unlabelled.examples.as_numpy_iterator():
        examples.append(example)
        if len(examples) == CHUNK:
            yield _served(run, examples)
            examples = []
    if examples:
        yield _served(run, examples)


def _served(
    run: FinishedRun, examples: Sequence[Mapping[str, Any]]
) -> tuple[Sequence[str], Mapping[str, Sequence[Any]]]:
    ids = [example["id"].decode() for example in examples]
    return ids, run.serve({key: [example[key] for example in examples] for key in run.data.inputs})
