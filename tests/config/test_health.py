"""Whether a component is whole is told from its files, and nothing whole is refused."""

from __future__ import annotations

import sys

import pytest

from tfd2l import registry
from tfd2l.config.health import find_fault, first_line, require_loadable
from tfd2l.errors import ComponentError
from tfd2l.registry import Entry


def entry_of(install, name, source):
    site = install(f"x-{name}", {"tfd2l.loss": {name: f"{name}:Loss"}}, {f"{name}.py": source})
    return registry.find("loss", name), site / f"{name}.py"


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import os\n\ndef Loss(:\n", "broken: FILE:3: invalid syntax"),
        (
            "import os\nimport no_such_package.x\nclass Loss: ...\n",
            "broken: FILE:2: there is no module no_such_package",
        ),
        ("from no_such_package import x\nclass Loss: ...\n", "broken: FILE:1: there is no module no_such_package"),
        ("class Other: ...\n", "stale: sick has no Loss"),
    ],
    ids=["syntax", "import", "from-import", "attribute"],
)
def test_a_fault_is_told_with_its_place(install, source, told):
    entry, file = entry_of(install, "sick", source)
    assert find_fault(entry) == told.replace("FILE", str(file))
    with pytest.raises(ComponentError) as caught:
        require_loadable(entry)
    assert f"The loss 'sick' of x-sick 1.0 is {find_fault(entry)} (entry point tfd2l.loss: sick" in str(caught.value)
    assert "sick" not in sys.modules


@pytest.mark.parametrize("target", ["no_such_module:Loss", "tfd2l.no_such_part:Loss", "json.tool.deeper:Loss"])
def test_a_component_without_a_module_is_stale(target):
    module = target.partition(":")[0]
    assert find_fault(Entry("loss", "gone", "x", "1", target)) == f"stale: there is no module {module}"


@pytest.mark.parametrize(
    "source",
    [
        "class Loss: ...",
        "from os import path as Loss",
        "Loss = 3",
        "Loss: int = 3",
        "try:\n    import no_such_package\nexcept ImportError:\n    Loss = None",
        "if True:\n    def Loss(): ...",
        "from os.path import *",
        "def __getattr__(name): return 3",
        "globals()['Loss'] = 3",
        "Other, Loss = 1, 2",
    ],
)
def test_nothing_whole_is_refused(install, source):
    entry, _ = entry_of(install, "whole", source)
    assert find_fault(entry) is None
    require_loadable(entry)


@pytest.mark.parametrize("kind", registry.KINDS)
def test_what_is_installed_here_is_whole(kind):
    assert {entry.name: find_fault(entry) for entry in registry.entries(kind) if find_fault(entry)} == {}


@pytest.mark.parametrize(("docstring", "line"), [("\n  One.\n\nTwo.", "One."), (None, ""), ("", "")])
def test_the_first_line_of_a_docstring_is_for_a_listing(docstring, line):
    assert first_line(docstring) == line
