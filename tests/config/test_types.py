"""Which values fit which annotation."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfd2l.config import types


@pytest.mark.parametrize(
    ("value", "annotation", "fits"),
    [
        (3, "int", True),
        (3.0, "int", False),
        ("3", "int", False),
        (True, "int", False),
        (None, "int", False),
        (3, "float", True),
        (0.1, "float", True),
        (True, "float", False),
        ("1e-3", "float", False),
        (True, "bool", True),
        (1, "bool", False),
        ("true", "bool", False),
        ("a", "str", True),
        (5, "str", False),
        (None, "None", True),
        (0, "None", False),
        (None, "int | None", True),
        (3, "int | None", True),
        ("x", "int | None", False),
        (None, "Optional[int]", True),
        ("x", "typing.Optional[int]", False),
        ("x", "Union[int, str]", True),
        ([1], "Union[int, str]", False),
        ("min", "Literal['min', 'max']", True),
        ("mean", "Literal['min', 'max']", False),
        (None, "Literal['min', 'max'] | None", True),
        (1, "Literal[1, 2]", True),
        (True, "Literal[1, 2]", False),
        (-1, "Literal[-1]", True),
        ([1, 2], "list[int]", True),
        ([], "list[int]", True),
        ([1, "a"], "list[int]", False),
        ([1, None], "list[int | None]", True),
        ([[1], [2, 3]], "Sequence[list[int]]", True),
        ([[1], ["x"]], "Sequence[list[int]]", False),
        (1, "list[int]", False),
        ("ab", "Sequence[str]", False),
        ([1], "list", True),
        ({"a": 1}, "list", False),
        ([1, 2], "tuple[int, ...]", True),
        ([1, "a"], "tuple[int, str]", True),
        (["a", 1], "tuple[int, str]", False),
        ([1], "tuple[int, str]", False),
        ({"a": "b"}, "Mapping[str, str]", True),
        ({"a": 1}, "Mapping[str, str]", False),
        ({}, "dict[str, int]", True),
        ([], "dict[str, int]", False),
        ({"a": [1]}, "collections.abc.Mapping[str, list[int]]", True),
        ("data/x.tsv", "Path", True),
        (3, "pathlib.Path", False),
        (None, "Path | None", True),
        (3, "'int | None'", True),
        ("x", "'int | None'", False),
        (float("nan"), "float", False),
        (float("inf"), "float", True),
        (1, "Annotated[int, Interval(ge=1)]", True),
        (0, "Annotated[int, Interval(ge=1)] | None", False),
        (None, "Annotated[int, Interval(ge=1)] | None", True),
        (True, "Annotated[int, Interval(ge=1)]", False),
        (1.0, "typing.Annotated[float, ranges.Interval(gt=0, le=1)]", True),
        (0, "Annotated[float, Interval(gt=0, le=1)]", False),
        (1.0, "Annotated[float, Interval(ge=0, lt=1)]", False),
        ([1, 0], "list[Annotated[int, Interval(ge=1)]]", False),
        (5, "Annotated[int, 'anything']", True),
        # What is not understood fits: the constructor has the last word.
        (object(), "Any", True),
        ("x", "keras.layers.Layer", True),
        ("x", "Literal[Mode.MIN]", True),
        ("x", "not an annotation", True),
        ("x", None, True),
    ],
)
def test_a_value_fits_its_annotation_or_does_not(value, annotation, fits):
    assert types.fits(value, annotation) is fits


@pytest.mark.parametrize(
    ("annotation", "words"),
    [
        ("int", "an integer"),
        ("float | None", "a number or null"),
        ("Optional[bool]", "true or false or null"),
        ("Literal['linear', 'sqrt']", "'linear' or 'sqrt'"),
        ("list[int]", "a list, each an integer"),
        ("Annotated[int, Interval(ge=1)] | None", "an integer from 1 up or null"),
        ("Annotated[float, Interval(gt=0, lt=1)]", "a number above 0 and below 1"),
        ("Annotated[int, Interval(ge=0, le=9)]", "an integer from 0 to 9"),
        ("list", "a list"),
        ("tuple[int, str]", "a list of 2: an integer, text"),
        ("tuple[int, ...]", "a list, each an integer"),
        ("Mapping[str, float]", "a mapping, each value a number"),
        ("dict", "a mapping"),
        ("'Path | None'", "a path or null"),
        ("keras.layers.Layer", "keras.layers.Layer"),
        (None, "Any"),
    ],
)
def test_an_annotation_is_told_in_words(annotation, words):
    assert types.describe_type(annotation) == words


@pytest.mark.parametrize(
    ("annotation", "texts"),
    [
        ("Literal['min', 'max'] | None", ["min", "max"]),
        ("Literal['a', 1]", ["a"]),
        ("str", []),
        (None, []),
    ],
)
def test_the_texts_of_a_literal_are_offered(annotation, texts):
    assert types.list_choices(annotation) == texts


@pytest.mark.parametrize("annotation", ["Path", "pathlib.Path", "Path | None", "Optional[Path]", "'str | Path'"])
def test_an_annotation_asks_for_a_path(annotation):
    assert types.expects_path(annotation)


@pytest.mark.parametrize("annotation", ["str", "list[Path]", "PathLike", None])
def test_an_annotation_does_not_ask_for_a_path(annotation):
    assert not types.expects_path(annotation)


def test_a_path_may_start_at_home(monkeypatch):
    monkeypatch.setenv("HOME", "/somewhere")
    assert types.as_path("~/data") == Path("/somewhere/data")
