"""Make reports of a finished run again, into that run: those that failed, say, with an option changed."""

from __future__ import annotations

import argparse
import logging
import sys

from tfd2l.errors import EXIT_REPORTS, ConfigError
from tfd2l.quiet import quiet
from tfd2l.tracking.store import tracking_uri

TAKES_REST = True  # names behind an option


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l report RUN [NAME ...] [reports.NAME.OPTION=VALUE ...]`."""
    parser.add_argument("run", metavar="RUN", help="run id, the start of one, or 'latest'")
    parser.add_argument(
        "reports",
        nargs="*",
        metavar="NAME",
        help="a report's label in the configuration (default: all); reports.NAME.OPTION=VALUE changes an option, "
        "dataset.path=PATH says where the data are now",
    )
    parser.add_argument("--uri", help="the store; default: MLFLOW_TRACKING_URI, else that of this checkout")


def run(arguments: argparse.Namespace) -> int:
    """Make the reports; exit code 3 if one fails."""
    from tfd2l.pipelines.experiment.failed_reports import describe_failures
    from tfd2l.pipelines.experiment.stored_config import change_config, choose_reports, read_config
    from tfd2l.tracking.find_run import find_run
    from tfd2l.tracking.open_store import client_of

    client = client_of(tracking_uri(arguments.uri))
    run_id = find_run(client, arguments.run).info.run_id
    typed = [*arguments.reports, *arguments.rest]
    for text in typed:
        if text.startswith("-"):
            raise ConfigError(f"No such option: {text}; `tfd2l report --help` lists them. Received: {text}")
    overrides = [text for text in typed if "=" in text]
    config = change_config(read_config(client, run_id), overrides)
    labels = choose_reports(config, [text for text in typed if "=" not in text])
    with quiet():
        from tfd2l.pipelines.experiment.later_reports import make_reports_again

    log = logging.getLogger("tfd2l")
    log.addHandler(handler := logging.StreamHandler(sys.stderr))
    log.setLevel(logging.INFO)
    try:
        failed = make_reports_again(client, run_id, config, labels, overrides)
    finally:
        log.removeHandler(handler)
    made = [label for label in labels if label not in {report.label for report in failed}]
    if made:
        print(f"made into run {run_id}: {', '.join(made)}")
    if failed:
        print(f"error: {describe_failures({run_id: [report.label for report in failed]})}", file=sys.stderr)
    return EXIT_REPORTS if failed else 0
