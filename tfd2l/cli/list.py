"""Lists the installed components of every kind, the experiments and the pipelines, without importing them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tfd2l import registry
from tfd2l.config.health import find_fault, first_line
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.config.problems import escape_line
from tfd2l.config.signature import static_signature
from tfd2l.errors import ConfigError, did_you_mean

WRITTEN = ("experiment", PIPELINE)  # kinds of files, not of components


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l list [KIND]`."""
    parser.add_argument("kind", nargs="?", metavar="KIND", help=", ".join([*registry.KINDS, *WRITTEN]))


def run(arguments: argparse.Namespace) -> int:
    """Prints a table a kind; through a pipe a line a component, `kind, name, what it is, owner` with tabs between."""
    kinds = [*registry.KINDS, *WRITTEN]
    if arguments.kind and arguments.kind not in kinds:
        raise ConfigError(
            f"There is no kind {arguments.kind!r}.{did_you_mean(arguments.kind, kinds)} Kinds: {', '.join(kinds)}. "
            f"Received: {arguments.kind}"
        )
    chosen = [arguments.kind] if arguments.kind else kinds
    if not sys.stdout.isatty():
        for kind in chosen:
            for row in _rows(kind):
                print("\t".join([kind, *(escape_line(cell) for cell in row)]))
        return 0
    console = Console(highlight=False)
    for kind in chosen:
        table = _table(kind, "file" if kind in WRITTEN else "owner")
        for row in _rows(kind):
            table.add_row(*map(escape, row))
        console.print(table)
    return 0


def _rows(kind: str) -> Iterator[tuple[str, str, str]]:
    """Name, what it is (or what is wrong with it), and its owner or file."""
    if kind in WRITTEN:
        for name, file in option_files(kind).items():
            yield name, summary(file), str(file)
    else:
        for entry in registry.entries(kind):
            yield entry.name, find_fault(entry) or _summarize(entry), entry.owner


def _summarize(entry: registry.Entry) -> str:
    signature = static_signature(entry)
    docstring = signature.docstring if signature else getattr(entry.component, "__doc__", None)
    return first_line(docstring)


def summary(file: Path) -> str:
    """Returns the first comment of an option file."""
    lines = [line for line in file.read_text(encoding="utf-8").split("\n") if line.startswith("# ")]
    return next((line.removeprefix("# ").strip() for line in lines if "@package" not in line), "")


def _table(kind: str, last: str) -> Table:
    table = Table(title=kind, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("name", style="bold", no_wrap=True)
    table.add_column("description")
    table.add_column(last, style="dim", overflow="fold")
    return table
