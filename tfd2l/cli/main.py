"""The command `tfd2l`: lists and describes components, and uses the models of runs."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import signal
import sys
from collections.abc import Sequence

from tfd2l.errors import Tfd2lError

# command -> what it does; each is a module of this package with `configure(parser)` and `run(arguments)`. What the
# parser does not know is an error, unless the module has `TAKES_REST`: then it is `arguments.rest`.
COMMANDS = {
    "list": "list components, experiments and pipelines",
    "describe": "describe a component, experiment, pipeline or section",
    "doctor": "check versions, devices, the store and every plugin",
    "ui": "open the MLflow UI on the store of this checkout",
    "predict": "predict with the model of a run",
    "report": "make reports of a finished run again",
    "clean": "list what disk space can be freed, and free it",
    "serve": "serve the model of a run over HTTP",
    "new": "write a plugin, a component or an experiment to start from",
}
EXIT_BY_SIGNAL = 128  # plus its number, as shells have it


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; a user's mistake is one paragraph and exit code 2 (all codes: `tfd2l.errors`)."""
    parser = argparse.ArgumentParser(
        prog="tfd2l",
        description="Keras 3 / TensorFlow pipelines for Dive into Deep Learning.",
        epilog="Run an experiment: python -m tfd2l.pipelines +experiment=nli_bert (--help explains).",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, what in COMMANDS.items():
        module = importlib.import_module(f"tfd2l.cli.{name}")
        module.configure(commands.add_parser(name, help=what, description=module.__doc__))
    if not (sys.argv[1:] if arguments is None else arguments):
        parser.error(f"which command? {', '.join(COMMANDS)}; `tfd2l --help` says what they do")
    chosen, rest = parser.parse_known_args(arguments)
    command = importlib.import_module(f"tfd2l.cli.{chosen.command}")
    if rest and not hasattr(command, "TAKES_REST"):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    chosen.rest = rest
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # of a terminal that lacks a character
    try:
        return int(command.run(chosen))
    except Tfd2lError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `tfd2l list | head` closed the pipe
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_BY_SIGNAL + signal.SIGINT


if __name__ == "__main__":
    sys.exit(main())
