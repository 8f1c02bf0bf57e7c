"""Tells which process a run is in, and ends runs whose process is gone.

A process that is killed, or whose machine goes down, cannot say how its run ended: the run stays RUNNING in the store.
So every run notes its process, and whoever opens the store next on the same machine ends those that are gone.
"""

from __future__ import annotations

import functools
import hashlib
import logging
import os
import socket
from collections.abc import Mapping
from enum import Enum
from pathlib import Path

import psutil
from mlflow import MlflowClient
from mlflow.entities import Run, RunTag

from tfd2l.tracking.find_run import runs_where

log = logging.getLogger("tfd2l")

HOST_TAG = "tfd2l.host"
PROCESS_TAG = "tfd2l.process"  # its id, and when it started: ids are given again
ERROR_TAG = "tfd2l.error"
PROC = Path("/proc")
STATE, START_TIME = 0, 19  # of the fields of /proc/PID/stat that follow the name
ENDED = ("Z", "X")  # states of processes that only wait to be forgotten


class ProcessState(Enum):
    """What is known of the process of a run."""

    LIVE = "live"
    GONE = "gone"
    UNKNOWN = "unknown"  # it is on another machine, or the run does not say


def process_tags() -> dict[str, str]:
    """Returns what tells this process from every other one, as tags of a run."""
    pid = os.getpid()
    return {HOST_TAG: host(), PROCESS_TAG: f"{pid} {start_time(pid)}"}


def process_state(tags: Mapping[str, str]) -> ProcessState:
    """Says whether the process that a run's tags name is still there."""
    if tags.get(HOST_TAG) != host() or PROCESS_TAG not in tags:
        return ProcessState.UNKNOWN
    pid, _, started = tags[PROCESS_TAG].partition(" ")
    try:
        return ProcessState.LIVE if start_time(int(pid)) == started else ProcessState.GONE
    except (PermissionError, ValueError, OverflowError):  # hidden, or no process id that could be
        return ProcessState.UNKNOWN


def is_own(tags: Mapping[str, str]) -> bool:
    """Says whether a run's tags name this process."""
    return process_tags().items() <= tags.items()


def describe_process(tags: Mapping[str, str]) -> str:
    """`process 4711 on somewhere`."""
    return f"process {tags[PROCESS_TAG].partition(' ')[0]} on {tags[HOST_TAG].partition('/')[0]}"


def end_lost_runs(client: MlflowClient) -> list[Run]:
    """Marks runs of this machine KILLED whose process is gone; returns them.

    Runs of other machines, and those of processes that live, are left alone.
    """
    running = runs_where(client, f"attributes.status = 'RUNNING' and tags.`{HOST_TAG}` = '{host()}'")
    lost = [run for run in running if process_state(run.data.tags) is ProcessState.GONE]
    for run in lost:
        reason = f"{describe_process(run.data.tags)} is gone: it was killed, or the machine went down"
        client.log_batch(run.info.run_id, tags=[RunTag(ERROR_TAG, reason)])
        client.set_terminated(run.info.run_id, "KILLED")
        log.info("run %s (%s) is marked KILLED: %s", run.info.run_id, run.info.run_name, reason)
    return lost


@functools.cache
def host() -> str:
    """Returns the name of this machine, and a digest of what tells it from others of that name.

    Process ids mean something within a machine alone, and within a container alone: containers count their own.
    """
    identity = [_read(Path("/etc/machine-id")), _container()]
    return f"{socket.gethostname()}/{hashlib.sha256(' '.join(identity).encode()).hexdigest()[:8]}"


def start_time(pid: int) -> str | None:
    """Returns when a process started, as a text to compare; None if there is no such process.

    Raises:
        PermissionError: this user may not know.
    """
    if not PROC.is_dir():
        try:
            return f"{psutil.Process(pid).create_time():.2f}"
        except psutil.NoSuchProcess:
            return None
    # In ticks since the boot: a time of day would change with the clock.
    stat = _read(PROC / str(pid) / "stat")
    if not stat:
        try:
            os.kill(pid, 0)  # sends nothing
        except ProcessLookupError:
            return None
        raise PermissionError(f"process {pid} is there, and is hidden")
    fields = stat.rpartition(")")[2].split()
    return None if fields[STATE] in ENDED else f"{fields[START_TIME]} {_read(PROC / 'sys/kernel/random/boot_id')}"


def _container() -> str:
    try:
        return os.readlink(PROC / "self/ns/pid")
    except OSError:  # no Linux
        return ""


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
