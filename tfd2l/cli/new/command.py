"""The command `tfd2l new`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from tfd2l.cli.new.names import LICENSES
from tfd2l.errors import ConfigError
from tfd2l.registry import KINDS

if TYPE_CHECKING:
    from tfd2l.cli.new.written import Written

EPILOG = """\
tfd2l new plugin lookahead --kinds optimizer        an installable distribution, with tests
tfd2l new component optimizer lookahead             a built-in component of this checkout, with its test
tfd2l new experiment my_nli --like nli_bert         a configuration of your own
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l new plugin NAME`, `tfd2l new component KIND NAME`, `tfd2l new experiment NAME`."""
    parser.epilog, parser.formatter_class = EPILOG, argparse.RawDescriptionHelpFormatter
    whats = parser.add_subparsers(dest="what", metavar="WHAT")
    plugin = whats.add_parser(
        "plugin",
        help="a distribution of components, with tests",
        description="Write an installable distribution with a component of each kind, tests, README and CI workflow.",
    )
    plugin.add_argument("name", metavar="NAME", help="of its components; the distribution is called tfd2l-NAME")
    plugin.add_argument(
        "--kinds",
        default="optimizer",
        metavar="KIND,KIND",
        help=f"a component of each (default: optimizer): {_kinds()}",
    )
    plugin.add_argument("--folder", type=Path, help="where to write it (default: tfd2l-NAME in this folder)")
    plugin.add_argument("--license", choices=LICENSES, default="MIT", help="default: MIT")
    component = whats.add_parser("component", help="a built-in component of this checkout, with its test")
    component.add_argument("kind", metavar="KIND", help=_kinds())
    component.add_argument("name", metavar="NAME", help="as a configuration names it")
    experiment = whats.add_parser("experiment", help="a configuration of your own, like another")
    experiment.add_argument("name", metavar="NAME", help="as in +experiment=NAME")
    experiment.add_argument("--like", default="nli_bert", metavar="EXPERIMENT", help="default: nli_bert")
    experiment.add_argument(
        "--config-dir",
        type=Path,
        metavar="FOLDER",
        help="your folder of configuration (default: conf/ of this checkout)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Write the files; say what was written and what to type next."""
    from tfd2l.cli.new.component import new_component  # not needed to parse the other commands
    from tfd2l.cli.new.experiment import new_experiment
    from tfd2l.cli.new.plugin import new_plugin

    if arguments.what == "plugin":
        kinds = [kind.strip() for kind in arguments.kinds.split(",") if kind.strip()]
        written = new_plugin(arguments.name, kinds, arguments.folder, arguments.license)
    elif arguments.what == "component":
        written = new_component(arguments.kind, arguments.name)
    elif arguments.what == "experiment":
        written = new_experiment(arguments.name, arguments.like, arguments.config_dir)
    else:
        raise ConfigError(
            "A new what? `tfd2l new plugin NAME`, `tfd2l new component KIND NAME` or `tfd2l new experiment NAME` "
            "(`tfd2l new --help` explains). Received: nothing"
        )
    print(describe_written(written))
    return 0


def describe_written(written: Written) -> str:
    """Returns what was written, and the next commands."""
    lines = ["Written:", *(f"  {file}" for file in written.files)]
    lines += [f"Changed:\n  {file}" for file in written.changed]
    lines += [*written.notes, "", "Next:", *(f"  {command}" for command in written.commands)]
    return "\n".join(lines)


def _kinds() -> str:
    return ", ".join(KINDS)
