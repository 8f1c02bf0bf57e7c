"""Handling of files and records that cannot be used: an error that names the place, or skipping with a count."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Literal

from tfd2l.errors import DataError
from tfd2l.files.encoding import make_printable

OnBadRecord = Literal["error", "skip"]
MAX_LOGGED = 3  # records of a reason; others are only counted

log = logging.getLogger("tfd2l")


class BadRecord(Exception):
    """A record that cannot be used. The reader adds file and line, and the record where nothing else was received.

    Args:
        fault: What is wrong with it.
        received: What was received. Defaults to None.
        reason: The reason under which such records are counted, without names and numbers. None takes the fault.
            Defaults to None.
    """

    def __init__(self, fault: str, received: object = None, reason: str | None = None) -> None:
        super().__init__(fault)
        self.received = received
        self.reason = reason or fault


class BadFiles:
    """Refuses bad files and records, or skips them: counts them by reason and logs the first of each reason.

    Args:
        on_bad_record: "error" stops at the first, "skip" skips and counts them.
        section: The section of the configuration with the option `on_bad_record`. Defaults to "dataset".
    """

    def __init__(self, on_bad_record: OnBadRecord, section: str = "dataset") -> None:
        self.on_bad_record = on_bad_record
        self.section = section
        self.counts: Counter[str] = Counter()
        self._named: Counter[str] = Counter()

    def __call__(self, where: object, fault: str, reason: str, received: object, number: int = 1) -> None:
        """Refuses or counts a file or record that cannot be used.

        Args:
            where: The file, with its line if there is one.
            fault: What is wrong with it.
            reason: The reason under which such records are counted.
            received: What was received.
            number: How many records are skipped with it. Defaults to 1.

        Raises:
            DataError: Bad records are not to be skipped.
        """
        if self.on_bad_record == "error":
            raise DataError(
                f"{where}: {fault}. Correct it, or skip such records (they are counted): "
                f"`{self.section}.on_bad_record=skip`. Received: {_format_received(received)}"
            )
        self.counts[f"skipped: {reason}"] += number
        self._named[reason] += 1
        if self._named[reason] <= MAX_LOGGED:
            rest = "; further ones are only counted" if self._named[reason] == MAX_LOGGED else ""
            log.warning("skipped: %s: %s%s", where, fault, rest)


def _format_received(value: object) -> str:
    return make_printable(
        value if isinstance(value, str) else repr(value) if isinstance(value, (list, dict)) else str(value)
    )
