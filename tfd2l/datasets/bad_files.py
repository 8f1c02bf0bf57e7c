"""What is done about a file or record that cannot be used: an error that names it, or it is left out and counted."""

from __future__ import annotations

from collections import Counter

from tfd2l.datasets.records import OnBadRecord
from tfd2l.errors import DataError


class BadFiles:
    """Tell of bad files, or count them.

    Arguments:
        on_bad_record: "error" stops at the first; "skip" leaves it out and counts it.
    """

    def __init__(self, on_bad_record: OnBadRecord) -> None:
        self.on_bad_record = on_bad_record
        self.counts: Counter[str] = Counter()

    def __call__(self, where: object, fault: str, reason: str, received: object) -> None:
        """One that cannot be used.

        Arguments:
            where: the file, with its line if it has any.
            fault: what is wrong with it.
            reason: under which such are counted.
            received: what came.

        Raises:
            DataError: bad ones are not to be left out.
        """
        if self.on_bad_record == "error":
            raise DataError(
                f"{where}: {fault}. Mend it, or leave such out (they are counted): `dataset.on_bad_record=skip`. "
                f"Received: {received}"
            )
        self.counts[f"skipped: {reason}"] += 1
