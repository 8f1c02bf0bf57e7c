"""Checks arguments against the bounds in a signature, for callers that do not go through a configuration."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin

from tfd2l.config.ranges import Interval
from tfd2l.errors import ConfigError

F = TypeVar("F", bound=Callable[..., Any])


class BoundsError(ConfigError, ValueError):
    """An argument lies outside the bounds of its annotation."""


def check_bounds(function: F) -> F:
    """Decorates a function, or a constructor, to check its numbers against the bounds of their annotations.

    A configuration is checked when it is composed, and names the option; this is for those who call the function.
    Sequences are checked number by number. Values that are no numbers, such as a schedule in place of a learning rate,
    pass.

    Args:
        function: Function whose annotations hold bounds, such as `tfd2l.config.ranges.PositiveInt`.

    Returns:
        The function with the check before it. A call raises `BoundsError`, a `ConfigError` and a `ValueError`, for the
        first argument outside its bounds.

    Example:
        >>> from tfd2l.config.bounds import check_bounds
        >>> from tfd2l.config.ranges import PositiveInt
        >>> @check_bounds
        ... def repeat(text: str, times: PositiveInt = 2) -> str:
        ...     return text * times
        >>> repeat("ha")
        'haha'
        >>> repeat("ha", times=0)
        Traceback (most recent call last):
        tfd2l.config.bounds.BoundsError: times must be at least 1. Received: times=0
    """
    signature = inspect.signature(function)

    @functools.cache
    def bounds() -> dict[str, list[Interval]]:
        """Returns the parameters that have bounds; annotations are only evaluated when they are needed."""
        hints = inspect.get_annotations(function, eval_str=True)
        intervals = {name: list(_find_intervals(hint)) for name, hint in hints.items()}
        return {name: found for name, found in intervals.items() if found}

    @functools.wraps(function)
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            arguments = signature.bind(*args, **kwargs).arguments
        except TypeError:  # the function itself raises a better one
            return function(*args, **kwargs)
        for name, intervals in bounds().items():
            if name in arguments:
                _check(name, arguments[name], intervals)
        return function(*args, **kwargs)

    return checked  # type: ignore[return-value]


def _find_intervals(hint: Any) -> Iterable[Interval]:
    """Yields the intervals in an annotation: its own, or those of the members of a union or of a sequence."""
    origin = get_origin(hint)
    if origin is Annotated:
        yield from (mark for mark in hint.__metadata__ if isinstance(mark, Interval))
    elif origin in (Union, types.UnionType) or (isinstance(origin, type) and issubclass(origin, Sequence)):
        for member in get_args(hint):
            yield from _find_intervals(member)


def _check(name: str, value: Any, intervals: list[Interval]) -> None:
    several = isinstance(value, list | tuple)
    for number in value if several else [value]:
        is_number = isinstance(number, int | float) and not isinstance(number, bool)
        if is_number and not any(interval.holds(number) for interval in intervals):
            allowed = " or ".join(map(_describe, intervals))
            raise BoundsError(f"{name} must {'each ' if several else ''}be {allowed}. Received: {name}={value}")


def _describe(interval: Interval) -> str:
    """Returns the bounds in words, or in the notation of intervals where there are two."""
    low = next((bound for bound in (interval.ge, interval.gt) if bound is not None), None)
    high = next((bound for bound in (interval.le, interval.lt) if bound is not None), None)
    if low is not None and high is not None:
        return f"in {'(' if interval.ge is None else '['}{low}, {high}{')' if interval.le is None else ']'}"
    if low is not None:
        return f"{'above' if interval.ge is None else 'at least'} {low}"
    return f"{'below' if interval.le is None else 'at most'} {high}"
