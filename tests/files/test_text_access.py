"""Text files that hold the data of users are opened in one place: no other module decodes or splits one on its own."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import tfd2l

PACKAGE = Path(tfd2l.__file__).parent
APART = ("cli/new", "config", "pipelines", "strategies", "testing", "tracking", "training")  # read no data of users
BINARY = {"Image", "tarfile", "gzip", "zipfile", "os", "webbrowser"}  # what they open is no text
OWN = {  # files that the package wrote itself or that belong to it
    "cli/list.py": {"read_text"},  # descriptions in configuration files
    "cli/prediction/stored_model.py": {"read_text"},  # the data.json of a run
    "data/readers/corpus.py": {"TextLineDataset"},  # of files that were scanned, or rewritten, before
    "data/generators/nli/world.py": {"splitlines"},  # tables in the source
    "data/generators/translation/words.py": {"splitlines"},
    "files/csv_rows.py": {"csv.reader"},
    "models/weights/earlier_run.py": {"read_text"},  # source files of Python packages
}
MESSAGES = {"error", "error.__cause__", "done.stdout", "tags.get", "run.data.tags.get", "str"}  # no files


def receiver(call):
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def is_text_mode(call):
    arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
    modes = [node.value for some in arguments for node in ast.walk(some) if isinstance(node, ast.Constant)]
    return not any(isinstance(mode, str) and "b" in mode and len(mode) <= 3 for mode in modes)


def opened_in(tree):
    """How a module reads text itself."""
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name == "open" and receiver(call) not in BINARY and is_text_mode(call):
            yield "open", call.lineno
        elif name in ("read_text", "TextLineDataset", "TextIOWrapper", "readlines", "genfromtxt", "loadtxt"):
            if not (name == "read_text" and receiver(call) == ""):  # our own function
                yield name, call.lineno
        elif name in ("reader", "DictReader") and receiver(call) == "csv":
            yield "csv.reader", call.lineno
        elif name == "splitlines" and not any(receiver(call).removeprefix("str(").startswith(m) for m in MESSAGES):
            yield name, call.lineno


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("file.open(encoding='utf-8')", ["open"]),
        ("open(file)", ["open"]),
        ("open(file, 'rb'); file.open('r+b' if x else 'wb'); Image.open(file)", []),
        ("file.read_text(); read_text(file)", ["read_text"]),
        ("text.splitlines(); str(error).splitlines()", ["splitlines"]),
        ("csv.reader(lines); tf.data.TextLineDataset(file)", ["csv.reader", "TextLineDataset"]),
    ],
)
def test_calls_that_read_text_are_found(source, found):
    assert [name for name, _ in opened_in(ast.parse(source))] == found


def test_only_text_file_opens_text():
    found, used = [], set()
    for file in sorted(PACKAGE.rglob("*.py")):
        module = file.relative_to(PACKAGE).as_posix()
        if module.startswith(tuple(f"{room}/" for room in APART)):
            continue
        for name, line in opened_in(ast.parse(file.read_bytes())):
            if name in OWN.get(module, ()):
                used.add((module, name))
            else:
                found.append(f"{module}:{line}: {name}: use tfd2l.files.text_file")
    assert not found
    assert used == {(module, name) for module, names in OWN.items() for name in names}  # no exception is left over
