"""The command line of `python -m tfd2l.pipelines`: overrides and flags."""

from __future__ import annotations

import argparse
import os
import sys

from hydra.main import get_args_parser

from tfd2l.config.hydra_compose import expand_override
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.problems import refuse
from tfd2l.pipelines.flags import find_unknown_flags

SWEEPING = {"hparams", "hydra.mode"}  # overrides that may make a multirun without `-m`
USAGE = "%(prog)s +experiment=NAME|+pipeline=NAME [KEY=VALUE ...] [-m] [--cfg job] [--help]"


def parse_command_line() -> tuple[list[str], bool, argparse.Namespace]:
    """Parses `sys.argv`, and rewrites it as Hydra takes it: flags first.

    Returns:
        The overrides, whether they may make a multirun, and the flags.

    Raises:
        ConfigError: options of an experiment were typed as flags.
    """
    parser = get_args_parser()
    parser.prog, parser.usage = "python -m tfd2l.pipelines", USAGE
    refuse(find_unknown_flags(sys.argv[1:], parser))
    arguments = parser.parse_intermixed_args()
    if sum(map(bool, (arguments.run, arguments.multirun, arguments.cfg, arguments.info))) > 1:
        parser.error("--run, --multirun, --cfg and --info exclude each other")
    if arguments.config_dir and not os.path.isdir(arguments.config_dir):
        parser.error(f"--config-dir: no such folder. Received: {arguments.config_dir}")
    flags = sys.argv[1:]
    for override in arguments.overrides:
        flags.remove(override)
    sys.argv[1:] = [*flags, *map(expand_override, arguments.overrides)]
    swept = arguments.multirun or not SWEEPING.isdisjoint(map(key_of, arguments.overrides))
    more = [f'hydra.searchpath=["file://{os.path.abspath(arguments.config_dir)}"]'] if arguments.config_dir else []
    return [*more, *arguments.overrides], swept, arguments
