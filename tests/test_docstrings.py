"""The examples in docstrings run and print what they show, and everything public has one.

An example is written for a reader's prompt: it imports what it shows; `np`, `tf` and `keras` are there, as in Keras'
documentation. It runs in a temporary folder, after `keras.utils.set_random_seed(0)`, with NumPy's numbers printed to
four decimals; `...` in the output stands for anything. To run those of one package: `pytest tests/test_docstrings.py
-k ops`.
"""

from __future__ import annotations

import ast
import doctest
import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "tfd2l"
FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
PROMPT = ">>>"
Documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

# Packages in which every public class and function has an example. Shared parts (`base/`): the classes, which plugins
# subclass.
WITH_EXAMPLES = (
    "layers",
    "losses",
    "metrics",
    "ops",
    "ops/optimization",
    "ops/text",
    "ops/vision",
    "optimizers",
    "schedules",
)


def find_docstrings(source: str) -> Iterator[tuple[str, int, str]]:
    """Yields the dotted name ("" is the module), the line and the text of every docstring of a module."""

    def visit(node: Documented, name: str) -> Iterator[tuple[str, int, str]]:
        text = ast.get_docstring(node)
        if text:
            yield name, node.body[0].lineno, text
        for child in node.body:
            if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
                yield from visit(child, f"{name}.{child.name}".lstrip("."))

    yield from visit(ast.parse(source), "")


def has_example(docstring: str | None) -> bool:
    """Returns whether a docstring has a section `Example:` or `Examples:` with a line that runs."""
    lines = iter((docstring or "").splitlines())
    for line in lines:
        if line.strip() in ("Example:", "Examples:"):
            return any(PROMPT in line and "+SKIP" not in line for line in lines)
    return False


def run_examples(docstring: str, name: str, file: str = "<docstring>", line: int = 1) -> str:
    """Runs the examples of a docstring; returns doctest's account of those that print something else."""
    import keras
    import numpy as np
    import tensorflow as tf

    names = {"__name__": "example", "np": np, "tf": tf, "keras": keras}
    test = doctest.DocTestParser().get_doctest(docstring, names, name, file, line - 1)
    keras.utils.set_random_seed(0)
    account: list[str] = []
    with np.printoptions(precision=4, suppress=True):
        doctest.DocTestRunner(optionflags=FLAGS).run(test, out=account.append)
    return "".join(account)


MODULES = sorted(file for file in PACKAGE.rglob("*.py") if PROMPT in file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("file", MODULES, ids=lambda file: str(file.relative_to(ROOT).with_suffix("")))
def test_examples_print_what_they_show(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    failures = [
        run_examples(text, name or file.stem, str(file), line)
        for name, line, text in find_docstrings(file.read_text(encoding="utf-8"))
        if PROMPT in text
    ]
    assert not any(failures), "\n".join(failures)


def lacking_examples(folder: Path) -> list[str]:
    """Returns the public classes and functions of a package without an example, as `file.py: name`."""
    lacking = []
    for file in sorted([*folder.glob("*.py"), *folder.glob("base/*.py")]):
        kinds = ast.ClassDef if file.parent.name == "base" else ast.ClassDef | ast.FunctionDef
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, kinds) and not node.name.startswith("_") and not has_example(ast.get_docstring(node)):
                lacking.append(f"{file.relative_to(folder)}: {node.name}")
    return lacking


@pytest.mark.parametrize("package", WITH_EXAMPLES)
def test_everything_public_has_an_example(package):
    lacking = lacking_examples(PACKAGE / package)
    assert not lacking, f"{len(lacking)} without a section `Example:` that runs:\n" + "\n".join(lacking)


def test_the_public_names_of_the_package_have_an_example():
    module = importlib.import_module("tfd2l")
    public = [module, *(getattr(module, name) for name in module.__all__ if not name.startswith("_"))]
    lacking = [getattr(thing, "__name__", thing) for thing in public if not has_example(thing.__doc__)]
    assert not lacking


def test_an_example_that_prints_something_else_fails():
    assert run_examples("Example:\n\n>>> np.array([2 / 3])\narray([0.6667])", "right") == ""
    assert "Got:" in run_examples("Example:\n\n>>> 1 + 1\n3", "wrong")


@pytest.mark.parametrize(
    ("docstring", "found"),
    [
        ("Adds.\n\nExample:\n    >>> 1 + 1\n    2", True),
        ("Adds.\n\nExamples:\n\nIn a model:\n\n>>> 1 + 1\n2", True),
        ("Adds.\n\nExample:\n    >>> 1 + 1  # doctest: +SKIP", False),
        ("Adds.\n\n>>> 1 + 1\n2", False),
        ("Adds.\n\nExample: 1 + 1", False),
        (None, False),
    ],
)
def test_an_example_is_a_section_that_runs(docstring, found):
    assert has_example(docstring) is found
