"""From a path (a file, a folder or a zip archive) to the files of the splits."""

from __future__ import annotations

import hashlib
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TypeVar

from tfd2l.data.readers.records import SUFFIXES
from tfd2l.errors import DataError, did_you_mean
from tfd2l.files.names import get_suffix, is_hidden
from tfd2l.files.opening import UNREADABLE, File, format_reason, open_zip
from tfd2l.files.walking import walk_files

T = TypeVar("T")

SPLIT_WORDS: Mapping[str, frozenset[str]] = {
    "train": frozenset({"train", "training"}),
    "validation": frozenset({"validation", "valid", "val", "dev", "trial"}),
    "test": frozenset({"test"}),
}
FRACTIONS: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}
SHOWN = 12  # names, in an error


def find_split_files(path: Path, suffixes: Sequence[str] = SUFFIXES) -> dict[str, File]:
    """Finds the file of each split, train first; a single file is returned as `{"all": file}`.

    A folder or a zip archive is searched for files whose name holds the word of a split: `train`,
    `validation`/`valid`/`val`/`dev`/`trial`, `test`.

    Args:
        path: A file, a folder, or a zip archive.
        suffixes: Endings of the files that are looked for.

    Raises:
        DataError: Nothing there, no train file, two files for one split, or one file for two.
    """
    path = path.expanduser()
    if path.is_file() and get_suffix(path.name) != ".zip":
        return {"all": path}
    files = list_files(path)
    found: dict[str, list[File]] = {split: [] for split in SPLIT_WORDS}
    readable = [file for file in files if get_suffix(file.name) in suffixes]
    for file in readable:
        words = set(re.split(r"[^a-z]+", file.stem.lower()))
        splits = [split for split, names in SPLIT_WORDS.items() if words & names]
        if len(splits) > 1:
            raise DataError(f"{file}: the name means {' and '.join(splits)}; rename it. Received: {file.name}")
        for split in splits:
            found[split].append(file)
    if not found["train"]:
        inside = format_file_names(readable or files)
        one = f": `dataset.path={readable[0]}`" if readable else ""
        raise DataError(
            f"{path}: no train file; expected names such as train.tsv, validation.tsv, test.tsv "
            f"({', '.join(suffixes)}), or give one file{one}. Received: {inside}"
        )
    # The same split in several formats (snli_1.0 has .txt and .jsonl): the first format in name order that has train.
    suffix = get_suffix(found["train"][0].name)
    chosen = {split: [f for f in some if get_suffix(f.name) == suffix] or some for split, some in found.items() if some}
    for split, some in chosen.items():
        if len(some) > 1:
            raise DataError(
                f"{path}: several files could be the {split} split; leave one, or give one file. "
                f"Received: {', '.join(str(file).removeprefix(f'{path}/') for file in some)}"
            )
    return {split: some[0] for split, some in chosen.items()}


def fill_splits(read: Mapping[str, list[T]], group: Callable[[T], str], seed: int) -> dict[str, list[T]]:
    """Returns the rows of every split: one without a file is taken out of train (or of `all`), by group.

    Args:
        read: Split -> its rows; or `all`, to be split 80/10/10.
        group: The group name of a row; no group crosses from one split taken to another.
        seed: Another seed gives another split.
    """
    pool = read["all"] if "all" in read else read["train"]
    missing = {split: fraction for split, fraction in FRACTIONS.items() if split != "train" and split not in read}
    wanted = {"train": 1 - sum(missing.values()), **missing}
    taken = split_by_group(pool, map(group, pool), seed, wanted)
    return {split: taken[split] if split in taken else read[split] for split in FRACTIONS}


def split_by_group(
    rows: Sequence[T],
    groups: Iterable[str],
    seed: int,
    wanted: Mapping[str, float] = FRACTIONS,
    strata: Sequence[object] | None = None,
) -> dict[str, list[T]]:
    """Splits rows so that no group crosses: groups in the order of a seeded hash, cut by the number of rows.

    Each split gets one group at least.

    With strata, the order is such that its beginning, its middle and its end have as much of each stratum: the groups
    of one, n in the order of the hash, stand at (u + 0, u + 1, ...) / n with another u in 0..1 for each.

    Args:
        rows: What is split; their order is kept inside a split.
        groups: One group name a row (the premise of a pair).
        seed: Another seed gives another split.
        wanted: Split -> fraction of the rows, summing to 1.
        strata: One a row (its class); that of a group is its first row's.

    Raises:
        DataError: There are rows, but fewer groups than splits.
    """
    names = list(groups)
    if 0 < len(set(names)) < len(wanted):
        raise DataError(
            f"The examples cannot be divided into {', '.join(wanted)}: what is the same or belongs together stays in "
            f"one split, which makes {len(set(names))} of them. Give more, a file or folder for each split, or leave "
            f"splits out where the dataset has the option (dataset.missing_splits=none). Received: {len(names)} "
            "examples"
        )

    def by_hash(name: object) -> bytes:
        return hashlib.sha1(f"{seed}\x1f{name}".encode()).digest()

    order = sorted(set(names), key=by_hash)
    if strata is not None:
        stratum = dict(reversed(list(zip(names, strata, strict=True))))  # the first of each name
        inside: dict[object, list[str]] = {}
        for name in order:
            inside.setdefault(stratum[name], []).append(name)
        standing = {
            name: (number + int.from_bytes(by_hash(of)[:6], "big") / 2**48) / len(some)
            for of, some in inside.items()
            for number, name in enumerate(some)
        }
        order.sort(key=standing.__getitem__)
    members: dict[str, int] = {}
    for name in names:
        members[name] = members.get(name, 0) + 1
    limits, total = [], 0.0
    for split, fraction in wanted.items():
        total += fraction
        limits.append((split, total * len(rows)))
    assigned: dict[str, str] = {}
    taken, place, alone = 0, 0, 0  # alone: groups of the split so far
    for number, name in enumerate(order):
        full = taken >= limits[place][1]
        needed = len(order) - number < len(limits) - place  # so that each split after this one gets a group
        if place < len(limits) - 1 and alone and (full or needed):
            place, alone = place + 1, 0
        assigned[name] = limits[place][0]
        taken, alone = taken + members[name], alone + 1
    splits: dict[str, list[T]] = {split: [] for split in wanted}
    for row, name in zip(rows, names, strict=True):
        splits[assigned[name]].append(row)
    return splits


def list_files(path: Path) -> list[File]:
    """Lists the files in a folder or a zip archive (read where they are), by name; without hidden ones.

    Raises:
        DataError: There is no such file or folder, or it is a file that is not a zip archive.
    """
    if path.is_dir():
        return [*walk_files(path)]
    try:
        archive = open_zip(path)
    except FileNotFoundError as error:
        beside = [file.name for file in path.parent.iterdir()] if path.parent.is_dir() else []
        raise DataError(f"{path}: no such file or folder.{did_you_mean(path.name, beside)} Received: {path}") from error
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {format_reason(error)}. Received: {path}") from error
    except UNREADABLE as error:
        raise DataError(
            f"{path}: not a readable zip archive: {error}. Fetch it again. Received: {path.stat().st_size} bytes"
        ) from error
    names = sorted(name for name in archive.namelist() if not name.endswith("/") and not is_hidden(name))
    return [zipfile.Path(archive, name) for name in names]


def format_file_names(files: Iterable[File]) -> str:
    """Formats, for an error, the first names of what a folder or an archive holds."""
    return ", ".join(file.name for file in islice(files, SHOWN)) or "nothing in it"


def find_file(path: Path, name: str) -> File:
    """Finds a file by name in a folder or a zip archive; a path that is another file is taken to be meant itself.

    Raises:
        DataError: There is none.
    """
    path = path.expanduser()
    if path.is_file() and get_suffix(path.name) != ".zip":
        return path
    files = list_files(path)
    found = next((file for file in files if file.name.lower() == name.lower()), None)
    if found is None:
        raise DataError(
            f"{path}: no {name} in it; give the file itself, `dataset.path=FILE`. Received: {format_file_names(files)}"
        )
    return found
