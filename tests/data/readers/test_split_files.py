"""From a path to the files of the splits, and splitting by group."""

from __future__ import annotations

import random
import zipfile
from collections import Counter

import pytest

from tfd2l.data.readers.split_files import FRACTIONS, find_split_files, split_by_group
from tfd2l.errors import DataError


def put(folder, names):
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def packed(archive, names):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name in names:
            bundle.writestr(name, name)
    return archive


NAMED = [
    (["train.csv", "validation.csv", "test.csv"], ["train.csv", "validation.csv", "test.csv"]),
    (["SICK_train.txt", "SICK_trial.txt", "readme.txt"], ["SICK_train.txt", "SICK_trial.txt", None]),
    (["a/training-set.tsv", "b/Dev.tsv", "contest.tsv"], ["a/training-set.tsv", "b/Dev.tsv", None]),
    (["x_train.jsonl", "x_val.jsonl", "x_test.jsonl"], ["x_train.jsonl", "x_val.jsonl", "x_test.jsonl"]),
    (["c_valid.tsv", "b_train.tsv", "a.tsv", "train.xlsx"], ["b_train.tsv", "c_valid.tsv", None]),
    (  # as snli_1.0: every split in two formats
        [f"s/s_{split}.{suffix}" for split in ("train", "dev", "test") for suffix in ("txt", "jsonl")],
        ["s/s_train.jsonl", "s/s_dev.jsonl", "s/s_test.jsonl"],
    ),
    (["train.csv", "dev.tsv"], ["train.csv", "dev.tsv", None]),
]


@pytest.mark.parametrize(("names", "expected"), NAMED)
def test_a_folder_and_an_archive_of_it_have_the_same_splits(tmp_path, names, expected):
    wanted = {split: name for split, name in zip(FRACTIONS, expected, strict=True) if name}
    folder = find_split_files(put(tmp_path / "data", names))
    assert {split: str(file.relative_to(tmp_path / "data")) for split, file in folder.items()} == wanted
    archive = packed(tmp_path / "data.zip", [*names, "__MACOSX/train.csv", "__MACOSX/._train.csv"])
    inside = find_split_files(archive)
    assert list(inside) == list(wanted)  # train first
    for split, file in inside.items():
        assert str(file) == f"{archive}/{wanted[split]}"
        assert file.read_text(encoding="utf-8") == wanted[split]


def test_one_file_holds_all(tmp_path, monkeypatch):
    (tmp_path / "test.tsv").write_text("")
    assert find_split_files(tmp_path / "test.tsv") == {"all": tmp_path / "test.tsv"}
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_split_files(type(tmp_path)("~/test.tsv")) == {"all": tmp_path / "test.tsv"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], r"no train file; expected names such as train\.tsv.*Received: nothing in it$"),
        (["dev.tsv", "notes.tsv"], r"no train file.*Received: dev\.tsv, notes\.tsv$"),
        (["train.parquet"], r"no train file.*Received: train\.parquet$"),
        (
            ["a/train.csv", "b/train.csv"],
            r"several files could be the train split.*Received: a/train\.csv, b/train\.csv$",
        ),
        (["train.csv", "val.csv", "dev.csv"], r"several files could be the validation split.*: dev\.csv, val\.csv$"),
        (["train.csv", "train_dev.csv"], r"train_dev\.csv: the name means train and validation; rename it"),
    ],
)
def test_a_folder_or_archive_that_does_not_tell_its_splits_is_refused(tmp_path, names, message):
    (tmp_path / "data").mkdir()
    with pytest.raises(DataError, match=message):
        find_split_files(put(tmp_path / "data", names))
    with pytest.raises(DataError, match=message):
        find_split_files(packed(tmp_path / "data.zip", names))


def test_what_is_not_there_is_told_with_the_nearest_name(tmp_path):
    (tmp_path / "pairs.tsv").write_text("")
    with pytest.raises(DataError, match=r"pair\.tsv: no such file or folder\. Did you mean 'pairs\.tsv'\?.*Received"):
        find_split_files(tmp_path / "pair.tsv")
    with pytest.raises(DataError, match=r"pairs\.zip: no such file or folder"):
        find_split_files(tmp_path / "pairs.zip")
    with pytest.raises(DataError, match="no such file or folder"):
        find_split_files(tmp_path / "nowhere" / "pairs.zip")


@pytest.mark.parametrize("content", [b"", b"<html>not found</html>", b"PK\x03\x04 cut off"])
def test_what_is_not_an_archive_is_refused(tmp_path, content):
    (tmp_path / "data.zip").write_bytes(content)
    with pytest.raises(DataError, match=rf"data\.zip: not a readable zip archive.*Received: {len(content)} bytes"):
        find_split_files(tmp_path / "data.zip")


def grouped(sizes, shuffle_seed=0):
    rows = [(f"premise {group}", place) for group, size in enumerate(sizes) for place in range(size)]
    random.Random(shuffle_seed).shuffle(rows)
    return rows, [premise for premise, _ in rows]


@pytest.mark.parametrize("wanted", [FRACTIONS, {"train": 0.9, "validation": 0.1}, {"train": 1.0}])
@pytest.mark.parametrize("seed", range(5))
def test_no_group_crosses_and_sizes_miss_by_less_than_a_group(wanted, seed):
    generator = random.Random(seed)
    sizes = [generator.choice([1, 1, 3, 5, 20]) for _ in range(generator.randrange(50, 150))]
    rows, groups = grouped(sizes, seed)
    splits = split_by_group(rows, groups, seed, wanted)
    assert list(splits) == list(wanted)
    home = {}
    for split, some in splits.items():
        assert abs(len(some) - wanted[split] * len(rows)) < max(sizes)
        for row in some:
            assert home.setdefault(row[0], split) == split
        assert some == [row for row in rows if home.get(row[0]) == split]  # all of them, in their order
    assert sum(map(len, splits.values())) == len(rows)


def test_single_rows_are_split_exactly_by_fraction():
    rows, groups = grouped([1] * 1000)
    assert {split: len(some) for split, some in split_by_group(rows, groups, 0).items()} == {
        "train": 800,
        "validation": 100,
        "test": 100,
    }


@pytest.mark.parametrize("rows", range(3, 12))
@pytest.mark.parametrize("wanted", [FRACTIONS, {"train": 0.9, "test": 0.1}])
def test_of_few_rows_each_split_gets_one(rows, wanted):
    for seed in range(3):
        sizes = [len(some) for some in split_by_group(range(rows), map(str, range(rows)), seed, wanted).values()]
        assert min(sizes) >= 1
        assert sum(sizes) == rows
        assert max(sizes) == sizes[0]


@pytest.mark.parametrize("sizes", [[50, 1, 1], [1, 50, 1], [1, 1, 50], [9, 9, 9]])
def test_of_few_groups_each_split_gets_one(sizes):
    rows, groups = grouped(sizes)
    for seed in range(4):
        splits = split_by_group(rows, groups, seed)
        assert [len({group for group, _ in some}) for some in splits.values()] == [1, 1, 1]


@pytest.mark.parametrize("sizes", [[1], [40], [40, 3]])
def test_fewer_groups_than_splits_are_refused(sizes):
    rows, groups = grouped(sizes)
    message = rf"divided into train, validation, test: .* {len(sizes)} of them.* Received: {len(rows)} examples$"
    with pytest.raises(DataError, match=message):
        split_by_group(rows, groups, 0)
    assert split_by_group(rows, groups, 0, {"train": 1.0}) == {"train": rows}


def test_the_split_is_a_function_of_group_names_and_seed_alone():
    rows, groups = grouped([2] * 100)
    first = split_by_group(rows, groups, seed=3)
    assert split_by_group(rows, groups, seed=3) == first
    again = split_by_group(rows[::-1], groups[::-1], seed=3)
    assert {split: some[::-1] for split, some in again.items()} == first
    other = split_by_group(rows, groups, seed=4)
    assert {split: len(some) for split, some in other.items()} == {split: len(some) for split, some in first.items()}
    assert other != first


@pytest.mark.parametrize("seed", range(4))
def test_one_giant_group_stays_whole(seed):
    rows, groups = grouped([900, *[1] * 100])
    splits = split_by_group(rows, groups, seed)
    (home,) = [split for split, some in splits.items() if any(premise == "premise 0" for premise, _ in some)]
    assert sum(premise == "premise 0" for premise, _ in splits[home]) == 900
    assert sum(map(len, splits.values())) == 1000
    assert split_by_group(rows[:0], groups[:0], seed) == {"train": [], "validation": [], "test": []}


def test_strata_have_their_share_of_every_split():
    sizes = {"a": 40, "b": 20, "c": 10}
    rows = [(f"{name}{number}", name) for name, count in sizes.items() for number in range(count)]
    names, strata = zip(*rows, strict=True)
    splits = split_by_group(rows, names, 0, strata=strata)
    counts = {split: Counter(of for _, of in some) for split, some in splits.items()}
    assert counts["train"] == {"a": 32, "b": 16, "c": 8}
    assert counts["validation"] == counts["test"] == {"a": 4, "b": 2, "c": 1}
    assert splits != split_by_group(rows, names, 1, strata=strata)
    together = split_by_group(rows, [name[-1] for name in names], 0, strata=strata)  # ten groups that cross strata
    assert sum(len({name[-1] for name, _ in some}) for some in together.values()) == 10
