"""Files that are broken in every way: each is read or refused by a paragraph, and none ends in a traceback."""

from __future__ import annotations

import gzip
import random
import zipfile

import pytest

from tfd2l.data.readers.archives import unpack_archive
from tfd2l.datasets.airfoil import airfoil
from tfd2l.datasets.fra_eng import fra_eng
from tfd2l.datasets.snli import snli
from tfd2l.datasets.text_corpus import text_corpus
from tfd2l.datasets.text_pair import text_pair
from tfd2l.datasets.word_vectors import word_vectors
from tfd2l.errors import DataError
from tfd2l.text.analogies import read_analogy_questions
from tfd2l.text.similarity import read_similarity_suite

ROWS = range(40)
TSV = "premise\thypothesis\tlabel\n" + "".join(f"p{row % 20}\th {row}\t{'ab'[row % 2]}\n" for row in ROWS)
JSONL = "".join(f'{{"premise": "p{row % 20}", "hypothesis": "h {row}", "label": "{"ab"[row % 2]}"}}\n' for row in ROWS)
READERS = {
    "a.csv": (text_pair, TSV.replace("\t", ",")),
    "A.TSV": (text_pair, TSV),
    "a.jsonl": (text_pair, JSONL),
    "b.txt": (text_corpus, "".join(f"line {row} é\n" for row in ROWS)),
    "fra.txt": (fra_eng, "".join(f"Go {row}.\tVa {row} !\n" for row in ROWS)),
    "airfoil_self_noise.dat": (airfoil, "1\t2\t3\t4\t5\t6\n" * 40),
    "snli.txt": (snli, TSV),
    "v.txt": (word_vectors, "the 1 2\nof 3 4\n"),
    "v.vec": (word_vectors, "2 2\nthe 1 2\nof 3 4\n"),
    "v.bin": (word_vectors, "2 1\nthe abcdof efgh"),
    "q.txt": (lambda path, **_: read_analogy_questions(path), ": a\na b c d\n"),
    "s.txt": (lambda path, **_: read_similarity_suite(path), "cup mug 3\n"),
}
ENDS = [b"\r", b"\r\n", b"\r\r\n", b"\x0b", b"\xe2\x80\xa8"]
STRAY = [b'"', b"\0", b"\xff", b"\t", b",", b"{", b"\r", b"\xed\xa0\x80", b"\xef\xbb\xbf"]
ALONE = [b"", b"\n", b"\r", b"\0" * 99, b'"', b"[", b"\xff\xfe", b"\xff\xfe\0\0", b"9" * 5000, b"9 9\n", b"x" * 200_000]


def broken(content, draw):
    """The content of a file after an accident."""
    place = draw.randrange(len(content))
    return draw.choice(
        [
            draw.randbytes(draw.randrange(300)),
            content[:place],
            content[:place] + draw.choice(STRAY) + content[place:],
            content[:place] + draw.randbytes(3) + content[place + 3 :],
            content.replace(b"\n", draw.choice(ENDS)),
            content.decode().encode(draw.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])),
            content.decode().encode("utf-16")[:-1],
            content.replace(b"\n", b"", draw.randrange(1, 40)),
            content * 2,
            content.split(b"\n")[0],
            draw.choice(ALONE),
        ]
    )


def attempt(read, path):
    """Reads, or is refused by a paragraph that can be printed."""
    refused = []
    for on_bad_record in ("error", "skip"):
        try:
            read(path, on_bad_record=on_bad_record)
        except DataError as error:
            refused.append(str(error))
    for text in refused:
        assert "Received: " in text
        assert text.encode().count(b"\n") == 0
        assert len(text) < 1500


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))


@pytest.mark.parametrize("name", READERS)
def test_broken_files_packed_or_not(tmp_path, name):
    read, content = READERS[name]
    draw = random.Random(name)
    for number in range(30):
        path = tmp_path / str(number) / name
        path.parent.mkdir()
        path.write_bytes(broken(content.encode(), draw))
        attempt(read, path)
    attempt(read, path.parent)


@pytest.mark.parametrize("name", READERS)
def test_broken_archives(tmp_path, name):
    read, content = READERS[name]
    draw = random.Random(name)
    with zipfile.ZipFile(tmp_path / "whole.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"train.{name.rpartition('.')[2]}", content)
        archive.writestr(name, content)
    whole, packed = (tmp_path / "whole.zip").read_bytes(), gzip.compress(content.encode())
    for number in range(15):
        path = tmp_path / f"{number}.ZIP"
        place = draw.randrange(len(whole))
        path.write_bytes(draw.choice([whole[:place], whole[:place] + draw.randbytes(1) + whole[place + 1 :]]))
        attempt(read, path)
        (tmp_path / f"{name}.gz").write_bytes(packed[: draw.randrange(len(packed))])
        attempt(read, tmp_path / f"{name}.gz")
        attempt(lambda path, **_: unpack_archive(path), path)


@pytest.mark.parametrize("name", READERS)
def test_what_is_no_file(tmp_path, name):
    read, _ = READERS[name]
    (tmp_path / "folder" / name).mkdir(parents=True)
    (tmp_path / "circle").mkdir()
    (tmp_path / "circle" / name).symlink_to(tmp_path / "circle" / name)
    (tmp_path / "around").symlink_to(tmp_path)
    for path in ("folder", f"folder/{name}", "circle", f"circle/{name}", "around", "gone"):
        attempt(read, tmp_path / path)


def test_a_packed_corpus_is_unpacked_once(tmp_path):
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress("".join(f"line {row}\n" for row in ROWS).encode()))
    splits, info = text_corpus(tmp_path / "a.txt.gz")
    assert info.sizes == {"train": 32, "validation": 4, "test": 4}
    assert [example["text"] for example in splits["test"].as_numpy_iterator()][-1] == b"line 39"
