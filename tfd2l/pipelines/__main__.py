"""`python -m tfd2l.pipelines +experiment=NAME`: compose, check, run.

Exit codes: 0 all is well; 1 a bug; 2 a mistake of the user; 3 the runs are finished and their models kept, but reports
failed; 75 stopped after saving; 130 interrupted.
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Mapping
from typing import Any

os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra passes exceptions on, and we say them

import hydra
from hydra.core.hydra_config import HydraConfig
from hydra.main import get_args_parser
from hydra.types import RunMode
from omegaconf import DictConfig, OmegaConf

from tfd2l.config.hydra_compose import CONFIG_NAME, VERSION_BASE, expand_override
from tfd2l.config.hydra_errors import key_of
from tfd2l.config.hydra_sources import register_sources
from tfd2l.config.layers import SEARCH_PATH
from tfd2l.config.mistakes import translate_errors, validate_sweep
from tfd2l.config.origin import Origin
from tfd2l.config.paths import conf_dir
from tfd2l.config.problems import refuse
from tfd2l.config.validate import validate
from tfd2l.errors import EXIT_INTERRUPTED, EXIT_REPORTS, Interrupted, ReportsFailed, Tfd2lError
from tfd2l.pipelines.experiment.failed_reports import reports_failed
from tfd2l.pipelines.flags import unknown_flags
from tfd2l.pipelines.help import config_text, help_text
from tfd2l.pipelines.pipeline.command import run_pipeline
from tfd2l.pipelines.pipeline.process import EXIT_KILLED, end_with_parent
from tfd2l.pipelines.pipeline.request import chooses_pipeline
from tfd2l.pipelines.sweep.jobs import finished_job
from tfd2l.quiet import quiet
from tfd2l.tracking.metric_names import TEST, TRAIN, VALIDATION, metric_name

SWEEPING = {"hparams", "hydra.mode"}  # overrides that may make a multirun without `-m`
OBJECTIVES = tuple(metric_name(group, "loss") for group in (TEST, VALIDATION, TRAIN))
"""Metrics, of which a Hydra sweeper minimizes the first that a run has."""
USAGE = "%(prog)s +experiment=NAME|+pipeline=NAME [KEY=VALUE ...] [-m] [--cfg job] [--help]"


@hydra.main(version_base=VERSION_BASE, config_path=str(conf_dir()), config_name=CONFIG_NAME)
def job(config: DictConfig) -> float | None:
    """One job of Hydra's."""
    swept = HydraConfig.get().mode is RunMode.MULTIRUN
    try:
        objective, failure = run(config)
        if failure is None or swept:  # of a multirun, what failed stands in the children's tags
            return objective
        raise failure
    except Tfd2lError as error:
        if swept and not isinstance(error, Interrupted):
            raise  # Hydra goes on with the other jobs, and raises it again at the end
        raise Mistake(error) from error


class Mistake(BaseException):
    """Carries a user's mistake past Hydra, which would print a heading of its own above it."""


def run(config: DictConfig) -> tuple[float | None, ReportsFailed | None]:
    """Check and run; what can be wrong is said before TensorFlow is loaded.

    Returns:
        What a Hydra sweeper minimizes; and what to say if reports failed.
    """
    from tfd2l.tracking.store import require_writable, tracking_uri

    chosen = HydraConfig.get()
    typed: Any = OmegaConf.to_container(OmegaConf.create(chosen.overrides.task), resolve=False)
    search_path = [override for override in chosen.overrides.hydra if override.startswith(SEARCH_PATH)]
    plain = validate(config, Origin([*search_path, *typed], dict(chosen.runtime.choices)))
    require_writable(tracking_uri(plain["tracking"].get("uri")))

    finished = finished_job(plain, tracking_uri(plain["tracking"].get("uri")))
    if finished is not None:
        return _objective(finished.data.metrics), None
    with quiet():
        from tfd2l.pipelines.experiment.experiment import Experiment
        from tfd2l.pipelines.experiment.next_steps import list_next_steps

    result = Experiment(plain).run()
    log = logging.getLogger("tfd2l")
    if not result.run_id:
        log.info("finished; the chief logged it")
    else:
        log.info("finished: run %s", result.run_id)
        for line in list_next_steps(result.run_id, result.tracking_uri, result.example):
            log.info("  %s", line)
    if result.shortened:
        log.warning("%s", result.shortened)
    failed = result.failed_reports
    return _objective(result.metrics), reports_failed({result.run_id: list(failed)}) if failed else None


def _objective(metrics: Mapping[str, float]) -> float | None:
    return next((metrics[key] for key in OBJECTIVES if key in metrics), None)


def command_line() -> tuple[list[str], bool, argparse.Namespace]:
    """Overrides, whether they may be a multirun's, and flags; these may stand anywhere, Hydra gets them first."""
    parser = get_args_parser()
    parser.prog, parser.usage = "python -m tfd2l.pipelines", USAGE
    refuse(unknown_flags(sys.argv[1:], parser))
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


def main() -> int:
    """Run, and turn a user's mistake into one paragraph and its exit code."""
    from tfd2l.pipelines.sweep import sweep

    end_with_parent()
    try:
        overrides, swept, arguments = command_line()
    except Tfd2lError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    code = EXIT_KILLED
    failure: str | None = "interrupted"
    try:
        code, failure = _ended(overrides, swept, arguments)
    except Exception as error:
        code, failure = 1, f"{type(error).__name__}: {error}"
        raise
    finally:
        warning = sweep.finish(failure, interrupted=code in (EXIT_KILLED, EXIT_INTERRUPTED))
    if warning is not None:
        print(f"error: {warning}", file=sys.stderr)
    return code or (EXIT_REPORTS if warning is not None else 0)


def _ended(overrides: list[str], swept: bool, arguments: argparse.Namespace) -> tuple[int, str | None]:
    """The exit code, and the reason of a failure."""
    try:
        register_sources()
        if chooses_pipeline(overrides):
            run_pipeline(overrides, arguments)
        else:
            if swept:
                validate_sweep(overrides)
            with translate_errors(overrides):
                if arguments.help:
                    print(help_text(overrides))
                elif arguments.cfg == "job":
                    print(config_text(overrides, arguments.package, arguments.resolve), end="")
                else:
                    job()
        return 0, None
    except (Tfd2lError, Mistake) as error:
        mistake = error if isinstance(error, Tfd2lError) else error.args[0]
        print(f"error: {mistake}", file=sys.stderr)
        return mistake.exit_code, str(mistake)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # `... --help | head` closed the pipe
        return 0, "interrupted"
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_KILLED, "interrupted"


if __name__ == "__main__":
    sys.exit(main())
