"""Writes the reference pages: one for each kind of component, one for each library package."""

from __future__ import annotations

import ast
from pathlib import Path

import mkdocs_gen_files

from tfd2l import registry
from tfd2l.config.signature import signature_of
from tfd2l.tracking.metric_names import NAMES

ROOT = Path(__file__).resolve().parents[1]
LIBRARIES = {
    "layers": "Layers",
    "ops": "Ops",
    "text": "Text",
    "plots": "Plots",
    "testing": "Testing",
}


def write(name: str, lines: list[str]) -> None:
    """Writes a page of the reference."""
    with mkdocs_gen_files.open(f"reference/{name}.md", "w") as page:
        page.write("\n".join(lines) + "\n")


def public_names(module: Path) -> list[str]:
    """Returns the public functions and classes that a module defines, in their order."""
    tree = ast.parse(module.read_text(encoding="utf-8"))
    defined = (node for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    return [node.name for node in defined if not node.name.startswith("_")]


def write_kind(kind: str) -> None:
    """Writes the page of a kind: every built-in component from its docstring."""
    entries = [entry for entry in registry.entries(kind) if entry.distribution == "tfd2l"]
    title = registry.kind_folder(kind).capitalize()
    lines = [f"# {title}", "", f"Contract: {registry.KINDS[kind]}", "", f"| `{kind}=` | |", "|---|---|"]
    for entry in entries:
        summary = (signature_of(entry).docstring or "").partition("\n")[0]
        lines.append(f"| [`{entry.name}`](#{entry.module}.{entry.attribute}) | {summary} |")
    for entry in entries:
        lines += ["", f"::: {entry.module}.{entry.attribute}", "    options:", f"      heading: {entry.name}"]
    write(registry.kind_folder(kind), lines)


def write_library(package: str, title: str) -> None:
    """Writes the page of a library package: its public functions and classes."""
    lines = [f"# {title}"]
    for module in sorted((ROOT / "tfd2l" / package).rglob("*.py")):
        dotted = ".".join(module.relative_to(ROOT).with_suffix("").parts)
        lines += [f"\n::: {dotted}.{name}" for name in public_names(module)]
    write(package, lines)


def main() -> None:
    """Writes all pages and their navigation."""
    index = ["# Reference", "", "| kind | contract |", "|---|---|"]
    index += [
        f"| [{kind}]({registry.kind_folder(kind)}.md) | {contract} |" for kind, contract in registry.KINDS.items()
    ]
    write("index", index)
    write("python", ["# Python interface", "", "::: tfd2l"])
    write("trainer", ["# Trainer options", "", "::: tfd2l.training.settings.TrainerSettings"])
    names = [f"| `{name}` | {meaning} |" for name, meaning in NAMES.items()]
    write(
        "metric-names",
        ["# Metric names", "", "Names of metrics in the store:", "", "| name | meaning |", "|---|---|", *names],
    )
    navigation = [
        "* [Reference](index.md)",
        "* [Python interface](python.md)",
        "* [Trainer options](trainer.md)",
        "* [Metric names](metric-names.md)",
    ]
    for kind in registry.KINDS:
        write_kind(kind)
        navigation.append(f"* [{registry.kind_folder(kind).capitalize()}]({registry.kind_folder(kind)}.md)")
    for package, title in LIBRARIES.items():
        if (ROOT / "tfd2l" / package).is_dir():
            write_library(package, title)
            navigation.append(f"* [{title}]({package}.md)")
    write("SUMMARY", navigation)


main()
