"""Reading records: every format as other programs write it, and every fault with its line."""

from __future__ import annotations

import csv
import json
from collections import Counter

import pytest

from tfd2l.data.readers.records import BadRecord, read_records
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


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    ("name", "write", "rows"),
    [
        ("a.csv", write_csv, ROUGH),
        ("a.tsv", write_tsv, PLAIN),
        ("A.TXT", write_tsv, PLAIN),
        ("a.jsonl", write_jsonl, ROUGH),
        ("a.NDJSON", write_jsonl, ROUGH),
    ],
)
def test_what_was_written_is_read_in_every_encoding_and_case_of_its_ending(tmp_path, name, write, rows, encoding):
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
    ("suffix", "bad", "fault", "received", "reason"),
    [
        ("csv", b"lonely\n", "1 fields where the header has 2", "['lonely']", "too few fields"),
        (
            "csv",
            b"A man, smiling,a\n",
            "3 fields where the header has 2",
            "['A man', ' smiling', 'a']",
            "too many fields",
        ),
        ("csv", b'"no" rule,a\n', "not readable as csv", "lines LINE to LINE", "not readable as csv"),
        ("csv", b"bad \xff byte,a\n", "expected UTF-8; byte 0xff", "bad \\udcff byte", "lines that are not UTF-8 text"),
        (
            "csv",
            b"refuse me,a\n",
            "the text asks for it",
            "{'text': 'refuse me', 'label': 'a'}",
            "the text asks for it",
        ),
        ("tsv", b"lonely\n", "1 fields where the header has 2", "['lonely']", "too few fields"),
        ("tsv", b"a\tb\tc\n", "3 fields where the header has 2", "['a', 'b', 'c']", "too many fields"),
        (
            "tsv",
            b"fine\tbad \xc3(\n",
            "expected UTF-8; byte 0xc3",
            "fine\tbad \\udcc3(",
            "lines that are not UTF-8 text",
        ),
        (
            "jsonl",
            b'{"sentence": "x", "gold": \n',
            "not valid JSON: Expecting value at column 26",
            '{"sentence": "x"',
            "not valid JSON",
        ),
        ("jsonl", b"[1, 2]\n", "not a JSON object", "[1, 2]", "not a JSON object of named values"),
        (
            "jsonl",
            b'{"sentence": "x", "gold": ' + b"9" * 5000 + b"}\n",
            "not usable JSON",
            '{"sentence": "x"',
            "not usable JSON",
        ),
        ("jsonl", b"[" * 100_000 + b"\n", "not usable JSON", "[[[[", "not usable JSON"),
        (
            "jsonl",
            b'{"sentenc": "x", "gold": "a"}\n',
            "no key 'sentence'. Did you mean 'sentenc'?",
            '{"sentenc"',
            "no key 'sentence'",
        ),
        ("jsonl", b'{"sentence": "x", "gold": ["a"]}\n', "label is not text", "['a']", "label is not text"),
        ("jsonl", b'{"sentence": null, "gold": "a"}\n', "text is not text", "None", "text is not text"),
        ("jsonl", b'{"sentence": "x", "gold": true}\n', "label is not text", "True", "label is not text"),
        ("jsonl", b'{"sentence": "x", "gold": 0.5}\n', "label is not text", "0.5", "label is not text"),
        (
            "jsonl",
            b'{"sentence": "\xff", "gold": "a"}\n',
            "expected UTF-8; byte 0xff",
            '{"sentence": "\\udcff"',
            "lines that are not UTF-8 text",
        ),
        (
            "jsonl",
            b'{"sentence": "\\ud800", "gold": "a"}\n',
            "text holds half of a surrogate pair",
            "\\ud800",
            "text holds half of a surrogate pair, which is no character",
        ),
        (
            "jsonl",
            b'{"sentence": \xff}\n',
            "expected UTF-8; byte 0xff",
            '{"sentence": \\udcff}',
            "lines that are not UTF-8 text",
        ),
    ],
)
def test_a_bad_record_stops_with_file_line_and_text_or_is_skipped_and_counted(
    tmp_path, suffix, bad, fault, received, reason
):
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
    assert read(file, on_bad_record="skip") == ([("one", "a"), ("two", "b")], Counter({f"skipped: {reason}": 1}))


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


HEADERS = {"csv": ("sentence,gold,id\n", "{},{},7\n"), "tsv": ("sentence\tgold\tid\n", "{}\t{}\t7\n")}


@pytest.mark.parametrize("suffix", HEADERS)
def test_a_header_that_comes_again_is_a_bad_record(tmp_path, suffix):
    header, row = HEADERS[suffix]
    file = tmp_path / f"a.{suffix}"
    file.write_text(header + row.format("one", "a") + "\ufeff" + header + row.format("two", "b"), encoding="utf-8")
    with pytest.raises(DataError, match=rf"a\.{suffix}:3: the header again\. Correct it.*Received: \['.*sentence'"):
        read(file)
    assert read(file, "skip") == ([("one", "a"), ("two", "b")], {"skipped: the header again": 1})


@pytest.mark.parametrize("suffix", HEADERS)
def test_a_column_that_is_read_stands_once_in_the_header(tmp_path, suffix):
    header, row = HEADERS[suffix]
    file = tmp_path / f"a.{suffix}"
    file.write_text(header.replace("id", "gold") + row.format("one", "a"))
    with pytest.raises(
        DataError,
        match=rf"a\.{suffix}:1: the column 'gold' is there 2 times; rename .*: columns 2 and 3 of sent",
    ):
        read(file, "skip")
    file.write_text(header.replace("id", "x") + row.format("one", "a"))
    assert read(file)[0] == [("one", "a")]


def test_a_key_twice_is_a_bad_record(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"sentence": "x", "gold": "a", "gold": "b"}\n')
    with pytest.raises(DataError, match=r"a\.jsonl:1: duplicate keys: gold\..*Received: \{.sentence.: .x., "):
        read(tmp_path / "a.jsonl")


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.jsonl"])
def test_a_text_may_be_as_long_as_it_likes(tmp_path, name):
    write = {"a.csv": write_csv, "a.tsv": write_tsv, "a.jsonl": write_jsonl}[name]
    rows = [("word " * 60_000 + "end", "a")]
    write(tmp_path / name, rows)
    assert read(tmp_path / name) == (rows, {})


def test_other_separators_are_told_by_the_header_or_named(tmp_path, caplog):
    caplog.set_level("INFO", "tfd2l")
    for separator, name in [(";", "semicolons"), ("|", "vertical bars"), ("\t", "tabs")]:
        file = tmp_path / "a.csv"
        file.write_text(separator.join(["sentence", "gold"]) + "\n" + separator.join(['"one, two"', "a"]) + "\n")
        assert read(file)[0] == [("one, two", "a")]
        assert f"a.csv: columns are separated by {name}" in caplog.text
        caplog.clear()
    (tmp_path / "a.tsv").write_text('sentence,gold\n"one, two",a\n')
    assert read(tmp_path / "a.tsv")[0] == [("one, two", "a")]
    (tmp_path / "a.txt").write_text("sentence;gold\nan, old; man\tx;a\n")
    with pytest.raises(DataError, match=r"a\.txt:2: 3 fields where the header has 2"):
        read(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_text("sentences;golden\none;a\n")
    with pytest.raises(
        DataError,
        match=r"no column 'sentence', no column 'gold'\. Did you mean 'sentences'\? Did you mean 'golden'\? Columns: s",
    ):
        read(tmp_path / "b.txt")


@pytest.mark.parametrize(
    ("separator", "text"),
    [(":", "sentence:gold\none;x:a\n"), ("tab", "sentence\tgold\none;x\ta\n"), ("bar", "sentence|gold\none;x|a\n")],
)
def test_a_separator_can_be_said(tmp_path, separator, text):
    (tmp_path / "a.csv").write_text(text)
    assert read_records(
        tmp_path / "a.csv", COLUMNS, lambda r: (r["text"], r["label"]), "error", Counter(), separator=separator
    ) == [("one;x", "a")]


@pytest.mark.parametrize(
    ("separator", "fault"),
    [
        (
            ";",
            r"a\.csv:1: with dataset\.separator=';' there is no column 'sentence'; ',' gives .* sentence, gold",
        ),
        (",,", r"dataset\.separator is one character, or one of comma, tab, semicolon, bar\. Received: ',,'"),
    ],
)
def test_a_wrong_separator_is_named(tmp_path, separator, fault):
    (tmp_path / "a.csv").write_text("sentence,gold\none,a\n")
    with pytest.raises(DataError, match=fault):
        read_records(tmp_path / "a.csv", COLUMNS, dict, "error", Counter(), separator=separator)


def test_a_stray_quotation_mark_costs_one_record(tmp_path):
    rows = "".join(f"text {number},a\n" for number in range(3, 9))
    good = [(f"text {number}", "a") for number in range(3, 9)]
    for stray in ('"open,a\n', '"open,a\n'):
        for after, more in [("", []), ('say "no",b\n', [('say "no"', "b")]), ('"x, y",b\n', [("x, y", "b")])]:
            (tmp_path / "a.csv").write_text(f"sentence,gold\n{stray}{rows}{after}")
            with pytest.raises(DataError, match=r"a\.csv:2: "):
                read(tmp_path / "a.csv")
            assert read(tmp_path / "a.csv", "skip") == (good + more, {"skipped: not readable as csv": 1})
    (tmp_path / "a.csv").write_text(f'sentence,gold\n"open,a\n{rows}closed",b\n')
    with pytest.raises(DataError, match=r"a\.csv:2: a quotation that opens here ends in line 9 and holds 6 lines like"):
        read(tmp_path / "a.csv")


def test_a_long_record_is_noticed_and_kept(tmp_path, caplog):
    text = "\n".join(f"verse {number}" for number in range(30))
    (tmp_path / "a.csv").write_text(f'sentence,gold\none,a\n"{text}",b\n')
    rows, counts = read(tmp_path / "a.csv")
    assert (rows[1], counts) == ((text, "b"), {"records of more than 20 lines": 1})
    assert "a.csv:3: a record that goes on to line 32" in caplog.text


def test_the_first_of_each_reason_are_named_in_the_log(tmp_path, caplog):
    (tmp_path / "a.csv").write_text("sentence,gold\n" + "one\n" * 5 + "two,b\nrefuse me,a\n")
    assert read(tmp_path / "a.csv", "skip")[1] == {"skipped: too few fields": 5, "skipped: the text asks for it": 1}
    assert [record.getMessage().rpartition("/")[2] for record in caplog.records] == [
        "a.csv:2: 1 fields where the header has 2",
        "a.csv:3: 1 fields where the header has 2",
        "a.csv:4: 1 fields where the header has 2; further ones are only counted",
        "a.csv:8: the text asks for it",
    ]


def test_carriage_returns_inside_are_read_as_spaces_and_counted(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'sentence,gold\r\n"one\rtwo",a\r\nthree\rfour,b\r\n')
    assert read(tmp_path / "a.csv") == (
        [("one two", "a"), ("three four", "b")],
        {"carriage returns inside lines, read as spaces": 2},
    )
