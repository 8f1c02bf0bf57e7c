"""Interruption of training by SIGTERM and SIGINT, at a step from which it can resume."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def interruption() -> Iterator[Callable[[], bool]]:
    """Handles the signals while the block lasts; a second signal acts as it always does.

    Outside of the main thread Python handles no signals: nothing changes there.

    Yields:
        A function that returns whether one of the signals has come.
    """
    interrupted = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield interrupted.is_set
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupted.set()
        _restore(before)

    for number in SIGNALS:
        signal.signal(number, interrupt)
    try:
        yield interrupted.is_set
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
