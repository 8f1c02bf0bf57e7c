"""List the components that are installed, built-ins and plugins alike; nothing is imported."""

from __future__ import annotations

import argparse

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tfd2l import registry
from tfd2l.config.health import fault, first_line
from tfd2l.config.paths import CHAIN, option_files
from tfd2l.config.signature import static_signature
from tfd2l.errors import ConfigError, did_you_mean

WRITTEN = ("experiment", CHAIN)  # kinds of files, not of components


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l list [KIND]`."""
    parser.add_argument("kind", nargs="?", metavar="KIND", help=", ".join([*registry.KINDS, *WRITTEN]))


def run(arguments: argparse.Namespace) -> int:
    """Print a table a kind."""
    kinds = [*registry.KINDS, *WRITTEN]
    if arguments.kind and arguments.kind not in kinds:
        raise ConfigError(
            f"There is no kind {arguments.kind!r}.{did_you_mean(arguments.kind, kinds)} Kinds: {', '.join(kinds)}. "
            f"Received: {arguments.kind}"
        )
    console = Console(highlight=False)
    for kind in [arguments.kind] if arguments.kind else kinds:
        console.print(_files(kind) if kind in WRITTEN else _components(kind))
    return 0


def _components(kind: str) -> Table:
    table = _table(kind, "owner")
    for entry in registry.entries(kind):
        wrong = fault(entry)
        table.add_row(entry.name, f"[red]{escape(wrong)}[/red]" if wrong else escape(_told(entry)), entry.owner)
    return table


def _told(entry: registry.Entry) -> str:
    signature = static_signature(entry)
    docstring = signature.docstring if signature else getattr(entry.component, "__doc__", None)
    return first_line(docstring)


def _files(kind: str) -> Table:
    table = _table(kind, "file")
    for name, file in option_files(kind).items():
        lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("# ")]
        told = next((line.removeprefix("# ") for line in lines if "@package" not in line), "")
        table.add_row(name, escape(told), escape(str(file)))
    return table


def _table(kind: str, last: str) -> Table:
    table = Table(title=kind, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("name", style="bold", no_wrap=True)
    table.add_column("what it is")
    table.add_column(last, style="dim", overflow="fold")
    return table
