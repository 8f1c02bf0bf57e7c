"""Runs a step of a pipeline in a process of its own, started as one would type it.

A process divides its processor into logical devices once, keeps the memory that TensorFlow has taken, and has one
policy of precision; and one that is killed for want of memory takes nothing with it. So each step has its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

from tfd2l.pipelines.sweep.jobs import PARENT_VARIABLE
from tfd2l.training.interruption import SIGNALS

EXIT_KILLED = 130
WATCHED = "TFD2L_STEP"  # set in the process of a step


def step_command(overrides: Sequence[str]) -> list[str]:
    """Returns the command of a step."""
    return [sys.executable, "-m", "tfd2l.pipelines", *overrides]


def run_step(overrides: Sequence[str], parent: str) -> tuple[int, bool]:
    """Runs a step to its end.

    SIGINT and SIGTERM are forwarded to it: after the first it saves a checkpoint and stops, after a second it ends.

    Args:
        overrides: what one would type.
        parent: the MLflow run that it is a child of.

    Returns:
        Its exit code (negative: the signal that ended it), and whether it was asked to stop.
    """
    environment = {**os.environ, PARENT_VARIABLE: parent, WATCHED: "1"}
    # In a session of its own Ctrl-C does not reach it beside us; its standard input ends when this process does.
    process = subprocess.Popen(step_command(overrides), stdin=subprocess.PIPE, env=environment, start_new_session=True)
    with process, _forward_signals(process) as asked:
        return process.wait(), asked.is_set()


def end_with_parent() -> None:
    """Makes the process of a step stop (and save) when the process of its pipeline has ended."""
    if os.environ.pop(WATCHED, None):
        threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    os.read(sys.stdin.fileno(), 1)  # returns when the other side of the pipe is closed; nothing is ever written
    os.kill(os.getpid(), signal.SIGTERM)


@contextmanager
def _forward_signals(process: subprocess.Popen[bytes]) -> Iterator[threading.Event]:
    asked = threading.Event()

    def pass_on(number: int, frame: FrameType | None) -> None:
        asked.set()
        process.send_signal(number)

    if threading.current_thread() is not threading.main_thread():  # Python takes no signals there
        yield asked
        return
    before: Mapping[signal.Signals, Any] = {number: signal.signal(number, pass_on) for number in SIGNALS}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
