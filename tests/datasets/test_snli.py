"""SNLI from the corpus' own files, from files of others, and from TFDS."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections import Counter

import pytest
import tensorflow as tf

from tfd2l.datasets import snli as module
from tfd2l.datasets.snli import CLASS_NAMES, snli
from tfd2l.errors import DataError

HEADER = "gold_label sentence1_binary_parse sentence2_binary_parse sentence1_parse sentence2_parse sentence1 sentence2"
HEADER = [*HEADER.split(), "captionID", "pairID", "label1", "label2", "label3", "label4", "label5"]
LABELS = ["neutral", "contradiction", "entailment", "-"]
BOOK = {"entailment": 0, "contradiction": 1, "neutral": 2}


def corpus(count, start=0):
    """Records as the corpus has them: three pairs a premise, some without a gold label, odd characters."""
    return [
        {
            "gold_label": LABELS[place % 4],
            "sentence1_binary_parse": "( ( A man ) )",
            "sentence2_binary_parse": '( "quoted )',
            "sentence1_parse": "(ROOT (NP (DT A)))",
            "sentence2_parse": "(ROOT (NP (DT A)))",
            "sentence1": f'A man says "premise {start + place // 3}',
            "sentence2": f"Émile, hypothesis {start + place}.",
            "captionID": f"{place}.jpg#1",
            "pairID": f"{place}.jpg#1r1n",
            "annotator_labels": [LABELS[place % 3]],
        }
        for place in range(count)
    ]


def gold(records):
    return [(r["sentence1"], r["sentence2"], BOOK[r["gold_label"]]) for r in records if r["gold_label"] != "-"]


def as_txt(records):
    lines = ["\t".join(HEADER)]
    for record in records:
        labels = (record["annotator_labels"] + [""] * 5)[:5]
        lines.append("\t".join([*(record[name] for name in HEADER[:9]), *labels]))
    return "\n".join(lines) + "\n"


def as_jsonl(records):
    return "".join(json.dumps(record) + "\n" for record in records)


FORMATS = {"txt": as_txt, "jsonl": as_jsonl}


@pytest.mark.parametrize("suffix", FORMATS)
def test_one_file_of_the_corpus_is_split_by_premise(tmp_path, rows, suffix):
    records = corpus(900)
    file = tmp_path / f"snli_1.0_dev.{suffix}"
    file.write_text(FORMATS[suffix](records), encoding="utf-8")
    splits, info = snli(file)
    read = {split: rows(ds) for split, ds in splits.items()}
    assert sorted(pair for some in read.values() for pair in some) == sorted(gold(records))
    assert info.counts == {"pairs without a gold label": 225}
    assert (info.class_names, info.inputs) == (tuple(BOOK), ("premise", "hypothesis"))
    assert {split: len(some) for split, some in read.items()} == info.sizes
    for split, fraction in {"train": 0.8, "validation": 0.1, "test": 0.1}.items():
        assert abs(info.sizes[split] - fraction * 675) < 3
    premises = [{premise for premise, _, _ in some} for some in read.values()]
    assert sum(map(len, premises)) == len(set.union(*premises)) == 300


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("suffixes", [("txt",), ("jsonl",), ("txt", "jsonl")])
def test_the_published_folder_and_archive_keep_their_splits(tmp_path, rows, packed, suffixes):
    records = {"train": corpus(40), "dev": corpus(8, 100), "test": corpus(12, 200)}
    path = tmp_path / "snli_1.0.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("snli_1.0/README.txt", "About the corpus.")
        bundle.writestr("__MACOSX/snli_1.0/._snli_1.0_train.txt", b"\x00\x05")
        for split, some in records.items():
            for suffix in suffixes:
                bundle.writestr(f"snli_1.0/snli_1.0_{split}.{suffix}", FORMATS[suffix](some))
        if not packed:
            bundle.extractall(tmp_path)
            path = tmp_path / "snli_1.0"
    splits, info = snli(path)
    assert {split: rows(ds) for split, ds in splits.items()} == {
        "train": gold(records["train"]),
        "validation": gold(records["dev"]),
        "test": gold(records["test"]),
    }
    assert info.counts == {"pairs without a gold label": 10 + 2 + 3}
    assert info.source == f"file: {path.name}"


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (None, [0, 2, 1, 0]),
        (["entailment", "contradiction", "neutral"], [0, 1, 2, 0]),
        (["neutral", "entailment", "contradiction"], [2, 0, 1, 0]),
    ],
)
@pytest.mark.parametrize("suffix", ["tsv", "csv", "jsonl"])
def test_numbers_mean_what_label_order_says(tmp_path, rows, suffix, order, expected):
    labels = ["0", "1", "2", "entailment", "-", "-1"]
    pairs = [(f"premise {place}", f"hypothesis {place}", label) for place, label in enumerate(labels)]
    separator = "," if suffix == "csv" else "\t"
    lines = [separator.join(fields) for fields in (("premise", "hypothesis", "label"), *pairs)]
    if suffix == "jsonl":
        lines = [json.dumps({"premise": p, "hypothesis": h, "label": int(n) if n in "012" else n}) for p, h, n in pairs]
    for split in ("train", "dev", "test"):
        (tmp_path / f"{split}.{suffix}").write_text("\n".join(lines))
    splits, info = snli(tmp_path, label_order=order)
    assert [label for _, _, label in rows(splits["train"])] == expected
    assert info.counts == {"pairs without a gold label": 6}


@pytest.mark.parametrize(
    "order", [["entailment", "neutral"], ["entailment", "neutral", "neutral"], ["yes", "no", "maybe"]]
)
def test_an_order_without_the_three_classes_is_refused(tmp_path, order):
    (tmp_path / "a.tsv").write_text("premise\thypothesis\tlabel\na\tb\t0\n")
    with pytest.raises(
        DataError, match=r"label_order must hold each of contradiction, entailment, neutral once\. Received"
    ):
        snli(tmp_path / "a.tsv", label_order=order)


@pytest.mark.parametrize("label", ["Entailment", "3", "²", ""])
def test_an_unknown_label_is_told_with_line_and_nearest_or_skipped(tmp_path, label):
    records = corpus(90)
    records[4]["gold_label"] = label
    file = tmp_path / "snli_1.0_dev.txt"
    file.write_text(as_txt(records), encoding="utf-8")
    with pytest.raises(DataError, match=rf"dev\.txt:6: unknown label '{label}'\.") as error:
        snli(file)
    assert ("Did you mean 'entailment'?" in str(error.value)) == (label == "Entailment")
    assert "Classes: entailment, contradiction, neutral. " in str(error.value)
    _, info = snli(file, on_bad_record="skip")
    assert info.counts["skipped: unknown labels"] == 1


def test_an_archive_that_is_damaged_inside_is_told(tmp_path):
    path = tmp_path / "snli_1.0.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("snli_1.0/snli_1.0_train.txt", as_txt(corpus(40)))
    content = bytearray(path.read_bytes())
    content[2000] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(DataError, match=r"snli_1\.0\.zip/snli_1\.0/snli_1\.0_train\.txt: cannot be read: Bad CRC-32"):
        snli(path)


def test_a_bad_line_in_an_archive_is_told_by_its_place_in_it(tmp_path):
    path = tmp_path / "snli_1.0.zip"
    with zipfile.ZipFile(path, "w") as bundle:
        bundle.writestr("snli_1.0/snli_1.0_train.txt", as_txt(corpus(40)) + "neutral\n")
    with pytest.raises(DataError, match=r"snli_1\.0\.zip/snli_1\.0/snli_1\.0_train\.txt:42: 1 fields where"):
        snli(path)


def test_the_books_archive_is_fetched_and_read(tmp_path, monkeypatch, server, rows):
    url, folder, requests = server
    with zipfile.ZipFile(folder / "snli_1.0.zip", "w") as bundle:
        for split, count in {"train": 40, "dev": 8, "test": 8}.items():
            bundle.writestr(f"snli_1.0/snli_1.0_{split}.txt", as_txt(corpus(count)))
    digest = hashlib.sha1((folder / "snli_1.0.zip").read_bytes()).hexdigest()
    monkeypatch.setattr(module, "ARCHIVE", (f"{url}/snli_1.0.zip", digest))
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    for _ in range(2):
        splits, info = snli(source="archive")
        assert rows(splits["train"]) == gold(corpus(40))
        assert info.source == "archive: snli_1.0.zip"
    assert requests.count("GET") == 1


@pytest.mark.parametrize("source", ["tfds", "archive"])
def test_without_network_and_copy_the_error_names_both_ways_out(no_network, tfds_folder, tmp_path, monkeypatch, source):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    with pytest.raises(
        DataError, match=r"could not be reached.*`dataset\.path=FOLDER_OR_ARCHIVE`.*\*_embedded\)"
    ) as error:
        snli(source=source)
    assert "\n" not in str(error.value)


def test_tfds_is_relabelled_filtered_and_counted(no_network, tfds_folder, rows):
    import tensorflow_datasets as tfds

    order = ["entailment", "neutral", "contradiction"]  # of tfds' own builder; no gold label is -1

    def stored(records):
        examples = [
            {
                "premise": r["sentence1"],
                "hypothesis": r["sentence2"],
                "label": -1 if r["gold_label"] == "-" else order.index(r["gold_label"]),
            }
            for r in records
        ]
        return list(enumerate(examples))

    features = tfds.features.FeaturesDict(
        {
            "premise": tfds.features.Text(),
            "hypothesis": tfds.features.Text(),
            "label": tfds.features.ClassLabel(names=order),
        }
    )
    records = {"train": corpus(40), "validation": corpus(8, 100), "test": corpus(12, 200)}
    tfds.dataset_builders.store_as_tfds_dataset(
        name="snli",
        version="1.1.0",
        data_dir=tfds_folder,
        features=features,
        split_datasets={split: stored(some) for split, some in records.items()},
    )
    splits, info = snli()
    for split, some in records.items():
        assert sorted(rows(splits[split])) == sorted(gold(some))
        assert int(splits[split].cardinality()) == info.sizes[split] == len(gold(some))
    assert info.counts == {"pairs without a gold label": 10 + 2 + 3}
    assert (info.source, info.class_names) == ("tfds: snli/1.1.0", CLASS_NAMES)
    assert info.example_spec["label"] == tf.TensorSpec([], tf.int32)
    again, same = snli()
    assert (rows(again["train"]), same.fingerprint) == (rows(splits["train"]), info.fingerprint)


def test_the_corpus_own_jsonl_as_published(shared_data, rows):
    file = shared_data / "snli_dev" / "snli_1.0_dev_part_a.jsonl"
    records = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    splits, info = snli(file)
    read = Counter(pair for ds in splits.values() for pair in rows(ds))
    assert read == Counter((p.strip(), h.strip(), label) for p, h, label in gold(records))
    assert (len(records), sum(info.sizes.values()), info.counts) == (1289, 1273, {"pairs without a gold label": 16})


def test_a_converted_file_as_published_agrees_with_the_corpus(shared_data, rows):
    splits, info = snli(shared_data / "snli_dev" / "snli_validation.tsv")
    read = [pair for ds in splits.values() for pair in rows(ds)]
    assert (len(read), info.counts) == (9842, {})
    lines = (shared_data / "snli_dev" / "snli_validation.tsv").read_text(encoding="utf-8").split("\n")[1:]
    book = {"0": 0, "1": 2, "2": 1}  # the file: entailment, neutral, contradiction
    expected = ((p.strip(), h.strip(), book[n.strip()]) for p, h, n in (line.split("\t") for line in lines if line))
    assert Counter(read) == Counter(expected)
    corpus_splits, _ = snli(shared_data / "snli_dev" / "snli_1.0_dev_part_a.jsonl")
    labels = {(p, h): label for p, h, label in read}
    both = [(labels[p, h], label) for ds in corpus_splits.values() for p, h, label in rows(ds) if (p, h) in labels]
    assert len(both) > 1200
    assert sum(ours == theirs for ours, theirs in both) > 0.99 * len(both)
