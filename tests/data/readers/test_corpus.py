"""Corpora: lines of files and archives, blank and broken ones, real ones of the book."""

from __future__ import annotations

import zipfile

import pytest

from tfd2l.data.readers import corpus
from tfd2l.datasets.ptb import ptb
from tfd2l.datasets.text_corpus import text_corpus
from tfd2l.datasets.wikitext2 import wikitext2
from tfd2l.errors import DataError
from tfd2l.files import text_file


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """A cache of its own."""
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    return tmp_path / "cache"


def lines(split):
    return [example["text"].decode() for example in split.as_numpy_iterator()]


def written(file, *parts):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"\n".join(parts))
    return file


def test_one_file_is_cut_in_the_order_of_its_lines(tmp_path):
    file = written(tmp_path / "mine.txt", *(b"line %d" % number for number in range(20)))
    splits, info = text_corpus(file)
    assert {split: len(lines(ds)) for split, ds in splits.items()} == info.sizes == {
        "train": 16, "validation": 2, "test": 2,
    }  # fmt: skip
    assert lines(splits["train"]) + lines(splits["validation"]) + lines(splits["test"]) == [
        f"line {n}" for n in range(20)
    ]
    assert {split: int(ds.cardinality()) for split, ds in splits.items()} == info.sizes
    assert (info.inputs, info.source, info.counts) == (("text",), "file: mine.txt", {})


def test_train_may_be_all_there_is(tmp_path):
    file = written(tmp_path / "mine.txt", *(b"line %d" % number for number in range(20)))
    splits, info = text_corpus(file, held_out=False)
    assert {split: len(lines(ds)) for split, ds in splits.items()} == info.sizes == {"train": 20}
    folder = tmp_path / "mine"
    for name in ("train.txt", "test.txt"):
        written(folder / name, name.encode())
    splits, info = text_corpus(folder, held_out=False)
    assert {split: lines(ds) for split, ds in splits.items()} == {"train": ["train.txt"]}


def test_a_folder_and_its_archive_hold_the_same(tmp_path, cache):
    folder = tmp_path / "mine"
    written(folder / "my.train.tokens", "été".encode(), b" b ", b"")
    written(folder / "my.valid.tokens", b"c")
    with zipfile.ZipFile(tmp_path / "mine.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.iterdir():
            archive.write(file, f"inside/{file.name}")
    for path in (folder, tmp_path / "mine.zip", tmp_path / "mine.zip"):  # the last time it is unpacked already
        splits, info = text_corpus(path)
        assert {split: lines(ds) for split, ds in splits.items()} == {"train": ["été", " b "], "validation": ["c"]}
        assert info.fingerprint == text_corpus(folder)[1].fingerprint
    assert len(list((cache / "unpacked").iterdir())) == 2


@pytest.mark.parametrize("block", [1, 7, 1 << 20])
def test_blank_lines_are_left_out_and_counted(tmp_path, monkeypatch, block):
    monkeypatch.setattr(text_file, "BLOCK_SIZE", block)
    file = written(tmp_path / "mine.txt", b"", b"a b", b" \t", b"c\r", b"", b"d", b"", b"")
    text = corpus.scan_text(file, "error")
    assert lines(text.dataset()) == ["a b", "c", "d"]
    assert (text.lines, text.counts) == (3, {"empty lines": 4})


@pytest.mark.parametrize("block", [1, 1 << 20])
def test_a_line_that_is_not_utf8_is_named_or_skipped(tmp_path, monkeypatch, block):
    monkeypatch.setattr(text_file, "BLOCK_SIZE", block)
    file = written(tmp_path / "mine.txt", b"a", b"", b"\xff\xfe b", b"c", b"caf\xc3", b"d")
    with pytest.raises(
        DataError, match=r"mine\.txt:3: expected UTF-8; byte 0xff.*on_bad_record=skip.*Received: b'\\xff\\xfe b'"
    ):
        corpus.scan_text(file, "error")
    text = corpus.scan_text(file, "skip")
    assert lines(text.dataset()) == ["a", "c", "d"]
    assert (text.lines, text.counts) == (3, {"empty lines": 1, "skipped: lines that are not UTF-8 text": 2})


def test_what_changes_examples_changes_the_fingerprint(tmp_path):
    file = written(tmp_path / "mine.txt", *(b"line %d" % number for number in range(20)))
    before = text_corpus(file)[1].fingerprint
    assert text_corpus(file, num_lines=5)[1].fingerprint != before
    assert [len(lines(ds)) for ds in text_corpus(file, num_lines=5)[0].values()] == [5, 2, 2]
    written(file, *(b"line %d" % (number % 19) for number in range(20)))
    assert text_corpus(file)[1].fingerprint != before


def test_too_little_text_is_told(tmp_path):
    with pytest.raises(DataError, match=r"mine\.txt: there is no text in it\. Received: 2 bytes"):
        text_corpus(written(tmp_path / "mine.txt", b"", b" "))
    with pytest.raises(DataError, match=r"no line is left for the train split\. Received: \{'all': 2\}"):
        text_corpus(written(tmp_path / "mine.txt", b"a", b"b"))
    with pytest.raises(DataError, match=r"no train file.*\.txt, \.tokens, \.raw"):
        text_corpus(written(tmp_path / "folder" / "other.txt", b"a").parent)


def test_a_broken_archive_is_told(tmp_path):
    with zipfile.ZipFile(tmp_path / "mine.zip", "w") as archive:
        archive.writestr("train.txt", "a\n" * 100)
    data = bytearray((tmp_path / "mine.zip").read_bytes())
    data[60] ^= 1
    (tmp_path / "mine.zip").write_bytes(data)
    with pytest.raises(DataError, match=r"mine\.zip/train\.txt: cannot be read: Bad CRC-32.*Received: "):
        text_corpus(tmp_path / "mine.zip")


def test_ptb_of_the_book(shared_data):
    splits, info = ptb(shared_data / "ptb" / "ptb.zip")
    assert info.sizes == {"train": 42068, "validation": 3370, "test": 3761}
    assert info.source == "file: ptb.zip"
    first = next(iter(splits["validation"].as_numpy_iterator()))["text"].decode()
    assert first.split()[:6] == ["consumers", "may", "want", "to", "move", "their"]


def test_wikitext2_of_the_book(shared_data):
    splits, info = wikitext2(shared_data / "wikitext2" / "wikitext-2-v1.zip", num_lines=100)
    assert info.sizes == {"train": 100, "validation": 2461}
    assert info.counts == {"empty lines": 36718 - 23767 + 3760 - 2461}
    assert len(lines(splits["train"])) == 100


@pytest.mark.parametrize("dataset", [ptb, wikitext2])
def test_without_network_and_copy_both_ways_out_are_told(dataset, no_network):
    with pytest.raises(DataError, match=r"dataset\.path=FOLDER_OR_ARCHIVE"):
        dataset()


TEXTS = ["the cat\u2028sits", "caf\u00e9 \x0b\x0c\x1c\x85 one line", "end"]


@pytest.mark.parametrize("block", [5, 1 << 22])
@pytest.mark.parametrize(
    ("content", "counts"),
    [
        ("\n".join(TEXTS).encode("utf-8-sig"), {}),
        ("\r\n".join(TEXTS).encode("utf-8-sig"), {}),
        ("\r\n".join(TEXTS).encode("utf-16"), {}),
        ("\r".join(TEXTS).encode(), {}),  # an old Mac's
        ("\r\n".join(TEXTS).replace(" ", "\r").encode(), {"carriage returns inside lines, read as spaces": 4}),
    ],
)
def test_lines_are_read_as_they_are_meant(tmp_path, cache, monkeypatch, content, counts, block):
    if not counts:
        monkeypatch.setattr(text_file, "BLOCK_SIZE", block)
    (tmp_path / "mine.txt").write_bytes(content)
    text = corpus.scan_text(tmp_path / "mine.txt", "error")
    assert (lines(text.dataset()), text.lines, text.counts) == (TEXTS, 3, counts)
    assert corpus.scan_text(tmp_path / "mine.txt", "error") == text  # from the cache
    assert len(list((cache / "rewritten").iterdir())) == 1


@pytest.mark.parametrize("block", [1, 2, 1 << 22])
def test_a_usual_file_is_read_where_it_lies(tmp_path, monkeypatch, block):
    monkeypatch.setattr(text_file, "BLOCK_SIZE", block)
    file = written(tmp_path / "mine.txt", b"a\r", b"b\r", b"c")
    assert corpus.scan_text(file, "error").path == file


def test_a_text_full_of_zeros_is_told(tmp_path):
    with pytest.raises(DataError, match=r"mine\.txt:1: .*looks like UTF-16 without a byte-order mark"):
        corpus.scan_text(written(tmp_path / "mine.txt", "one\ntwo\n".encode("utf-16-le")), "skip")
    text = corpus.scan_text(written(tmp_path / "mine.txt", b"one", b"t\0wo", b"three"), "skip")
    assert lines(text.dataset()) == ["one", "three"]
