"""Names temporary files, so that those of a process that is gone can be found."""

from __future__ import annotations

import os
import re

MADE_BY = re.compile(r"(?:tfd2l|unfinished)-(?P<pid>\d+)-\w+")


def temporary_prefix(what: str = "tfd2l") -> str:
    """Returns how the name of a temporary file or folder of this process begins: `tfd2l-4711-`."""
    return f"{what}-{os.getpid()}-"
