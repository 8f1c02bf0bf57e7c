"""Names of temporary files that hold the process id, so that those of ended processes can be found."""

from __future__ import annotations

import os
import re

MADE_BY = re.compile(r"(?:tfd2l|unfinished)-(?P<pid>\d+)-\w+")


def temporary_prefix(what: str = "tfd2l") -> str:
    """Returns the prefix of temporary files and folders of this process, such as `tfd2l-4711-`.

    Args:
        what: The first part of the prefix. Defaults to "tfd2l".

    Returns:
        The prefix.
    """
    return f"{what}-{os.getpid()}-"
