"""A kind's folder holds its components and nothing else, one a file, the file named like the component."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tfd2l.registry import GROUP_PREFIX, KINDS

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {kind: {"strategy": "strategies", "loss": "losses"}.get(kind, f"{kind}s") for kind in KINDS}


def built_ins(kind: str) -> dict[str, str]:
    """Returns component name -> module, as `pyproject.toml` registers it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return {name: target.partition(":")[0] for name, target in project["entry-points"][GROUP_PREFIX + kind].items()}


@pytest.mark.parametrize("kind", KINDS)
def test_every_file_directly_in_the_folder_of_a_kind_is_a_component(kind):
    folder = ROOT / "tfd2l" / FOLDERS[kind]
    files = {file.stem for file in folder.glob("*.py")} - {"__init__"}
    components = {module.rpartition(".")[2] for module in built_ins(kind).values() if module.count(".") == 2}
    assert files - components == set()


@pytest.mark.parametrize("kind", KINDS)
def test_a_component_stands_in_the_folder_of_its_kind_in_a_file_of_its_name(kind):
    for name, module in built_ins(kind).items():
        assert module.startswith(f"tfd2l.{FOLDERS[kind]}."), name
        stem = module.rpartition(".")[2]
        assert name in (stem, f"{stem}_scratch"), f"{name} stands in {module}"
