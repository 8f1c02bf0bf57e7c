"""Reading records: every format as other programs write it, and every fault with its line."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from tfd2l.datasets.records import BadRecord, read_records
from tfd2l.errors import DataError

COLUMNS = {"text": "sentence", "label": "gold"}
ROUGH = [
    ('She said "yes", twice.', "a"),
    ("two\nlines, one text", "b"),
    ("Ünïcödé 日本 😀", "a"),
    ("it's", "c"),
]
PLAIN = [('a "quoted word', "a"), ('"', "b"), ("comma, comma", "a"), ("Ünïcödé 日本 😀", "c")]


def read(file, on_bad_record="error", columns=COLUMNS):
    def accept(record):
        if record["text"] == "refuse me":
            raise BadRecord("the text asks for it")
        return None if record["text"] == "leave me out" else (record["text"], record["label"])

    counts = Counter()
    return read_records(file, columns, accept, on_bad_record, counts), counts


def write_csv(file, rows, **options):
    with file.open("w", encoding=options.get("encoding", "utf-8"), newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "gold", "sentence"])
        writer.writerows([number, label, text] for number, (text, label) in enumerate(rows))


def write_tsv(file, rows, encoding="utf-8"):
    lines = ["id\tgold\tsentence", *(f"{number}\t{label}\t{text}" for number, (text, label) in enumerate(rows))]
    file.write_text("\n".join(lines) + "\n", encoding=encoding)


def write_jsonl(file, rows, encoding="utf-8"):
    lines = [
        json.dumps({"sentence": text, "gold": label, "parse": ["(", ")"]}, ensure_ascii=False) for text, label in rows
    ]
    file.write_text("\n".join(lines), encoding=encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize(
    ("name", "write", "rows"),
    [
        ("a.csv", write_csv, ROUGH),
        ("a.tsv", write_tsv, PLAIN),
        ("a.txt", write_tsv, PLAIN),
        ("a.jsonl", write_jsonl, ROUGH),
        ("a.ndjson", write_jsonl, ROUGH),
    ],
)
def test_what_was_written_is_read_with_or_without_a_byte_order_mark(tmp_path, name, write, rows, encoding):
    write(tmp_path / name, rows, encoding=encoding)
    assert read(tmp_path / name) == (rows, Counter())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "sentence,gold\n\none,a\r\n\n\n two ,b\n\n"),
        ("a.tsv", "sentence\tgold\n\none\ta\r\n\n\n two \tb\n\n"),
        ("a.jsonl", '\n{"sentence": "one", "gold": "a"}\r\n   \n{"sentence": " two ", "gold": "b"}\n\n'),
    ],
)
def test_blank_lines_and_space_around_texts_do_not_count(tmp_path, name, text):
    (tmp_path / name).write_bytes(text.encode())
    assert read(tmp_path / name) == ([("one", "a"), ("two", "b")], Counter())


def test_a_number_is_text_and_what_accept_refuses_to_keep_is_left_out(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"sentence": 7, "gold": 0}\n{"sentence": "leave me out", "gold": 1}\n')
    assert read(tmp_path / "a.jsonl") == ([("7", "0")], Counter())


@pytest.mark.parametrize(("name", "separator"), [("a.csv", ","), ("a.tsv", "\t")])
def test_a_missing_column_is_named_with_the_nearest_and_the_way_to_name_it(tmp_path, name, separator):
    file = tmp_path / name
    file.write_text(separator.join(["sentences", "gold"]) + "\n" + separator.join(["x", "y"]) + "\n")
    with pytest.raises(DataError) as error:
        read(file, on_bad_record="skip")
    message = str(error.value)
    assert message.startswith(f"{file}:1: no column 'sentence'. Did you mean 'sentences'? Columns: sentences, gold.")
    assert "`dataset.columns.text=COLUMN`. Received: columns {'text': 'sentence', 'label': 'gold'}" in message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        *((f"a.{suffix}", content) for suffix in ("csv", "tsv", "txt", "jsonl") for content in ("", "\n\n")),
        ("a.csv", "sentence,gold"),
        ("a.csv", "sentence,gold\n\n"),
        ("a.tsv", "sentence\tgold\n"),
        ("a.txt", "sentence\tgold"),
    ],
)
def test_a_file_without_records_is_refused(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    with pytest.raises(DataError, match=rf"{name}: the file holds no records. Received: {len(content)} bytes"):
        read(tmp_path / name, on_bad_record="skip")


GOOD = {
    "csv": (b"sentence,gold\n", b"one,a\n", b"two,b\n"),
    "tsv": (b"sentence\tgold\n", b"one\ta\n", b"two\tb\n"),
    "jsonl": (b"", b'{"sentence": "one", "gold": "a"}\n', b'{"sentence": "two", "gold": "b"}\n'),
}


@pytest.mark.parametrize(
    ("suffix", "bad", "fault", "received"),
    [
        ("csv", b"lonely\n", "1 fields where the header has 2", "['lonely']"),
        ("csv", b"A man, smiling,a\n", "3 fields where the header has 2", "['A man', ' smiling', 'a']"),
        ("csv", b'"no" rule,a\n', "not readable as csv", "lines LINE to LINE"),
        ("csv", b"bad \xff byte,a\n", "text is not valid UTF-8", "bad \\udcff byte"),
        ("csv", b"refuse me,a\n", "the text asks for it", "{'text': 'refuse me', 'label': 'a'}"),
        ("tsv", b"lonely\n", "1 fields where the header has 2", "['lonely']"),
        ("tsv", b"a\tb\tc\n", "3 fields where the header has 2", "['a', 'b', 'c']"),
        ("tsv", b"fine\tbad \xc3(\n", "label is not valid UTF-8", "bad \\udcc3("),
        ("jsonl", b'{"sentence": "x", "gold": \n', "not valid JSON: Expecting value at column 26", '{"sentence": "x"'),
        ("jsonl", b"[1, 2]\n", "not a JSON object", "[1, 2]"),
        ("jsonl", b'{"sentence": "x", "gold": ' + b"9" * 5000 + b"}\n", "not usable JSON", '{"sentence": "x"'),
        ("jsonl", b"[" * 100_000 + b"\n", "not usable JSON", "[[[["),
        ("jsonl", b'{"sentenc": "x", "gold": "a"}\n', "no key 'sentence'. Did you mean 'sentenc'?", '{"sentenc"'),
        ("jsonl", b'{"sentence": "x", "gold": ["a"]}\n', "label is not text", "['a']"),
        ("jsonl", b'{"sentence": null, "gold": "a"}\n', "text is not text", "None"),
        ("jsonl", b'{"sentence": "x", "gold": true}\n', "label is not text", "True"),
        ("jsonl", b'{"sentence": "x", "gold": 0.5}\n', "label is not text", "0.5"),
        ("jsonl", b'{"sentence": "\xff", "gold": "a"}\n', "text is not valid UTF-8", "\\udcff"),
        ("jsonl", b'{"sentence": "\\ud800", "gold": "a"}\n', "text is not valid UTF-8", "\\ud800"),
        ("jsonl", b'{"sentence": \xff}\n', "not valid JSON", '{"sentence": \\udcff}'),
    ],
)
def test_a_bad_record_stops_with_file_line_and_text_or_is_skipped_and_counted(tmp_path, suffix, bad, fault, received):
    header, first, second = GOOD[suffix]
    file = tmp_path / f"a.{suffix}"
    file.write_bytes(header + first + b"\n" + bad + second)
    line = header.count(b"\n") + 3
    with pytest.raises(DataError) as error:
        read(file)
    message = str(error.value)
    assert message.startswith(f"{file}:{line}: {fault}")
    assert "`dataset.on_bad_record=skip`" in message
    assert message.partition("skip`. ")[2].startswith(f"Received: {received.replace('LINE', str(line))}")
    message.encode("utf-8")  # can be printed
    assert len(message) < 700 + len(str(file))
    assert read(file, on_bad_record="skip") == ([("one", "a"), ("two", "b")], Counter({"skipped bad records": 1}))


def test_lines_are_counted_through_texts_of_several_lines(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('sentence,gold\n"one\ntwo\nthree",a\nlonely\n')
    with pytest.raises(DataError, match=r"a\.csv:5: 1 fields"):
        read(file)


def test_a_quotation_that_is_never_closed_is_told_with_the_line_where_it_opens(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text('sentence,gold\none,a\n"two,b\nthree,c\n')
    with pytest.raises(DataError, match=r"a\.csv:3: not readable as csv: unexpected end of data.*lines 3 to 4$"):
        read(file)
    file.write_text('"sentence,gold\none,a\n')
    with pytest.raises(DataError, match=r"a\.csv:1: the header is not readable as csv"):
        read(file)


def test_text_of_another_encoding_is_told_and_can_be_printed(tmp_path):
    file = tmp_path / "a.tsv"
    file.write_text("sentence\tgold\none\ta\n", encoding="utf-16")
    with pytest.raises(DataError, match="no column 'sentence'") as error:
        read(file)
    str(error.value).encode("utf-8")


def test_unknown_endings_and_files_that_cannot_be_opened(tmp_path):
    with pytest.raises(
        DataError, match=r"known endings: \.csv, \.tsv, \.txt, \.dat, \.jsonl, \.ndjson. Received: '\.xlsx'"
    ):
        read(tmp_path / "a.xlsx")
    with pytest.raises(DataError, match=r"gone\.csv: cannot be read: No such file or directory"):
        read(tmp_path / "gone.csv")
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(DataError, match=r"folder\.csv: cannot be read: Is a directory"):
        read(tmp_path / "folder.csv")
