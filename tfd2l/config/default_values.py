"""Read what a constructor's default stands for from its source, as plain data such as YAML holds."""

from __future__ import annotations

import ast
from enum import Enum
from typing import Any, Final

from tfd2l.config.source import Found, resolve


class Unknown(Enum):
    """The type of `UNKNOWN`."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN  # a default that only an import would show, or that YAML cannot hold
FACTORIES: dict[str, type[dict] | type[list]] = {"dict": dict, "list": list}


def read_default(node: ast.expr, inside: Found) -> Any:
    """Returns the value of a default: a literal, a constant of a module, or the field of a dataclass.

    Args:
        node: The default's expression.
        inside: The definition that it belongs to, by whose module its names are resolved.

    Returns:
        None, a bool, a number, a string, or a list or dict of such; else `UNKNOWN`.
    """
    if isinstance(node, ast.Call):
        return _read_field(node, inside)
    try:
        return to_plain(ast.literal_eval(node))
    except ValueError:
        constant = resolve(node, inside) if isinstance(node, ast.Name | ast.Attribute) else None
    if constant is None or not isinstance(constant.node, ast.Assign):
        return UNKNOWN
    return read_default(constant.node.value, constant)


def _read_field(call: ast.Call, inside: Found) -> Any:
    """Returns the default of `dataclasses.field(...)`."""
    options = {keyword.arg: keyword.value for keyword in call.keywords}
    if not ast.unparse(call.func).endswith("field"):
        return UNKNOWN
    if "default" in options:
        return read_default(options["default"], inside)
    factory = FACTORIES.get(ast.unparse(options["default_factory"])) if "default_factory" in options else None
    return UNKNOWN if factory is None else factory()


def to_plain(value: object) -> Any:
    """Returns a value as YAML holds it, tuples as lists; `UNKNOWN` if YAML cannot hold it."""
    if isinstance(value, list | tuple):
        items = [to_plain(item) for item in value]
        return UNKNOWN if UNKNOWN in items else items
    if isinstance(value, dict):
        pairs = {key: to_plain(item) for key, item in value.items()}
        return UNKNOWN if UNKNOWN in pairs.values() else pairs
    return value if value is None or isinstance(value, bool | int | float | str) else UNKNOWN
