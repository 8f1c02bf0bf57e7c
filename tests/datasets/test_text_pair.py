"""Pairs from the user's own files."""

from __future__ import annotations

import json
import zipfile
from collections import Counter

import pytest

from tfd2l.datasets.text_pair import text_pair
from tfd2l.errors import DataError

SICK = {"premise": "sentence_A", "hypothesis": "sentence_B", "label": "entailment_judgment"}


def write(file, pairs, header=("premise", "hypothesis", "label")):
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join("\t".join(fields) for fields in (header, *pairs)) + "\n")
    return file


def pairs(count, groups, start=0, labels=("no", "yes")):
    """Pairs with `groups` premises in turn; the hypotheses are all different."""
    return [
        (f"premise {start + place % groups}", f"hypothesis {start + place}", labels[place % len(labels)])
        for place in range(count)
    ]


def test_one_file_is_split_by_premise_without_losing_a_pair(tmp_path, rows):
    written = pairs(300, 60)
    splits, info = text_pair(write(tmp_path / "mine.tsv", written))
    read = {split: rows(ds) for split, ds in splits.items()}
    assert (
        {split: len(some) for split, some in read.items()}
        == info.sizes
        == {
            "train": 240,
            "validation": 30,
            "test": 30,
        }
    )
    together = [
        (premise, hypothesis, info.class_names[label]) for some in read.values() for premise, hypothesis, label in some
    ]
    assert sorted(together) == sorted(written)
    premises = [{premise for premise, _, _ in some} for some in read.values()]
    assert sum(map(len, premises)) == len(set.union(*premises)) == 60
    assert (info.source, info.class_names, info.inputs) == ("file: mine.tsv", ("no", "yes"), ("premise", "hypothesis"))
    again, same = text_pair(tmp_path / "mine.tsv")
    assert (rows(again["train"]), same.fingerprint) == (read["train"], info.fingerprint)
    _, other = text_pair(tmp_path / "mine.tsv", split_seed=1)
    assert other.fingerprint != info.fingerprint


@pytest.mark.parametrize("others", [{"validation": "dev"}, {"test": "test"}, {}, {"validation": "dev", "test": "test"}])
def test_splits_without_a_file_come_out_of_train_without_crossing(tmp_path, rows, others):
    train = pairs(200, 100)
    write(tmp_path / "d" / "train.tsv", train)
    own = {split: pairs(20, 10, start=1000 if split == "test" else 2000) for split in others}
    for split, word in others.items():
        write(tmp_path / "d" / f"{word}.tsv", own[split])
    splits, info = text_pair(tmp_path / "d")
    read = {split: [(p, h, info.class_names[label]) for p, h, label in rows(ds)] for split, ds in splits.items()}
    assert list(read) == ["train", "validation", "test"]
    for split, some in own.items():
        assert read[split] == some
    carved = [split for split in read if split not in others]
    assert sorted(pair for split in carved for pair in read[split]) == sorted(train)
    assert {split: len(read[split]) for split in carved} == {
        split: 200 - 20 * (len(carved) - 1) if split == "train" else 20 for split in carved
    }
    premises = [{premise for premise, _, _ in read[split]} for split in carved]
    assert sum(map(len, premises)) == len(set.union(*premises))


def test_labels_are_sorted_or_in_the_order_given(tmp_path):
    file = write(tmp_path / "a.tsv", pairs(90, 90, labels=("b", "c", "a")))
    assert text_pair(file)[1].class_names == ("a", "b", "c")
    splits, info = text_pair(file, class_names=["c", "a", "b", "never seen"])
    assert info.class_names == ("c", "a", "b", "never seen")
    assert Counter(int(label) for ds in splits.values() for label in (e["label"] for e in ds)) == {0: 30, 1: 30, 2: 30}


def test_a_label_that_is_not_among_the_classes_is_told_with_its_line(tmp_path):
    file = write(tmp_path / "a.tsv", [*pairs(3, 3), ("p", "h", "yess"), *pairs(90, 90)])
    with pytest.raises(
        DataError,
        match=r"a\.tsv:5: unknown label 'yess'\. Did you mean 'yes'\? Classes: no, yes\. Correct.*Received: \{'pre",
    ):
        text_pair(file, class_names=["no", "yes"])
    _, info = text_pair(file, class_names=["no", "yes"], on_bad_record="skip")
    assert info.counts == {"skipped: unknown labels": 1}
    assert sum(info.sizes.values()) == 93


def test_a_label_that_train_does_not_know_is_told_or_skipped(tmp_path):
    write(tmp_path / "d" / "train.tsv", pairs(100, 100))
    write(tmp_path / "d" / "test.tsv", [*pairs(4, 4), ("p", "h", "maybe")])
    with pytest.raises(DataError, match=r"test\.tsv:6: unknown label 'maybe'\. Classes: no, yes\. "):
        text_pair(tmp_path / "d")
    _, info = text_pair(tmp_path / "d", on_bad_record="skip")
    assert (info.class_names, info.sizes["test"], info.counts) == (("no", "yes"), 4, {"skipped: unknown labels": 1})
    _, info = text_pair(tmp_path / "d", class_names=["no", "yes", "maybe"])
    assert info.sizes["test"] == 5


@pytest.mark.parametrize(
    ("bad", "fault", "reason"),
    [
        (("", "h", "yes"), "premise is empty", "premise is empty"),
        (("p", "  ", "yes"), "hypothesis is empty", "hypothesis is empty"),
        (("p", "h", ""), "unknown label ''", "unknown labels"),
    ],
)
def test_empty_texts_and_labels_are_refused(tmp_path, bad, fault, reason):
    file = write(tmp_path / "a.tsv", [*pairs(60, 60), bad])
    with pytest.raises(DataError, match=rf"a\.tsv:62: {fault}"):
        text_pair(file)
    assert text_pair(file, on_bad_record="skip")[1].counts == {f"skipped: {reason}": 1}


def test_a_key_of_columns_that_does_not_exist_is_told(tmp_path):
    file = write(tmp_path / "a.tsv", pairs(60, 60))
    with pytest.raises(
        DataError, match=r"dataset\.columns: no such key 'premisse'\. Did you mean 'premise'\? Keys:.*Received"
    ):
        text_pair(file, columns={"premisse": "a"})


@pytest.mark.parametrize("kept", [1, 2])
def test_too_few_premises_for_three_splits_are_one_clear_error(tmp_path, kept):
    file = write(tmp_path / "a.tsv", pairs(40, kept))
    cannot = (
        rf"cannot be divided into train, validation, test: .*makes {kept} of them\. Give more, .*Received: 40 examples"
    )
    with pytest.raises(DataError, match=cannot):
        text_pair(file)
    write(tmp_path / "d" / "train.tsv", pairs(40, kept))
    with pytest.raises(DataError, match=cannot):
        text_pair(tmp_path / "d")


def test_as_many_premises_as_splits_fill_each(tmp_path):
    assert text_pair(write(tmp_path / "a.tsv", pairs(40, 4)))[1].sizes == {"train": 20, "validation": 10, "test": 10}


def test_a_file_of_bad_records_alone_leaves_nothing_to_train_on(tmp_path):
    file = write(tmp_path / "a.tsv", [("p", "", "yes")] * 3)
    with pytest.raises(DataError, match="no pair is left for the train split"):
        text_pair(file, on_bad_record="skip")


def test_sick_as_published(shared_data, rows):
    splits, info = text_pair(shared_data / "sick", columns=SICK)
    assert info.class_names == ("CONTRADICTION", "ENTAILMENT", "NEUTRAL")
    lines = (shared_data / "sick" / "SICK_trial.txt").read_text().splitlines()[1:]
    trial = [(a.strip(), b.strip(), label) for _, a, b, _, label in (line.split("\t") for line in lines)]
    assert [(a, b, info.class_names[label]) for a, b, label in rows(splits["validation"])] == trial
    assert info.sizes["train"] + info.sizes["test"] == 4500
    assert abs(info.sizes["test"] - 450) < 20
    train, test = ({premise for premise, _, _ in rows(splits[split])} for split in ("train", "test"))
    assert not train & test


def test_sick_without_its_columns_named_says_how(shared_data):
    with pytest.raises(
        DataError,
        match=r"SICK_train\.txt:1: no column 'premise', no column 'hypothesis'.*dataset\.columns\.premise=COLUMN ",
    ):
        text_pair(shared_data / "sick")


def test_mnli_jsonl_as_published(shared_data, rows):
    file = shared_data / "mnli_dev" / "dev.jsonl"
    splits, info = text_pair(file, class_names=["entailment", "contradiction", "neutral"])
    expected = Counter(
        (record["premise"].strip(), record["hypothesis"].strip(), record["label"])
        for record in map(json.loads, file.read_text(encoding="utf-8").splitlines())
    )
    read = {split: rows(ds) for split, ds in splits.items()}
    assert expected == Counter((p, h, info.class_names[label]) for some in read.values() for p, h, label in some)
    assert sum(info.sizes.values()) == 9815
    assert abs(info.sizes["validation"] - 981.5) < 20
    premises = [{premise for premise, _, _ in some} for some in read.values()]
    assert sum(map(len, premises)) == len(set.union(*premises))


def test_the_names_of_the_users_columns_are_those_of_the_served_inputs(tmp_path):
    columns = {"premise": "question1", "hypothesis": "question2"}
    write(tmp_path / "mine.tsv", pairs(60, 30), ("question1", "question2", "label"))
    _, info = text_pair(tmp_path / "mine.tsv", columns=columns)
    assert info.served_inputs == {"question1": "premise", "question2": "hypothesis"}
    assert info.inputs == ("premise", "hypothesis")
    _, usual = text_pair(write(tmp_path / "usual.tsv", pairs(60, 30)))
    assert usual.served_inputs == {"premise": "premise", "hypothesis": "hypothesis"}


def test_one_column_is_not_two_things(tmp_path):
    write(tmp_path / "mine.tsv", pairs(60, 30))
    with pytest.raises(DataError, match=r"hypothesis, premise are all read from the column 'premise'.*Received: "):
        text_pair(tmp_path / "mine.tsv", columns={"hypothesis": "premise"})


@pytest.mark.parametrize("class_names", [None, ["yes", "no"]])
def test_a_single_class_leaves_nothing_to_tell_apart(tmp_path, class_names):
    file = write(tmp_path / "a.tsv", [(premise, hypothesis, "yes") for premise, hypothesis, _ in pairs(30, 30)])
    with pytest.raises(
        DataError, match=r"file: a\.tsv: every training example has the class 'yes', so there is nothing"
    ):
        text_pair(file, class_names=class_names)


def test_files_in_capitals_beside_hidden_ones_are_found(tmp_path):
    for name in ("TRAIN.TSV", "Dev.Tsv", "TEST.tsv"):
        write(tmp_path / "d" / name, pairs(30, 30))
        (tmp_path / "d" / f"._{name}").write_bytes(b"\0\5\x16\7")
    sizes = text_pair(tmp_path / "d")[1].sizes
    assert sizes == {"train": 30, "validation": 30, "test": 30}
    with zipfile.ZipFile(tmp_path / "D.ZIP", "w") as archive:
        for file in (tmp_path / "d").iterdir():
            archive.write(file, f"d\\{file.name}")
    assert text_pair(tmp_path / "D.ZIP")[1].sizes == sizes


def test_a_separator_can_be_said(tmp_path):
    file = write(tmp_path / "a.csv", pairs(30, 30))
    file.write_text(file.read_text().replace("\t", "^"))
    assert text_pair(file, separator="^")[1].class_names == ("no", "yes")


def test_a_class_is_named_once(tmp_path):
    file = write(tmp_path / "a.tsv", pairs(30, 30))
    with pytest.raises(DataError, match=r"The class 'yes' is named twice"):
        text_pair(file, class_names=["no", "yes", "yes"])
