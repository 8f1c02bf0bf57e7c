"""Find where a name is defined by reading source files: nothing is imported."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path

MAX_HOPS = 12  # re-exports followed before giving up
_recorded: ContextVar[set[Path] | None] = ContextVar("recorded", default=None)
Definition = ast.FunctionDef | ast.ClassDef | ast.Assign


@dataclass(frozen=True)
class Found:
    """A definition, the module that it stands in, and its file."""

    node: Definition
    module: str
    file: Path


def locate(module: str, name: str, hops: int = MAX_HOPS) -> Found | None:
    """The definition of a module's name, followed through imports; None if the source does not tell."""
    file = module_file(module)
    tree = source_tree(file) if file is not None and hops else None
    if file is None or tree is None:
        return None
    for node in reversed(tree.body):  # what is defined last counts: overloads come first
        if isinstance(node, Definition) and name in _names(node):
            return Found(node, module, file)
    for bound, target, original in _imports(module, tree):
        if bound == name and original:
            return locate(target, original, hops - 1)
    return None


def resolve(expression: ast.expr, inside: Found) -> Found | None:
    """What an expression such as `keras.optimizers.Optimizer` means in the module of a definition."""
    head, _, tail = ast.unparse(expression).partition(".")
    if not tail:
        return locate(inside.module, head)
    tree = source_tree(inside.file)
    for bound, target, attribute in _imports(inside.module, tree) if tree else ():
        if bound == head:
            path = f"{target}.{attribute}" if attribute else target
            submodule, _, last = tail.rpartition(".")
            return locate(f"{path}.{submodule}" if submodule else path, last)
    return None


def module_file(module: str) -> Path | None:
    """The file of a module, found without importing it or any of its parents; None if there is none."""
    top, *rest = module.split(".")
    try:
        spec = importlib.util.find_spec(top)
    except (ImportError, ValueError):
        return None
    for depth, _ in enumerate(rest, start=1):
        if spec is None or spec.submodule_search_locations is None:
            return None
        name = ".".join([top, *rest[:depth]])
        spec = importlib.machinery.PathFinder.find_spec(name, list(spec.submodule_search_locations))
    return Path(spec.origin) if spec is not None and spec.origin and spec.has_location else None


@contextmanager
def record_files() -> Iterator[set[Path]]:
    """Collects the files that are read in its block."""
    files = set[Path]()
    token = _recorded.set(files)
    try:
        yield files
    finally:
        _recorded.reset(token)


def source_tree(file: Path) -> ast.Module | None:
    """Returns the syntax tree of a Python file; None if it is compiled or broken."""
    recorded = _recorded.get()
    if recorded is not None:
        recorded.add(file)
    return _parse(file)


@cache
def _parse(file: Path) -> ast.Module | None:
    try:
        return ast.parse(file.read_bytes(), filename=str(file)) if file.suffix == ".py" else None
    except (SyntaxError, ValueError):
        return None


def _imports(module: str, tree: ast.Module) -> Iterator[tuple[str, str, str]]:
    """(bound name, module, attribute) of every top-level import; attribute is empty for a module."""
    file = module_file(module)
    package = module if file is not None and file.name == "__init__.py" else module.rpartition(".")[0]
    for node in tree.body:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                yield alias.asname or top, alias.name if alias.asname else top, ""
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            target = ".".join([*base, node.module] if node.module else base)
            for alias in node.names:
                yield alias.asname or alias.name, target, alias.name


def _names(node: Definition) -> list[str]:
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return [node.name]
