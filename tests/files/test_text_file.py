"""Text files of users: encodings, byte-order marks, line ends, and what is said of those that are none."""

from __future__ import annotations

import codecs
import gzip
import io
import zipfile
from collections import Counter

import pytest

from tfd2l.errors import DataError
from tfd2l.files import text_file
from tfd2l.files.text_file import RETURNS, read_lines, read_text, scan_lines, scan_stream

TEXT = "première ligne\nU+2028 \u2028 and U+0085 \x85, \x0b \x0c \x1c \x1d end none\n\n日本 😀\nlast"
LINES = list(enumerate(TEXT.split("\n"), start=1))
SIZES = [1, 2, 3, 5, 7, 11, 1 << 22]


@pytest.fixture(params=SIZES)
def block(request, monkeypatch):
    """Read in pieces of so many bytes."""
    monkeypatch.setattr(text_file, "BLOCK_SIZE", request.param)
    return request.param


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", codecs.BOM_UTF8),
        ("utf-16-le", codecs.BOM_UTF16_LE),
        ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE),
        ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)
def test_text_is_the_same_in_every_marked_encoding(tmp_path, block, encoding, mark, end):
    counts = Counter()
    for last in ("", end):
        content = mark + TEXT.replace("\n", end).encode(encoding) + last.encode(encoding)
        (tmp_path / "a.txt").write_bytes(content)
        assert list(read_lines(tmp_path / "a.txt")) == LINES
        assert [(line.number, line.text) for line in scan_stream(io.BytesIO(content), "-", counts)] == LINES
    assert not counts
    assert read_text(tmp_path / "a.txt") == TEXT + "\n"


def test_carriage_returns_end_lines_of_old_macs():
    assert [text for _, text, _ in scan_stream(io.BytesIO(TEXT.replace("\n", "\r").encode()), "-")] == TEXT.split("\n")
    assert [text for _, text, _ in scan_stream(io.BytesIO(b"a\rb\r\nc\r"), "-")] == ["a b", "c "]  # not an old Mac's


@pytest.mark.parametrize("content", [b"one\r", b"one\r\n", b"one\n", b"one"])
def test_single_line(block, content):
    assert [text for _, text, _ in scan_stream(io.BytesIO(content), "-")] == ["one"]


def test_carriage_returns_inside_lines_are_spaces_and_counted():
    counts = Counter()
    found = list(scan_stream(io.BytesIO(b"a\r\npark\rand\rthe\r\nb\n"), "-", counts))
    assert [text for _, text, _ in found] == ["a", "park and the", "b"]
    assert counts == {RETURNS: 2}


def test_members_of_archives_and_gzipped_files_are_read(tmp_path):
    with gzip.open(tmp_path / "a.txt.GZ", "wb") as packed:
        packed.write(TEXT.encode())
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", codecs.BOM_UTF8 + TEXT.encode())
    assert list(read_lines(tmp_path / "a.txt.GZ")) == LINES
    assert list(read_lines(zipfile.Path(tmp_path / "a.zip", "a.txt"))) == LINES


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            "plain\ncafé au lait\n".encode("cp1252"),
            r"a\.txt:2: expected UTF-8; byte 0xe9 at column 4 is none\. The file looks like Latin-1 or Windows-1252: "
            r"convert it, `iconv -f WINDOWS-1252 -t UTF-8 .*a\.txt > NEW_FILE`\. Received: caf\\udce9 au lait",
        ),
        ("déjà\n".encode() + b"\n\xff\n", r"a\.txt:3: expected UTF-8; byte 0xff at column 1 is none\. Received"),
        ("é\n".encode() + b"ok\xc3", r"a\.txt:2: expected UTF-8; byte 0xc3 at column 3 is none\. Received"),
        (b"one\ntw\0o\n", r"a\.txt:2: expected text; column 3 holds a NUL byte\. Received"),
        (bytes(100), r"a\.txt:1: expected text; column 1 holds a NUL byte"),
        ("one\ntwo\n".encode("utf-16-le"), r"a\.txt:1: .*like UTF-16 without a byte-order mark.*-f UTF-16LE"),
        ("one\ntwo\n".encode("utf-16-be"), r"a\.txt:1: .*like UTF-16 without a byte-order mark.*-f UTF-16BE"),
        (codecs.BOM_UTF16_LE + "one\n".encode("utf-16-le")[:-1], r"a\.txt: its byte-order mark says UTF-16-LE, but"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", r"a\.txt:1: expected UTF-8; byte 0xed"),  # half of a pair
    ],
)
def test_bytes_that_are_no_text_are_errors_with_their_line(tmp_path, content, message):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(DataError, match=message) as error:
        read_text(tmp_path / "a.txt")
    str(error.value).encode()


def test_faulty_lines_are_yielded_among_the_others(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"a\n\xe9\nb\n")
    found = list(scan_lines(tmp_path / "a.txt"))
    assert [(number, fault is None) for number, _, fault in found] == [(1, True), (2, False), (3, True)]


def test_unreadable_file_is_an_error(tmp_path):
    (tmp_path / "broken.txt.gz").write_bytes(gzip.compress(TEXT.encode())[:-12])
    (tmp_path / "none.gz").write_bytes(b"no gzip")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.txt", TEXT)
    broken = bytearray((tmp_path / "a.zip").read_bytes())
    broken[50] ^= 1
    (tmp_path / "a.zip").write_bytes(broken)
    for file in (
        tmp_path,
        tmp_path / "gone.txt",
        tmp_path / "broken.txt.gz",
        tmp_path / "none.gz",
        zipfile.Path(tmp_path / "a.zip", "a.txt"),
    ):
        with pytest.raises(DataError, match=r"cannot be read: .*\. Received: "):
            read_text(file)
