"""Records with their predictions, as JSON or as tables."""

from __future__ import annotations

import io
import json

import pytest

from tfd2l.cli.prediction.writers import (
    JsonLinesWriter,
    TableWriter,
    format_json,
    merge,
    name_predictions,
    spread_classes,
)
from tfd2l.files.bad_files import BadRecord

NAN, INFINITY = float("nan"), float("inf")


def test_numbers_that_are_not_finite_become_null_and_are_counted():
    record, count = merge(
        {"a": NAN, "n": {"x": [1, INFINITY]}}, {"s": [[0.5, -INFINITY]], "l": "nan"}, {"s": "s", "l": "l"}
    )
    assert record == {"a": None, "n": {"x": [1, None]}, "s": [[0.5, None]], "l": "nan"}
    assert count == 3


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_json_is_the_same_in_every_encoding(encoding):
    record = {"t": "日本語 é", "half": "\ud800", "n": [1.5]}
    line = format_json(record, encoding)
    assert json.loads(line.encode(encoding).decode(encoding)) == record
    assert "日" in format_json({"t": "日"}, "utf-8")


def test_a_prediction_never_takes_the_place_of_a_column():
    assert name_predictions(["label", "score"], ["label", "predicted_label", "id"]) == {
        "label": "predicted_predicted_label",
        "score": "score",
    }


def test_a_table_holds_lists_as_json_and_null_as_nothing():
    stream = io.StringIO()
    writer = TableWriter(stream, ["a", "b", "c"])
    writer.write({"a": 'x, "y"', "b": ["ü", 1.5, None], "c": None})
    writer.write({"a": 1})
    assert stream.getvalue() == 'a,b,c\n"x, ""y""","[""ü"", 1.5, null]",\n1,,\n'
    with pytest.raises(BadRecord, match="a key 'd' that the records before had not"):
        writer.write({"d": 1})


def test_json_lines():
    stream = io.StringIO()
    JsonLinesWriter(stream).write({"a": "line\nbreak"})
    assert stream.getvalue() == '{"a": "line\\nbreak"}\n'


def test_a_table_has_a_column_for_the_probability_of_each_class():
    answer = {"classes": ["cat", "a dog"], "probabilities": [0.25, 0.75], "label": "a dog"}
    assert spread_classes(answer) == {"label": "a dog", "probability_cat": 0.25, "probability_a dog": 0.75}
    assert spread_classes({"boxes": [1]}) == {"boxes": [1]}
