"""Records of files, with the lines that hold none."""

from __future__ import annotations

import gzip
import io
import sys
from pathlib import Path

import pytest

from tfd2l.cli.prediction.records import BadLine, choose_format, scan_records
from tfd2l.errors import DataError


def scanned(file, *needed, wanted=None):
    found = scan_records(file, choose_format(file, wanted), needed)
    return [(one.line, str(one.fault) if isinstance(one, BadLine) else one.fields) for one in found]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", 'id,t\n1,"x, ""y""\nz"\n2,b\n', [(2, {"id": "1", "t": 'x, "y"\nz'}), (4, {"id": "2", "t": "b"})]),
        ("A.TSV", 'id\tt\n1\t"x\n', [(2, {"id": "1", "t": '"x'})]),
        ("a.csv", "id;t\n1;a,b\n", [(2, {"id": "1", "t": "a,b"})]),
        ("a.ndjson", '{"t": "a\u2028b", "n": [1]}\r\n\r\n{"t": 1}', [(1, {"t": "a\u2028b", "n": [1]}), (3, {"t": 1})]),
        ("a.csv", "\ufefft\r\nx\r\n", [(2, {"t": "x"})]),
        ("a.csv", "t,u\nx\nx,y\n", [(2, "1 cells where the header has 2"), (3, {"t": "x", "u": "y"})]),
        ("a.jsonl", '{"T": 1}\n', [(1, "no key 't'. Did you mean 'T'? The model takes t")]),
        ("a.jsonl", "[1]\n", [(1, "not a JSON object of named values")]),
        ("a.csv", "", []),
    ],
    ids=["csv", "tsv", "semicolons", "jsonl", "byte-order mark", "short row", "no key", "no object", "empty"],
)
def test_records_come_with_all_their_columns(tmp_path, name, text, expected):
    (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    assert scanned(tmp_path / name, "t") == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", r"x\.csv:1: no column 't'\. The model takes t\. Received: columns a, b$"),
        ("t,t\n1,2\n", r"x\.csv:1: the column 't' stands there twice\. Received: columns t, t$"),
    ],
)
def test_a_header_that_does_not_fit_is_told(tmp_path, text, said):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(DataError, match=said):
        scanned(tmp_path / "x.csv", "t")


def test_the_ending_tells_the_format_and_standard_input_is_jsonl(tmp_path, monkeypatch):
    packed = tmp_path / "a.csv.GZ"
    packed.write_bytes(gzip.compress(b"t\nx\n"))
    assert scanned(packed, "t") == [(2, {"t": "x"})]
    with pytest.raises(DataError, match=r"a\.xlsx: cannot tell the format.*: choose one of them\. Received: a\.xlsx"):
        choose_format(Path("a.xlsx"))
    for text, wanted in ((b'{"t": "x"}', None), (b"t\nx", "csv")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        assert [record for _, record in scanned(Path("-"), "t", wanted=wanted)] == [{"t": "x"}]
