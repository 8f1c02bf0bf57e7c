"""SIGTERM and SIGINT ask training to stop where it can go on later."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGINT)


@contextmanager
def interruption() -> Iterator[Callable[[], bool]]:
    """Gives a function that says whether one of the signals has come; a second one acts as it always does.

    Outside of the main thread Python takes no signals: nothing changes there.
    """
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def ask(number: int, frame: Any) -> None:
        asked.set()
        _restore(before)

    for number in SIGNALS:
        signal.signal(number, ask)
    try:
        yield asked.is_set
    finally:
        _restore(before)


def _restore(handlers: dict[signal.Signals, Any]) -> None:
    for number, handler in handlers.items():
        signal.signal(number, handler)
