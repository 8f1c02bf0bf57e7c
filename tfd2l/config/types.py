"""Does a configured value fit an annotation? Annotations are source text, read without importing."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tfd2l.config.ranges import Interval

_SCALARS: dict[str, Any] = {"str": str, "bool": bool, "int": int, "float": (int, float), "Path": str}
_TUPLES = {"tuple", "Tuple"}
_SEQUENCES = _TUPLES | {"list", "Sequence", "List", "Iterable", "Collection"}
_MAPPINGS = {"dict", "Mapping", "Dict"}
_WORDS = {"str": "text", "bool": "true or false", "int": "an integer", "float": "a number", "Path": "a path"}
KNOWN = {*_SCALARS, *_SEQUENCES, *_MAPPINGS, "Any", "None", "Literal", "Union", "Optional", "Annotated"}


def fits(value: Any, annotation: str | None) -> bool:
    """True if `value` (plain YAML data) fits the annotation; what is not understood fits."""
    return any(_fits(value, node) for node in _alternatives(annotation))


def describe_type(annotation: str | None) -> str:
    """What the annotation allows, in words: `an integer or null`, `'linear' or 'sqrt'`."""
    return " or ".join(_described(node) for node in _alternatives(annotation))


def list_choices(annotation: str | None) -> list[str]:
    """The texts that a `Literal` in the annotation allows; empty if there is none."""
    literals = [node for node in _alternatives(annotation) if _name(node) == "Literal"]
    return [value for node in literals for value in _literals(node) if isinstance(value, str)]


def expects_path(annotation: str | None) -> bool:
    """True if the annotation says `Path`: then the value must name an existing file or folder."""
    return any(_name(node) == "Path" for node in _alternatives(annotation))


def names_measure(annotation: str | None) -> bool:
    """True if the annotation says `Measure`: then the value must be something that the run measures."""
    return any(
        _name(node) == "Annotated" and any("Measured" in ast.unparse(part) for part in _parts(node)[1:])
        for node in _alternatives(annotation)
    )


def format_annotation(annotation: str) -> str:
    """The annotation as a person reads it: `int from 1 up | None`."""
    try:
        tree = ast.parse(annotation, mode="eval").body
    except SyntaxError:
        return annotation
    return ast.unparse(_Bounds().visit(tree))


class _Bounds(ast.NodeTransformer):
    """Says bounds in words."""

    def visit_Subscript(self, node: ast.Subscript) -> ast.expr:
        self.generic_visit(node)
        parts = _parts(node)
        if _name(node) != "Annotated" or not parts:
            return node
        return ast.Name(" ".join([ast.unparse(parts[0]), *map(str, _intervals(parts))]))


def as_path(value: Any) -> Path:
    """The file or folder that a configured path means (`~` is the home)."""
    return Path(str(value)).expanduser()


def _alternatives(annotation: str | ast.expr | None) -> Iterator[ast.expr]:
    """The members of a union (`|`, `Union`, `Optional`), however nested or quoted; else the annotation itself."""
    if annotation is None:
        yield ast.Name("Any")
    elif isinstance(annotation, str):
        try:
            yield from _alternatives(ast.parse(annotation, mode="eval").body)
        except SyntaxError:
            yield ast.Name("Any")
    elif isinstance(annotation, ast.BinOp):
        yield from _alternatives(annotation.left)
        yield from _alternatives(annotation.right)
    elif isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        yield from _alternatives(annotation.value)
    elif _name(annotation) in ("Union", "Optional"):
        for part in _parts(annotation):
            yield from _alternatives(part)
        if _name(annotation) == "Optional":
            yield ast.Constant(None)
    else:
        yield annotation


def _fits(value: Any, node: ast.expr) -> bool:
    name, parts = _name(node), _parts(node)
    if isinstance(node, ast.Constant):
        return value is None if node.value is None else True
    if name == "Annotated" and parts:
        return _fits_any(value, parts[0]) and all(interval.holds(value) for interval in _intervals(parts))
    if name == "Literal" and _literals(node):
        return any(value == literal and type(value) is type(literal) for literal in _literals(node))
    if name in _SCALARS:
        # Python's bool is an int; a user's `true` is not 1. What is not a number (NaN) is no number.
        is_number = name == "bool" or not isinstance(value, bool)
        return isinstance(value, _SCALARS[name]) and is_number and value == value
    if name in _TUPLES and parts and not _is_ellipsis(parts[-1]):
        return isinstance(value, list) and len(value) == len(parts) and all(map(_fits_any, value, parts))
    if name in _SEQUENCES:
        return isinstance(value, list) and (not parts or all(_fits_any(item, parts[0]) for item in value))
    if name in _MAPPINGS:
        return isinstance(value, dict) and (not parts or all(_fits_any(item, parts[-1]) for item in value.values()))
    return True


def _fits_any(value: Any, node: ast.expr) -> bool:
    return any(_fits(value, alternative) for alternative in _alternatives(node))


def _described(node: ast.expr) -> str:
    name, parts = _name(node), [part for part in _parts(node) if not _is_ellipsis(part)]
    if isinstance(node, ast.Constant) and node.value is None:
        return "null"
    if name == "Annotated" and parts:
        return " ".join([_described(parts[0]), *map(str, _intervals(parts))])
    if name == "Literal" and _literals(node):
        return " or ".join(map(repr, _literals(node)))
    told = [" or ".join(map(_described, _alternatives(part))) for part in parts]
    if name in _SEQUENCES:
        return f"a list of {len(told)}: {', '.join(told)}" if told[1:] else ", each ".join(["a list", *told])
    if name in _MAPPINGS:
        return ", each value ".join(["a mapping", *told[-1:]])
    return _WORDS.get(name) or ast.unparse(node)


def _name(node: ast.expr) -> str:
    """The last part of a name: `Mapping` of `typing.Mapping[str, int]`; empty for what has none."""
    node = node.value if isinstance(node, ast.Subscript) else node
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _parts(node: ast.expr) -> list[ast.expr]:
    """What stands in the brackets."""
    if not isinstance(node, ast.Subscript):
        return []
    return node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]


def _literals(node: ast.expr) -> list[Any]:
    try:
        return [ast.literal_eval(part) for part in _parts(node)]
    except ValueError:  # a member of an enumeration: told only by importing it
        return []


def _intervals(parts: list[ast.expr]) -> list[Interval]:
    """The bounds in an `Annotated`; what is not understood bounds nothing."""
    calls = [part for part in parts[1:] if isinstance(part, ast.Call) and ast.unparse(part.func).endswith("Interval")]
    return [Interval(**{str(k.arg): ast.literal_eval(k.value) for k in call.keywords}) for call in calls]


def _is_ellipsis(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is ...
