"""SNLI natural language inference dataset."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal

import tensorflow as tf

from tfd2l.config.ranges import Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.data.readers.download import copy_or_download, load_tfds_splits
from tfd2l.data.readers.records import BadRecord, File, OnBadRecord, Record, read_records
from tfd2l.data.readers.split_files import fill_splits, find_split_files
from tfd2l.datasets.text_pair import Pair, get_premise, make_pair_splits, require_text
from tfd2l.errors import DataError, did_you_mean, listing
from tfd2l.files.text_file import scan_lines

CLASS_NAMES = ("entailment", "contradiction", "neutral")  # the book's order, whatever the file's
PUBLISHED_ORDER = ["entailment", "neutral", "contradiction"]  # of TFDS and of most converted files
NO_GOLD_LABEL = ("-", "-1")
ARCHIVE = ("https://nlp.stanford.edu/projects/snli/snli_1.0.zip", "9fcde07509c7e87ec61c640c1b2753d9041758e4")
COLUMN_NAMES = (
    {"premise": "sentence1", "hypothesis": "sentence2", "label": "gold_label"},  # the corpus' own files
    {"premise": "premise", "hypothesis": "hypothesis", "label": "label"},
)

log = logging.getLogger("tfd2l")


def snli(
    path: Path | None = None,
    source: Literal["tfds", "archive"] = "tfds",
    label_order: list[str] | None = None,
    on_bad_record: OnBadRecord = "error",
    split_seed: Seed = 0,
) -> tuple[Splits, DataInfo]:
    """SNLI natural language inference dataset, with labels entailment 0, contradiction 1, neutral 2.

    Pairs without a gold label are left out.

    Args:
        path: The folder or zip `snli_1.0`, or one file: its .txt or .jsonl, or a .tsv/.csv with a header
            (premise, hypothesis, label). One file is split 80/10/10 so that no premise crosses.
        source: Without a path: "tfds", or "archive", the book's download (570k pairs, 90 MB).
        label_order: The classes that 0, 1, 2 mean in a file whose labels are numbers; None is the order in which they
            are published, entailment, neutral, contradiction. The model numbers them as above.
        on_bad_record: "error", or "skip" to leave bad lines out and count them.
        split_seed: Another seed splits one file otherwise.

    Raises:
        DataError: A missing column, a bad record (with file and line), or no network and no copy.

    References:
        - Bowman et al. 2015, *A large annotated corpus for learning natural language inference*.
    """
    if path is None and source == "tfds":
        return _from_tfds()
    folder, name = copy_or_download(path, ARCHIVE, dataset="snli")
    counts: Counter[str] = Counter()
    numbers: Counter[str] = Counter()
    accept = _accept(label_order or PUBLISHED_ORDER, counts, numbers)
    read = {
        split: read_records(file, _columns(file), accept, on_bad_record, counts)
        for split, file in find_split_files(folder).items()
    }
    if numbers:
        meaning = ", ".join(f"{number} {label}" for number, label in enumerate(label_order or PUBLISHED_ORDER))
        log.info("data: labels are numbers, read as %s; dataset.label_order says otherwise", meaning)
    return make_pair_splits(fill_splits(read, get_premise, split_seed), CLASS_NAMES, source=name, counts=counts)


def _accept(order: Sequence[str], counts: Counter[str], numbers: Counter[str]) -> Callable[[Record], Pair | None]:
    if sorted(order) != sorted(CLASS_NAMES):
        raise DataError(f"dataset.label_order must hold each of {listing(CLASS_NAMES)} once. Received: {list(order)}")

    def accept(record: Record) -> Pair | None:
        label = record["label"]
        if label in NO_GOLD_LABEL:
            counts["pairs without a gold label"] += 1
            return None
        require_text(record)
        if label.isdecimal() and int(label) < len(order):
            numbers[label] += 1
            label = order[int(label)]
        if label not in CLASS_NAMES:
            near = did_you_mean(label, CLASS_NAMES)
            fault = f"unknown label {label!r}.{near} Classes: {', '.join(CLASS_NAMES)}"
            raise BadRecord(fault, reason="unknown labels")
        return record["premise"], record["hypothesis"], label

    return accept


def _columns(file: File) -> dict[str, str]:
    """Which of the two known headings a file has, by its first line."""
    first = next((line.text for line in scan_lines(file)), "")
    return next((names for names in COLUMN_NAMES if names["premise"] in first), COLUMN_NAMES[1])


def _from_tfds() -> tuple[Splits, DataInfo]:
    splits, info = load_tfds_splits("snli", inputs=("premise", "hypothesis"))
    to_book = tf.constant([CLASS_NAMES.index(name) for name in PUBLISHED_ORDER], tf.int32)

    def relabelled(example: dict[str, tf.Tensor]) -> dict[str, tf.Tensor]:
        return {**example, "label": tf.gather(to_book, tf.cast(example["label"], tf.int32))}

    kept = {name: ds.filter(lambda e: e["label"] >= 0).map(relabelled) for name, ds in splits.items()}
    sizes = {name: int(ds.reduce(0, lambda count, _: count + 1)) for name, ds in kept.items()}
    left_out = sum(info.sizes.values()) - sum(sizes.values())
    kept = {name: ds.apply(tf.data.experimental.assert_cardinality(sizes[name])) for name, ds in kept.items()}
    return kept, DataInfo(
        inputs=info.inputs,
        example_spec=kept["train"].element_spec,
        sizes=sizes,
        source=info.source,
        fingerprint=info.fingerprint,
        class_names=CLASS_NAMES,
        counts={"pairs without a gold label": left_out},
    )
