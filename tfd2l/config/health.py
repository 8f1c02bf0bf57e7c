"""Is a component whole? Told from files alone, so that a listing imports nothing."""

from __future__ import annotations

import ast
import functools
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tfd2l.config.source import module_file, source_tree
from tfd2l.config.source_cache import source_cache
from tfd2l.registry import Entry

OPEN_ENDED = ("__getattr__", "globals", "*")  # a module that uses these may hold names that its source does not show


def find_fault(entry: Entry) -> str | None:
    """What keeps a component from being imported, as far as its files tell; None if nothing does."""
    if entry.component is not None:
        return None
    file = module_file(entry.module)
    if file is None:
        return f"stale: there is no module {entry.module}"
    return _fault(entry, file, file.stat().st_mtime_ns) if file.suffix == ".py" else None


@functools.cache
def _fault(entry: Entry, file: Path, _modified: int) -> str | None:
    name = entry.attribute.partition(".")[0]
    key = f"names {file} {name}"
    read = source_cache().recall(key, [file])
    if read is None:
        read = _read_names(file, name)
        source_cache().remember(key, [file], read, list_files=False)
    if read["error"]:
        return f"broken: {file}:{read['error']}"
    if not read["is_there"]:
        return f"stale: {entry.module} has no {entry.attribute}"
    for required, line in read["required"]:
        if not _exists(required):
            return f"broken: {file}:{line}: there is no module {required}"
    return None


def _read_names(file: Path, name: str) -> dict[str, Any]:
    """Returns whether a file is Python that may define a name, and which packages it requires, as plain data."""
    tree = source_tree(file)
    if tree is None:
        return {"error": _syntax_error(file), "is_there": False, "required": []}
    names = set(_names(tree))
    is_there = name in names or bool(names.intersection(OPEN_ENDED))
    return {"error": None, "is_there": is_there, "required": [list(pair) for pair in _required_modules(tree)]}


def _syntax_error(file: Path) -> str:
    try:
        ast.parse(file.read_bytes(), filename=str(file))
    except SyntaxError as error:
        return f"{error.lineno}: {error.msg}"
    except ValueError as error:
        return f"1: {error}"
    return "1: changed while it was read"


def require_loadable(entry: Entry) -> None:
    """Refuse at once a component whose files show that it cannot be imported.

    Raises:
        ComponentError: with plugin, version, entry point, and what is wrong.
    """
    wrong = find_fault(entry)
    if wrong:
        raise entry.unusable(f"is {wrong}")


def first_line(docstring: str | None) -> str:
    """The first line of a docstring, for a listing."""
    return (docstring or "").strip().partition("\n")[0]


def _required_modules(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Top-level packages that the module imports whatever happens: not inside `try` or `if`."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            yield from ((alias.name.partition(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.partition(".")[0], node.lineno


def _exists(package: str) -> bool:
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # imported already, and made by hand
        return True


def _names(tree: ast.Module) -> Iterator[str]:
    """Every name that is bound or used anywhere in a module: more than it defines, so that nothing whole is refused."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from ((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Name):
            yield node.id
