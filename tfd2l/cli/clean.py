"""Say what disk space can be freed: checkpoints, temporary files, artifacts of deleted runs; --yes frees it."""

from __future__ import annotations

import argparse

from tfd2l.tracking.store import sqlite_file, tracking_uri

MEGABYTE = 1e6


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l clean [--yes] [--stopped] [--deleted] [--uri URI]`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--dry-run", action="store_true", help="say what would be freed, and free nothing: the default")
    what.add_argument("--yes", action="store_true", help="free it")
    parser.add_argument(
        "--stopped", action="store_true", help="checkpoints of stopped runs too: they cannot resume then"
    )
    parser.add_argument("--deleted", action="store_true", help="artifacts of deleted runs too, with their models")
    parser.add_argument("--uri", help="the store; default: MLFLOW_TRACKING_URI, else that of this checkout")


def run(arguments: argparse.Namespace) -> int:
    """Print what can be freed, by reason; free it if that is asked."""
    uri = tracking_uri(arguments.uri)
    file = sqlite_file(uri)
    if file is not None and not file.is_file():
        print(f"There is no store yet: {uri}")
        return 0
    from tfd2l.pipelines.leftovers import Reason, find_leftovers
    from tfd2l.tracking.open_store import client_of
    from tfd2l.tracking.run_process import end_lost_runs

    client = client_of(uri)
    end_lost_runs(client)
    found = find_leftovers(client, uri)
    options = {Reason.STOPPED: "--stopped", Reason.ARTIFACTS: "--deleted"}
    asked = {Reason.STOPPED: arguments.stopped, Reason.ARTIFACTS: arguments.deleted}
    print(f"store {uri}")
    sizes = {leftover: leftover.size for leftover in found}
    for reason in Reason:
        of_reason = [leftover for leftover in found if leftover.reason is reason]
        if of_reason:
            only = f" (only with {options[reason]})" if not asked.get(reason, True) else ""
            print(f"{_megabytes(sum(sizes[leftover] for leftover in of_reason))}  {reason.value}{only}")
            for leftover in of_reason:
                print(f"    {_megabytes(sizes[leftover])}  {leftover.about}")
    chosen = [leftover for leftover in found if asked.get(leftover.reason, True)]
    freed = _megabytes(sum(sizes[leftover] for leftover in chosen)).strip()
    if not arguments.yes:
        print(f"Nothing is removed. {_command(arguments)} frees {freed}." if chosen else "There is nothing to free.")
        return 0
    for leftover in chosen:
        leftover.remove(client)
    print(f"{freed} freed.")
    return 0


def _command(arguments: argparse.Namespace) -> str:
    """What frees it, as one would type it."""
    flags = [f"--{name}" for name in ("stopped", "deleted") if getattr(arguments, name)]
    store = [f"--uri {arguments.uri}"] if arguments.uri else []
    return f"`{' '.join(['tfd2l clean', *flags, *store, '--yes'])}`"


def _megabytes(size: int) -> str:
    return f"{size / MEGABYTE:8.1f} MB"
