"""Describe one component (or a chain): what it does, its options and defaults, where it comes from, who uses it."""

from __future__ import annotations

import argparse

from tfd2l import registry
from tfd2l.config.check import SUPPLIED
from tfd2l.config.health import require_whole
from tfd2l.config.paths import CHAIN
from tfd2l.config.signature import signature_of
from tfd2l.config.usage import config_files, experiments_using
from tfd2l.pipelines.chain_asked import asked
from tfd2l.pipelines.chain_command import described


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l describe KIND NAME`."""
    parser.add_argument("kind", metavar="KIND", help=", ".join([*registry.KINDS, CHAIN]))
    parser.add_argument("name", metavar="NAME", help="as `tfd2l list KIND` shows it")


def run(arguments: argparse.Namespace) -> int:
    """Print the description; nothing is imported unless the signature can be had in no other way."""
    if arguments.kind == CHAIN:
        print(described(asked([f"+{CHAIN}={arguments.name}"])))
        return 0
    entry = registry.find(arguments.kind, arguments.name)
    require_whole(entry)
    signature = signature_of(entry)
    print(f"{entry.kind} {entry.name}\n\n{signature.docstring or '(no docstring)'}\n\nOptions:")
    for parameter in signature.parameters:
        if parameter.name != "name":  # in a configuration it is the component's
            print(f"  {parameter}" + ("   (supplied by the pipeline)" if parameter.name in SUPPLIED else ""))
    if signature.open:
        print("  and any further keyword")
    files = config_files(entry.kind, entry.name)
    experiments = experiments_using(entry.kind, entry.name)
    print(f"\nOwner:        {entry.owner}\nSource:       {signature.file}:{signature.line}")
    print(f"Config:       {', '.join(f'{entry.kind}={file.stem} ({file})' for file in files) or '(none)'}")
    print(f"Experiments:  {', '.join(experiments) or '(none)'}")
    return 0
