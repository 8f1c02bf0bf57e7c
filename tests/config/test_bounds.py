"""Arguments are checked against the bounds of a signature when a function is called by hand."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Annotated

import pytest

from tfd2l.config.bounds import BoundsError, check_bounds
from tfd2l.config.ranges import Interval, NonNegativeFloat, PositiveInt, ProperFraction
from tfd2l.errors import ConfigError


@check_bounds
def build(
    width: PositiveInt,
    dropout: ProperFraction = 0.0,
    rate: NonNegativeFloat | None = None,
    sizes: Sequence[PositiveInt] = (),
    name: str = "",
    *rest: int,
    **options: int,
) -> dict[str, object]:
    """Builds."""
    return locals()


class Layer:
    """A class with bounds in its constructor."""

    @check_bounds
    def __init__(self, width: PositiveInt) -> None:
        self.width = width


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"width": 0}, r"width must be at least 1\. Received: width=0"),
        ({"width": 1, "dropout": 1.0}, r"dropout must be in \[0, 1\)\. Received: dropout=1\.0"),
        ({"width": 1, "dropout": float("nan")}, "Received: dropout=nan"),
        ({"width": 1, "rate": -0.5}, r"rate must be at least 0\. Received: rate=-0\.5"),
        ({"width": 1, "sizes": [3, 0]}, r"sizes must each be at least 1\. Received: sizes=\[3, 0\]"),
    ],
)
def test_an_argument_outside_its_bounds_is_refused(arguments, message):
    with pytest.raises(BoundsError, match=message) as raised:
        build(**arguments)
    assert isinstance(raised.value, ConfigError)
    assert isinstance(raised.value, ValueError)


def test_arguments_within_their_bounds_pass_as_they_came():
    assert build(3, 0.5, None, (1, 2), "net", 7, depth=-1) == {
        "width": 3,
        "dropout": 0.5,
        "rate": None,
        "sizes": (1, 2),
        "name": "net",
        "rest": (7,),
        "options": {"depth": -1},
    }


@pytest.mark.parametrize("rate", [lambda step: 0.1, "cosine", True])
def test_what_is_no_number_passes(rate):
    assert build(1, rate=rate)["rate"] is rate


def test_a_constructor_is_checked():
    assert Layer(2).width == 2
    with pytest.raises(BoundsError, match="Received: width=-2"):
        Layer(width=-2)


def test_a_wrong_call_is_answered_by_the_function_itself():
    with pytest.raises(TypeError, match=r"build\(\) missing 1 required positional argument: 'width'"):
        build()


def test_name_docstring_and_signature_stay():
    assert (build.__name__, build.__doc__) == ("build", "Builds.")
    assert list(inspect.signature(build).parameters)[:2] == ["width", "dropout"]


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (Interval(ge=0, lt=1), "in [0, 1)"),
        (Interval(gt=0, le=1), "in (0, 1]"),
        (Interval(ge=1), "at least 1"),
        (Interval(gt=0), "above 0"),
        (Interval(le=9), "at most 9"),
        (Interval(lt=9), "below 9"),
    ],
)
def test_bounds_are_named(interval, words):
    @check_bounds
    def take(number: Annotated[float, interval]) -> None: ...

    take.__wrapped__.__annotations__["number"] = Annotated[float, interval]
    with pytest.raises(BoundsError) as raised:
        take(float("nan"))
    assert str(raised.value) == f"number must be {words}. Received: number=nan"
