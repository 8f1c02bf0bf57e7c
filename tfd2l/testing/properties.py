"""Runs the properties of a check one after the other."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from tfd2l.errors import did_you_mean

Properties = Mapping[str, Callable[[], None]]


def check_properties(check: str, subject: str, properties: Properties, skip: Collection[str]) -> tuple[str, ...]:
    """Runs each property, in order, and stops at the first that does not hold.

    Args:
        check: The function that checks, as an author calls it: "check_layer".
        subject: What is checked: the name of a class.
        properties: Name of a property -> function that raises an AssertionError if it does not hold.
        skip: Names of properties to leave out.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold, or computing it failed.
        ValueError: `skip` names a property that there is not.
    """
    if isinstance(skip, str):
        skip = [skip]
    for name in skip:
        if name not in properties:
            raise ValueError(
                f"{check} has no property {name!r} to skip.{did_you_mean(name, properties)} Properties: "
                f"{', '.join(properties)}. Received: skip={list(skip)}"
            )
    checked = [name for name in properties if name not in skip]
    for name in checked:
        try:
            properties[name]()
        except AssertionError as error:
            raise AssertionError(f"{subject} fails {check}, property {name!r}: {error}") from None
        except Exception as error:
            raise AssertionError(
                f"{subject} fails {check}, property {name!r}, with {type(error).__name__}: {error} (If it is not meant "
                f"to have this property: {check}(..., skip=[{name!r}]).)"
            ) from error
    return tuple(checked)
