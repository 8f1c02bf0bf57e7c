"""What is done about a file or record that cannot be used: an error that names it, or it is left out and counted."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any, Literal

from tfd2l.errors import DataError
from tfd2l.files.encoding import make_printable

OnBadRecord = Literal["error", "skip"]
MAX_LOGGED = 3  # of a kind, in the log; the others are counted

log = logging.getLogger("tfd2l")


class BadRecord(Exception):
    """One record cannot be used; the reader adds file and line, and the record where nothing else was received.

    Args:
        fault: what is wrong with it.
        received: what came.
        reason: under which such are counted, without names and numbers; None takes the fault.
    """

    def __init__(self, fault: str, received: Any = None, reason: str | None = None) -> None:
        super().__init__(fault)
        self.received = received
        self.reason = reason or fault


class BadFiles:
    """Refuses bad files and records, or leaves them out: counts them by reason and names the first of each in the log.

    Args:
        on_bad_record: "error" stops at the first; "skip" leaves it out and counts it.
        section: of the configuration, where `on_bad_record` is an option.
    """

    def __init__(self, on_bad_record: OnBadRecord, section: str = "dataset") -> None:
        self.on_bad_record = on_bad_record
        self.section = section
        self.counts: Counter[str] = Counter()
        self._named: Counter[str] = Counter()

    def __call__(self, where: object, fault: str, reason: str, received: object, number: int = 1) -> None:
        """Refuses or counts one that cannot be used.

        Args:
            where: the file, with its line if it has any.
            fault: what is wrong with it.
            reason: under which such are counted.
            received: what came.
            number: how many are left out with it.

        Raises:
            DataError: bad ones are not to be left out.
        """
        if self.on_bad_record == "error":
            raise DataError(
                f"{where}: {fault}. Mend it, or leave such out (they are counted): "
                f"`{self.section}.on_bad_record=skip`. Received: {_shown(received)}"
            )
        self.counts[f"skipped: {reason}"] += number
        self._named[reason] += 1
        if self._named[reason] <= MAX_LOGGED:
            rest = "; further ones are only counted" if self._named[reason] == MAX_LOGGED else ""
            log.warning("left out: %s: %s%s", where, fault, rest)


def _shown(value: object) -> str:
    return make_printable(
        value if isinstance(value, str) else repr(value) if isinstance(value, (list, dict)) else str(value)
    )
