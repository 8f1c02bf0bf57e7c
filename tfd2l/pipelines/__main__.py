"""`python -m tfd2l.pipelines +experiment=NAME`: compose, check, run.

Exit codes: 0 success; 1 a bug; 2 a mistake of the user; 3 the runs are finished and their models kept, but reports
failed; 75 interrupted after saving; 130 interrupted.
"""

from __future__ import annotations

import argparse
import os
import sys

os.environ["HYDRA_FULL_ERROR"] = "1"  # Hydra passes exceptions on, and `main` prints them

from tfd2l.config.hydra_sources import register_sources
from tfd2l.config.mistakes import translate_errors, validate_sweep
from tfd2l.errors import EXIT_INTERRUPTED, EXIT_REPORTS, Tfd2lError
from tfd2l.pipelines.command_line import parse_command_line
from tfd2l.pipelines.help import format_config, format_help
from tfd2l.pipelines.job import Mistake, job
from tfd2l.pipelines.pipeline.command import run_pipeline
from tfd2l.pipelines.pipeline.process import EXIT_KILLED, end_with_parent
from tfd2l.pipelines.pipeline.request import chooses_pipeline


def main() -> int:
    """Runs what was typed; a user's mistake becomes one paragraph and an exit code."""
    from tfd2l.pipelines.sweep import sweep

    end_with_parent()
    try:
        overrides, swept, arguments = parse_command_line()
    except Tfd2lError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    code = EXIT_KILLED
    failure: str | None = "interrupted"
    try:
        code, failure = _run(overrides, swept, arguments)
    except Exception as error:
        code, failure = 1, f"{type(error).__name__}: {error}"
        raise
    finally:
        warning = sweep.finish(failure, interrupted=code in (EXIT_KILLED, EXIT_INTERRUPTED))
    if warning is not None:
        print(f"error: {warning}", file=sys.stderr)
    return code or (EXIT_REPORTS if warning is not None else 0)


def _run(overrides: list[str], swept: bool, arguments: argparse.Namespace) -> tuple[int, str | None]:
    """Returns the exit code, and the reason of a failure."""
    try:
        register_sources()
        if chooses_pipeline(overrides):
            run_pipeline(overrides, arguments)
        else:
            if swept:
                validate_sweep(overrides)
            with translate_errors(overrides):
                if arguments.help:
                    print(format_help(overrides))
                elif arguments.cfg == "job":
                    print(format_config(overrides, arguments.package, arguments.resolve), end="")
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
