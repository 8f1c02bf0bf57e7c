"""What is done about lines that hold no usable record: an error names the line, or they are left out and counted."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Literal

from tfd2l.errors import DataError
from tfd2l.files.bad_files import BadRecord
from tfd2l.files.encoding import make_printable

OnBadRecord = Literal["error", "skip"]
NAMED = 3  # of a kind, on standard error; the others are counted


class BadLines:
    """Refuses bad lines of a file, or leaves them out and counts them by reason.

    Args:
        file: its name, for messages.
        on_bad_record: "error" stops at the first; "skip" leaves it out.
    """

    def __init__(self, file: Path | str, on_bad_record: OnBadRecord) -> None:
        self._file = file
        self._on_bad_record = on_bad_record
        self.counts: Counter[str] = Counter()

    def __call__(self, line: int, fault: BadRecord) -> None:
        """Refuses or counts a line.

        Args:
            line: its number, from 1.
            fault: what is wrong with it.

        Raises:
            DataError: bad lines are not to be left out.
        """
        received = fault.received if isinstance(fault.received, str) else repr(fault.received)
        if self._on_bad_record == "error":
            raise DataError(
                f"{self._file}:{line}: {fault}. Mend the line, or leave such lines out (they are counted): "
                f"`--on-bad-record skip`. Received: {make_printable(received)}"
            )
        self.counts[fault.reason] += 1
        if self.counts[fault.reason] <= NAMED:
            rest = "; further ones are only counted" if self.counts[fault.reason] == NAMED else ""
            print(f"left out: {self._file}:{line}: {fault}{rest}", file=sys.stderr)
