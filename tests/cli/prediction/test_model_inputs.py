"""What a model's signature says of its inputs, and what becomes of values that users give."""

from __future__ import annotations

import re

import numpy as np
import pytest
from mlflow.models import infer_signature

from tfd2l.cli.prediction.model_inputs import ModelInput, read_signature, to_array
from tfd2l.cli.prediction.options import list_options, parse_options
from tfd2l.errors import ConfigError

TEXT, NUMBER, WHOLE = ModelInput("a", "text"), ModelInput("a", "number"), ModelInput("a", "integer")
VECTOR, WHOLES = ModelInput("a", "number", 1), ModelInput("a", "integer", 1)
TABLE, WORDS, IMAGE = ModelInput("a", "number", 2), ModelInput("a", "text", 1), ModelInput("a", "integer", 3)


def test_the_signature_decides():
    import pandas as pd

    row = {"t": "x", "n": 1.5, "w": 2, "v": [0.5], "m": [[1.0, 2.0]], "s": ["a"], "i": [[[1, 2, 3]]]}
    with pytest.warns(UserWarning, match="integer column"):
        inputs = read_signature(infer_signature(pd.DataFrame([row])).inputs)
    assert list_options(inputs) == "--t TEXT --n NUMBER --w INTEGER --v N,N,... --m JSON --s JSON --i FILE"
    assert [name for name, one in inputs.items() if one.is_image] == ["i"]


def test_a_model_without_a_signature_is_refused():
    with pytest.raises(ConfigError, match=r"does not say which inputs it takes\. Received: no signature"):
        read_signature(None)


@pytest.mark.parametrize(
    ("one", "value", "expected"),
    [
        (TEXT, "", ""),
        (TEXT, 7, "7"),
        (TEXT, "a\u2028b", "a\u2028b"),
        (NUMBER, "-1e-3", -0.001),
        (NUMBER, " 2 ", 2.0),
        (NUMBER, 3, 3.0),
        (WHOLE, "3", 3),
        (WHOLE, 3.0, 3),
        (WHOLE, 2**60 + 1, 2**60 + 1),
        (VECTOR, "1,-2e1, 3", [1.0, -20.0, 3.0]),
        (VECTOR, "[1, 2]", [1.0, 2.0]),
        (VECTOR, "5", [5.0]),
        (VECTOR, [1, 2.5], [1.0, 2.5]),
        (WHOLES, "1,2", [1, 2]),
        (TABLE, "[[1, 2], [3, 4]]", [[1.0, 2.0], [3.0, 4.0]]),
        (WORDS, '["a, b", "c"]', ["a, b", "c"]),
        (IMAGE, "a.png", "a.png"),
        (IMAGE, [[[1, 2, 3]]], [[[1, 2, 3]]]),
    ],
)
def test_values_are_read_by_the_type_of_the_input(one, value, expected):
    parsed = one.parse(value)
    assert parsed == expected
    assert type(parsed) is type(expected)


@pytest.mark.parametrize(
    ("one", "value", "said"),
    [
        (TEXT, None, "a is null; text is expected"),
        (TEXT, 1.5, "a is not text"),
        (TEXT, True, "a is not text"),
        (TEXT, ["x"], "a is not text"),
        (TEXT, "half \ud800", "a is not valid UTF-8"),
        (NUMBER, "", "a is empty; a number is expected"),
        (NUMBER, "1,5", "a is not a number"),
        (NUMBER, "nan", "a is not a finite number"),
        (NUMBER, float("inf"), "a is not a finite number"),
        (NUMBER, False, "a is not a number"),
        (WHOLE, "1.5", "a is not a whole number"),
        (VECTOR, "1,x", "a is not a list of numbers: 'x'"),
        (VECTOR, "1,,2", "a is not a list of numbers: ''"),
        (VECTOR, "[1, 2", "a is not valid JSON; a list of numbers is expected"),
        (VECTOR, 3, "a is not a list of numbers"),
        (VECTOR, [1, None], "a is not a list of numbers: None"),
        (TABLE, "1,2", "a is not lists in 2 levels, of numbers"),
        (TABLE, [[1], [2, 3]], "a holds lists of several lengths"),
        (IMAGE, "", "a is empty; the name of an image file is expected"),
        (IMAGE, 3, "a is not the name of an image file"),
    ],
)
def test_values_of_another_type_are_refused(one, value, said):
    with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
        one.parse(value)


def test_shape_and_range_are_those_of_the_graph():
    assert to_array("a", [1.0, 2.0], [2], np.float32).dtype == np.float32
    assert to_array("a", [1.0], [None], np.float32).shape == (1,)
    assert to_array("a", "text", [], object).item() == "text"
    with pytest.raises(ValueError, match=r"^a has 3 values; the model takes 2$"):
        to_array("a", [1.0, 2.0, 3.0], [2], np.float32)
    with pytest.raises(ValueError, match=r"^a has 1 x 2 x 1 values; the model takes any number of x 2 x 3$"):
        to_array("a", [[[1], [2]]], [None, 2, 3], np.uint8)
    with pytest.raises(ValueError, match=r"^a lies outside -2147483648 to 2147483647$"):
        to_array("a", 2**31, [], np.int32)
    with pytest.raises(ValueError, match=r"^a lies outside 0 to 255$"):
        to_array("a", [[[256]]], [None, None, 1], np.uint8)


INPUTS = {"x": ModelInput("x", "number"), "a b": ModelInput("a b", "text"), "p=q": ModelInput("p=q", "text")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["--x", "-1e-3", "--a b", "--json", "--p=q", "r=s"],
        ["--p=q=r=s", "--a b=--json", "--x=-1e-3"],
    ],
)
def test_options_take_what_follows_even_if_it_begins_with_a_minus(arguments):
    assert parse_options(arguments, INPUTS) == {"x": -0.001, "a b": "--json", "p=q": "r=s"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "This model takes --x NUMBER '--a b' TEXT --p=q TEXT, or --input FILE (csv, tsv or jsonl); "),
        (["--y", "1"], "(csv, tsv or jsonl). Received: --y 1"),
        (["x", "1"], "Did you mean 'x'? Received: x 1"),
        (["--x", "1", "--x", "2"], "--x is given twice."),
        (["--x"], "--x needs a value."),
        (["--x", "1"], "; --a b, --p=q are missing. Received: --x 1"),
        (["--x", "one", "--a b", "", "--p=q", ""], "--x is not a number. This model takes"),
    ],
)
def test_options_that_do_not_fit_are_told(arguments, said):
    with pytest.raises(ConfigError) as caught:
        parse_options(arguments, INPUTS)
    assert said in str(caught.value)
