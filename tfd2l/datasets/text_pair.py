"""Text pair classification dataset from your own files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from tfd2l.config.ranges import Seed
from tfd2l.data.info import Columns, DataInfo, Splits, make_splits
from tfd2l.data.readers.class_names import require_distinct, require_two_classes
from tfd2l.data.readers.records import BadRecord, OnBadRecord, Record, read_records, resolve_columns
from tfd2l.data.readers.split_files import fill_splits, find_split_files
from tfd2l.errors import DataError, did_you_mean

KEYS = ("premise", "hypothesis", "label")
SINGLE_CLASS = "Is the column of labels the right one (`dataset.columns.label`)?"
Pair = tuple[str, str, str]


def text_pair(
    path: Path,
    columns: Mapping[str, str] | None = None,
    class_names: list[str] | None = None,
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
    separator: str | None = None,
) -> tuple[Splits, DataInfo]:
    """Text pair classification dataset from your own csv, tsv, txt or jsonl files.

    It reads one file, or a folder of train, validation and test files.

    Args:
        path: One file, split 80/10/10 so that no premise crosses; or a folder (or zip) with a file a split,
            where a split that is missing is taken from train.
        columns: The file's names of our `premise`, `hypothesis` and `label`. The exported model takes its inputs by
            the names of the first two.
        class_names: The labels in the order of their numbers; None takes those of the train (or only) file, sorted.
        on_bad_record: "error", or "skip" to leave bad lines out and count them.
        split_seed: Another seed splits otherwise.
        separator: What stands between columns: `comma`, `tab`, `semicolon`, `bar`, or any character; None takes a
            comma in a csv and a tab elsewhere, unless the header shows another.

    Raises:
        DataError: A file without records, a missing column, a bad record (also one whose label train does not
            know): with file and line; or a single class.
    """
    names = resolve_columns(columns, dict(zip(KEYS, KEYS, strict=True)))
    counts: Counter[str] = Counter()
    classes = list(class_names or ())
    read: dict[str, list[Pair]] = {}
    for split, file in find_split_files(path).items():
        read[split] = read_records(file, names, _accept(classes), on_bad_record, counts, separator=separator)
        classes = classes or sorted({label for _, _, label in read[split]})
    return make_pair_splits(
        fill_splits(read, get_premise, split_seed),
        classes,
        source=f"file: {Path(path).name}",
        counts=counts,
        input_names={key: names[key] for key in KEYS[:2]},
    )


def get_premise(pair: Pair) -> str:
    """Returns the premise, by which pairs are split: one premise has several hypotheses."""
    return pair[0]


def make_pair_splits(
    pairs: Mapping[str, Sequence[Pair]],
    labels: Sequence[str],
    *,
    source: str,
    counts: Mapping[str, int],
    input_names: Mapping[str, str] | None = None,
) -> tuple[Splits, DataInfo]:
    """Makes splits and DataInfo of pairs whose labels are class names."""
    for split, rows in pairs.items():
        if not rows:
            read = {name: len(some) for name, some in pairs.items()}
            raise DataError(
                f"{source}: no pair is left for the {split} split; give more (one file is split by premise), or a "
                f"file for each split. Received: {read} pairs"
            )
    require_distinct(labels)
    require_two_classes((label for _, _, label in pairs["train"]), source, SINGLE_CLASS)
    number = {label: index for index, label in enumerate(labels)}
    columns: dict[str, Columns] = {
        split: {
            "premise": [premise for premise, _, _ in rows],
            "hypothesis": [hypothesis for _, hypothesis, _ in rows],
            "label": [number[label] for _, _, label in rows],
        }
        for split, rows in pairs.items()
    }
    return make_splits(
        columns, inputs=KEYS[:2], source=source, class_names=labels, counts=counts, input_names=input_names
    )


def require_text(record: Record) -> None:
    """Checks that no side of a pair is empty."""
    for key in KEYS[:2]:
        if not record[key]:
            raise BadRecord(f"{key} is empty")


def _accept(classes: Collection[str]) -> Callable[[Record], Pair]:
    def accept(record: Record) -> Pair:
        require_text(record)
        label = record["label"]
        if not label or (classes and label not in classes):
            known = f" Classes: {', '.join(classes)}" if classes else ""
            near = did_you_mean(label, classes)
            raise BadRecord(f"unknown label {label!r}.{near}{known}", reason="unknown labels")
        return record["premise"], record["hypothesis"], label

    return accept
