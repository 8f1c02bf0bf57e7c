"""The catalogue: every built-in component is listed, loads, is documented, and says what it takes."""

from __future__ import annotations

import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tfd2l import registry
from tfd2l.config.schema import SUPPLIED
from tfd2l.config.signature import signature_of, static_signature

ROOT = Path(__file__).resolve().parents[1]
BUILT_IN = [entry for kind in registry.KINDS for entry in registry.entries(kind) if entry.distribution == "tfd2l"]
PACKAGES = {"loss": "losses", "strategy": "strategies"}  # the other kinds only add an s


def each(entries):
    return pytest.mark.parametrize("entry", entries, ids=lambda entry: f"{entry.kind}-{entry.name}")


def names_in(pyproject):
    """Returns `kind name` of every component that the text of a pyproject.toml registers."""
    groups = tomllib.loads(pyproject)["project"]["entry-points"]
    return {
        f"{group.removeprefix(registry.GROUP_PREFIX)} {name}" for group, points in groups.items() for name in points
    }


def git(*arguments):
    """Returns what git prints; empty where there is no git, or no such thing."""
    try:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def test_a_published_name_is_kept_or_its_removal_is_in_the_changelog():
    """Users type the names of components: one of the last release that is gone is told in CHANGELOG.md."""
    release = git("describe", "--tags", "--abbrev=0", "--match", "v*").strip()
    published = git("show", f"{release}:pyproject.toml") if release else ""
    if not published:
        pytest.skip("nothing was released yet")
    gone = names_in(published) - names_in((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert [name for name in gone if f"`{name.partition(' ')[2]}`" not in changes] == []


def test_what_is_installed_is_what_pyproject_says():
    """If this fails alone, the environment is older than pyproject.toml: `pip install -e .` again."""
    installed = {f"{entry.kind} {entry.name}" for entry in BUILT_IN}
    assert installed == names_in((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


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
