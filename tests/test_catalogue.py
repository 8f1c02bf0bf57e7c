"""The catalogue: every built-in component is listed, loads, is documented, and says what it takes."""

from __future__ import annotations

import inspect
import sys
import tomllib
from pathlib import Path

import pytest

from tfd2l import registry
from tfd2l.config.schema import SUPPLIED
from tfd2l.config.signature import signature_of, static_signature

ROOT = Path(__file__).resolve().parents[1]
GOLDEN = Path(__file__).with_name("catalogue.txt").read_text().splitlines()
BUILT_IN = [entry for kind in registry.KINDS for entry in registry.entries(kind) if entry.distribution == "tfd2l"]
PACKAGES = {"loss": "losses", "strategy": "strategies"}  # the other kinds only add an s


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: f"{entry.kind}-{entry.name}")


def test_the_catalogue_is_the_one_that_was_agreed():
    """A new component is added to catalogue.txt; a name that users type is not changed lightly."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        groups = tomllib.load(file)["project"]["entry-points"]
    lines = [
        f"{group.removeprefix(registry.GROUP_PREFIX)} {name} {target}"
        for group, points in groups.items()
        for name, target in points.items()
    ]
    assert sorted(lines) == sorted(GOLDEN)


def test_what_is_installed_is_what_pyproject_says():
    """If this fails alone, the environment is older than pyproject.toml: `pip install -e .` again."""
    assert sorted(f"{entry.kind} {entry.name} {entry.target}" for entry in BUILT_IN) == sorted(GOLDEN)


@each(BUILT_IN)
def test_a_component_loads_and_lives_in_its_kinds_package(entry):
    component = entry.load()
    assert callable(component)
    package = PACKAGES.get(entry.kind, f"{entry.kind}s")
    assert entry.module.startswith(f"tfd2l.{package}.")
    assert component.__module__ == entry.module
    assert ROOT.joinpath(*entry.module.split(".")).with_suffix(".py").is_file()


@each(BUILT_IN)
def test_a_component_is_documented(entry):
    docstring = inspect.getdoc(entry.load())
    assert docstring
    assert docstring.partition("\n")[0].endswith((".", ":"))
    options = set(inspect.signature(entry.load()).parameters) - SUPPLIED - {"name", "kwargs"}
    assert [option for option in options if option not in docstring] == []


@each(BUILT_IN)
def test_what_the_source_says_of_a_component_is_what_python_says(entry):
    live = inspect.signature(entry.load())
    taken = {p.name: p for p in live.parameters.values() if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)}
    static = signature_of(entry)
    assert static == static_signature(entry)
    assert static.names[: len(taken)] == list(taken)
    for name, parameter in taken.items():
        told = static[name].default
        assert (told is None) == (parameter.default is parameter.empty)
        assert told is None or eval(told, vars(sys.modules[entry.module])) == parameter.default
    assert set(static.names) == set(taken) or inspect.isclass(entry.load())  # a class adds those of its bases
    assert static.docstring == inspect.getdoc(entry.load())
    assert Path(static.file).name == f"{entry.module.rpartition('.')[2]}.py"
