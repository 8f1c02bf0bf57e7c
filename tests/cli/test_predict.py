"""`tfd2l predict` on models of several inputs: texts, numbers, vectors."""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys

import pytest
import tensorflow as tf

from tfd2l.cli.main import main


@pytest.fixture(scope="module")
def pairs(export_model):
    """A run that says how long its texts are, under names of the user's own."""

    def lengths(inputs):
        both = tf.strings.join([inputs["premise"], inputs["hypothesis"]], "|")
        return {"label": tf.strings.upper(both, "utf-8"), "length": tf.strings.length(both, "UTF8_CHAR")}

    examples = {"premise": ["a"], "hypothesis": ["b"]}
    return export_model(lengths, examples, {"premise": "question1", "hypothesis": "question 2"})


@pytest.fixture(scope="module")
def measured(export_model):
    """A run of a number, a vector and an integer; the logarithm of the number may be NaN."""

    def sums(inputs):
        total = tf.reduce_sum(inputs["features"], axis=1)
        return {"log": tf.math.log(inputs["x"]), "total": total * tf.cast(inputs["times"], tf.float32)}

    return export_model(sums, {"x": [1.5], "features": [[0.5, 1.0, 2.0]], "times": [2]})


def predict(run, *options):
    return main(["predict", run.run_id[:12], "--uri", run.uri, *map(str, options)])


PAIR = ("--question1", "ab", "--question 2", "- cü")


def test_texts_are_given_by_the_names_of_the_users_columns(pairs, capsys):
    assert predict(pairs, *PAIR) == 0
    assert capsys.readouterr().out == "label          AB|- CÜ\nlength         7\n"
    assert predict(pairs, *PAIR, "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "question1": "ab",
        "question 2": "- cü",
        "label": "AB|- CÜ",
        "length": 7,
    }
    assert predict(pairs, "--premise", "a") == 2
    assert "This model takes --question1 TEXT '--question 2' TEXT" in capsys.readouterr().err


def test_numbers_vectors_and_integers(measured, capsys):
    assert predict(measured, "--x", "1", "--features", "-1e-1,2,3", "--times=3", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"x": 1.0, "features": [-0.1, 2.0, 3.0], "times": 3, "log": 0.0, "total": pytest.approx(14.7)}


def test_nan_is_null_and_is_said(measured, capsys):
    assert predict(measured, "--x", "-1", "--features", "1,2,3", "--times", "1", "--json") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["log"] is None
    assert "warning: 1 number is NaN or infinite, and written as null" in said.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--x", "1", "--features", "1,2", "--times", "1"], "--features has 2 values; the model takes 3."),
        (["--x", "1", "--features", "1,2,3", "--times", "9999999999"], "--times lies outside -2147483648 to"),
        (["--x", "one", "--features", "1,2,3", "--times", "1"], "--x is not a number. This model takes --x NUMBER"),
    ],
)
def test_values_that_do_not_fit_are_told(measured, capsys, options, said):
    assert predict(measured, *options) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Received: " in error


def test_a_file_keeps_its_columns_and_gets_those_of_the_predictions(pairs, tmp_path, capsys):
    rows = [{"id": str(row), "question1": f"a{row}", "question 2": "x, y", "label": "mine"} for row in range(600)]
    with (tmp_path / "in.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    expected = [{**row, "predicted_label": f"A{row['id']}|X, Y", "length": len(row["id"]) + 6} for row in rows]
    assert predict(pairs, "--input", tmp_path / "in.csv") == 0
    said = capsys.readouterr()
    assert [json.loads(line) for line in said.out.splitlines()] == expected
    assert "the file has 'label' already; what is predicted stands in 'predicted_label'" in said.err
    for name, opened in (("out.csv", open), ("out.csv.gz", gzip.open)):
        assert predict(pairs, "--input", tmp_path / "in.csv", "--output", tmp_path / name) == 0
        assert "600 predictions in" in capsys.readouterr().err
        with opened(tmp_path / name, "rt", newline="") as stream:
            assert list(csv.DictReader(stream)) == [{**row, "length": str(row["length"])} for row in expected]
    assert predict(pairs, "--input", tmp_path / "out.csv", "--output", tmp_path / "out.jsonl") == 0
    lines = (tmp_path / "out.jsonl").read_text().split("\n")
    assert len(lines) == 601
    assert json.loads(lines[5])["predicted_length"] == 7


BAD = (
    '{"question1": "a", "question 2": "b", "more": {"x": NaN}}\n'
    '{"question1": null, "question 2": "b"}\n'
    "{oops\n"
    '{"question1": "a"}\n'
    '{"question1": "c", "question 2": 4}\n'
)


def test_bad_records_are_told_with_their_line_or_left_out_and_counted(pairs, tmp_path, capsys):
    (tmp_path / "in.jsonl").write_text(BAD)
    assert predict(pairs, "--input", tmp_path / "in.jsonl") == 2
    assert "in.jsonl:2: question1 is null; text is expected. Mend the line, or leave" in capsys.readouterr().err
    assert predict(pairs, "--input", tmp_path / "in.jsonl", "--on-bad-record", "skip") == 0
    said = capsys.readouterr()
    first, second = [json.loads(line) for line in said.out.splitlines()]
    assert first == {"question1": "a", "question 2": "b", "more": {"x": None}, "label": "A|B", "length": 3}
    assert second["label"] == "C|4"
    assert "left out: " in said.err
    assert "in.jsonl:3: not valid JSON" in said.err
    assert "warning: 3 bad lines are left out" in said.err


def test_numbers_of_a_file_are_read_by_their_type_and_checked_against_the_graph(measured, tmp_path, capsys):
    (tmp_path / "in.tsv").write_text('x\tfeatures\ttimes\n1\t1,2,3\t1\n1\t"[1,2]"\t1\n1\t[1, 2]\t1\n1\t1,2,3\t\n')
    assert predict(measured, "--input", tmp_path / "in.tsv", "--on-bad-record", "skip") == 0
    said = capsys.readouterr()
    (answer,) = [json.loads(line) for line in said.out.splitlines()]
    assert (answer["total"], answer["features"]) == (6.0, "1,2,3")
    assert "in.tsv:4: features has 2 values; the model takes 3" in said.err
    assert "in.tsv:5: times is empty; a whole number is expected" in said.err


def test_a_bad_record_late_in_a_file_says_how_many_were_written_before(pairs, tmp_path, capsys):
    lines = ["question1,question 2", *["a,b"] * 300, "alone"]
    (tmp_path / "in.csv").write_text("\n".join(lines))
    assert predict(pairs, "--input", tmp_path / "in.csv", "--output", tmp_path / "out.jsonl") == 2
    error = capsys.readouterr().err
    assert "256 predictions were written before this:" in error
    assert "in.csv:302: 1 cells where the header has 2" in error
    assert (tmp_path / "out.jsonl").read_text().count("\n") == 256


def test_records_that_gain_keys(pairs, tmp_path, capsys):
    good = '{"question1": "a", "question 2": "b"}\n' * 256
    late = '{"question1": "a", "question 2": "b", "label": 1}\n{"question1": "a", "question 2": "b", "new": 1}\n'
    (tmp_path / "in.jsonl").write_text(good + late)
    command = ("--input", tmp_path / "in.jsonl", "--on-bad-record", "skip", "--output", tmp_path / "out.csv")
    assert predict(pairs, *command) == 0
    error = capsys.readouterr().err
    assert "in.jsonl:257: a key 'label', where the prediction stands" in error
    assert "in.jsonl:258: a key 'new' that the records before had not" in error


def test_standard_input(pairs, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"question1,question 2\na,b\nc\n")))
    assert predict(pairs, "--input", "-", "--format", "csv") == 2
    assert "standard input:3: 1 cells where the header has 2" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--input", "{in}", "--output", "{in}"], "--output would overwrite what is read"),
        (["--input", "{in}", "--output", "x.xlsx"], "x.xlsx: cannot tell the format from the ending"),
        (["--input", "{in}", "--output", "{folder}/none/x.csv"], "x.csv: cannot be written: No such file"),
        (["--input", "{in}", "--question1", "a"], "it does not go with --question1"),
        (["--input", "{empty}"], "empty.csv: no records"),
        (["--input", "{folder}", "--format", "csv"], "cannot be read: Is a directory"),
        ([*PAIR, "--output", "x.csv"], "--output goes with --input"),
        (["--input", "{in}", "--outpu", "x.csv"], "it does not go with --outpu"),
    ],
)
def test_options_that_do_not_go_together_are_told(pairs, tmp_path, capsys, options, said):
    (tmp_path / "in.csv").write_text("question1,question 2\na,b\n")
    (tmp_path / "empty.csv").write_text("question1,question 2\n")
    files = {"in": tmp_path / "in.csv", "empty": tmp_path / "empty.csv", "folder": tmp_path}
    assert predict(pairs, *(option.format(**files) for option in options)) == 2
    error = capsys.readouterr().err
    assert said in error
    assert "Received: " in error
    assert (tmp_path / "in.csv").read_text() == "question1,question 2\na,b\n"


@pytest.mark.slow
def test_a_terminal_that_lacks_characters_and_a_reader_that_goes_away(pairs, tmp_path, python):
    (tmp_path / "in.jsonl").write_text('{"question1": "日本", "question 2": "b"}\n' * 3000)
    command = ["-m", "tfd2l.cli.main", "predict", pairs.run_id, "--uri", pairs.uri]
    done = python(*command, "--question1", "日本", "--question 2", "b", PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert "\\u65e5\\u672c|B" in done.out
    script = f"{sys.executable} {' '.join(command)} --input {tmp_path}/in.jsonl | head -n 1"
    done = python("-c", f"import subprocess; subprocess.run({script!r}, shell=True)", PYTHONIOENCODING="ascii")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out)["label"] == "日本|B"
