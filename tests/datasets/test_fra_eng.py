"""fra_eng from the book's archive, from its file, from TFDS, and from malformed files."""

from __future__ import annotations

import re
import zipfile

import pytest

from tfd2l.datasets.fra_eng import fra_eng
from tfd2l.errors import DataError

SMALL = {"num_pairs": 2, "num_validation": 1, "num_test": 1}
LINES = [
    "Go.\tVa !",
    "Go.\tMarche.",
    "GO!\tAllez !",
    "Hi.\tSalut !",
    "Hi.\tSalut.",
    "Run!\tCours !",
    "Wow!\tÇa alors !",
]


def pairs(split):
    return [(e["source"].decode(), e["target"].decode()) for e in split.as_numpy_iterator()]


def written(folder, lines, name="fra.txt"):
    file = folder / name
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


def words(text):
    return re.findall(r"\w+", text.lower())


def test_the_first_pairs_are_trained_on_and_no_later_source_is_one_of_them(tmp_path):
    splits, info = fra_eng(written(tmp_path, LINES), **SMALL)
    assert {split: pairs(ds) for split, ds in splits.items()} == {
        "train": [("Go.", "Va !"), ("Go.", "Marche.")],
        "validation": [("Hi.", "Salut !")],  # neither "GO!" ...
        "test": [("Run!", "Cours !")],  # ... nor the second "Hi."
    }
    assert (info.inputs, info.source, info.counts) == (("source",), "file: fra.txt", {})
    assert info.sizes == {"train": 2, "validation": 1, "test": 1}


def test_an_attribution_is_not_read(tmp_path):
    attributed = written(tmp_path, [f"{line}\tCC-BY 2.0 (France) #1" for line in LINES], "newer.txt")
    plain = written(tmp_path, LINES)
    assert fra_eng(attributed, **SMALL)[1].fingerprint == fra_eng(plain, **SMALL)[1].fingerprint


def test_folder_archive_and_file_hold_the_same(tmp_path):
    folder = tmp_path / "fra-eng"
    folder.mkdir()
    written(folder, ["not the pairs"], "_about.txt")
    file = written(folder, LINES)
    with zipfile.ZipFile(tmp_path / "fra-eng.zip", "w") as archive:
        for one in folder.iterdir():
            archive.write(one, f"fra-eng/{one.name}")
    of = {fra_eng(path, **SMALL)[1].fingerprint for path in (file, folder, tmp_path, tmp_path / "fra-eng.zip")}
    assert len(of) == 1


@pytest.mark.parametrize(
    ("line", "said", "reason"),
    [
        ("Go.", "1 fields where there are columns english, french", "too few fields"),
        ("Go.\t", "the french sentence is empty", None),
        ("\tVa !", "the english sentence is empty", None),
        ("Go.\tVa !\tCC-BY", "3 fields where there are columns english, french", "too many fields"),
    ],
    ids=["column missing", "no French", "no English", "column too many"],
)
def test_a_bad_line_is_named_or_skipped(tmp_path, line, said, reason):
    file = written(tmp_path, [*LINES[:4], line, *LINES[4:]])
    with pytest.raises(DataError, match=rf"fra\.txt:5: {said}.*on_bad_record=skip.*Received: "):
        fra_eng(file, **SMALL)
    splits, info = fra_eng(file, on_bad_record="skip", **SMALL)
    assert info.counts == {f"skipped: {reason or said}": 1}
    assert info.sizes == {"train": 2, "validation": 1, "test": 1}
    assert pairs(splits["test"]) == [("Run!", "Cours !")]


def test_a_first_line_without_a_tab_is_a_bad_line(tmp_path):
    with pytest.raises(DataError, match=r"fra\.txt:1: 1 fields where there are columns english, french"):
        fra_eng(written(tmp_path, ["no tab in it", *LINES]), **SMALL)


def test_bytes_that_are_not_utf8_are_a_bad_line(tmp_path):
    file = tmp_path / "fra.txt"
    file.write_bytes("".join(f"{line}\n" for line in LINES).encode("latin-1"))
    with pytest.raises(DataError, match=r"fra\.txt:7: expected UTF-8; byte 0xc7 at column 6"):
        fra_eng(file, **SMALL)


@pytest.mark.parametrize("wanted", [{"num_pairs": 6}, {"num_test": 3}, {"num_validation": 0}, {"num_pairs": -1}])
def test_too_few_pairs_are_told(tmp_path, wanted):
    with pytest.raises(DataError, match=r"fra\.txt: of 7 pairs, \d are left for the .* split.*Received: train"):
        fra_eng(written(tmp_path, LINES), **{**SMALL, **wanted})


def test_a_folder_without_the_file_is_told(tmp_path):
    written(tmp_path, LINES, "deu.txt")
    with pytest.raises(DataError, match=r"no fra\.txt in it.*Received: deu\.txt"):
        fra_eng(tmp_path)
    with pytest.raises(DataError, match="no such file or folder"):
        fra_eng(tmp_path / "nowhere.zip")


@pytest.mark.parametrize("source", ["tfds", "archive"])
def test_without_network_and_copy_the_error_names_both_ways_out(no_network, tfds_folder, tmp_path, monkeypatch, source):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    with pytest.raises(DataError, match=r"could not be reached.*`dataset\.path=FOLDER_OR_ARCHIVE`.*\*_embedded\)"):
        fra_eng(source=source)


def test_tfds_is_turned_round_and_put_in_order(no_network, tfds_folder):
    import tensorflow_datasets as tfds

    keys = ("source_sentence", "target_sentence", "source_language", "target_language")
    config = tfds.core.BuilderConfig(name="tatoeba_fr", version="1.0.0")
    tfds.dataset_builders.store_as_tfds_dataset(
        name="tatoeba",
        version="1.0.0",
        config=config,
        data_dir=tfds_folder,
        features=tfds.features.FeaturesDict({key: tfds.features.Text() for key in keys}),
        split_datasets={
            "train": [
                (number, dict(zip(keys, (f"{french}\n", f"{english}\n", "fr", "en"), strict=True)))
                for number, (english, french) in enumerate(line.split("\t") for line in LINES[::-1])
            ]
        },
    )
    splits, info = fra_eng(source="tfds", num_pairs=3, num_validation=1, num_test=2)
    read = {split: pairs(ds) for split, ds in splits.items()}
    assert read["train"] == [("GO!", "Allez !"), ("Go.", "Marche."), ("Go.", "Va !")]
    assert read["validation"] == [("Hi.", "Salut !")]
    assert read["test"] == [("Run!", "Cours !"), ("Wow!", "Ça alors !")]
    assert info.source == "tfds: tatoeba/tatoeba_fr/1.0.0"


def test_the_books_archive(shared_data):
    splits, info = fra_eng(shared_data / "fra_eng" / "fra-eng.zip")
    with zipfile.ZipFile(shared_data / "fra_eng" / "fra-eng.zip") as archive:
        lines = archive.read("fra-eng/fra.txt").decode("utf-8").split("\n")
    read = {split: pairs(ds) for split, ds in splits.items()}
    assert read["train"] == [tuple(line.split("\t")) for line in lines[:600]]
    assert info.sizes == {"train": 600, "validation": 100, "test": 100}
    assert info.source == "file: fra-eng.zip"
    sources = [{tuple(words(english)) for english, _ in some} for some in read.values()]
    assert sum(map(len, sources)) == len(set.union(*sources))
    places = [lines.index("\t".join(pair)) for pair in read["validation"] + read["test"]]
    assert places == sorted(places)  # in the file's order, so among the shortest sentences
    assert places[0] >= 600
    assert {english for english, _ in read["train"]} >= {"Go.", "I lost.", "I'm home."}
    assert "He's calm." not in {english for some in read.values() for english, _ in some}  # the book's fourth phrase
