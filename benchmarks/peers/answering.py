"""The side of a peer: it answers one request a line, until its input ends."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Arrays = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Work:
    """What a peer does.

    Args:
        run: does it once, and returns its results.
        facts: what to say of it (versions, sizes), as JSON can hold them.
    """

    run: Callable[[], Arrays]
    facts: Mapping[str, Any]


def answer(prepare: Callable[[Arrays], Work]) -> None:
    """Answers `benchmarks.peer.Peer`: facts first, then `time` with seconds, or `save FILE` with the results.

    Args:
        prepare: makes the work from the arrays of the file that the first argument of the program names.
    """
    with np.load(sys.argv[1]) as given:
        work = prepare(dict(given))
    _say(work.facts)
    for line in sys.stdin:
        request, _, file = line.rstrip("\n").partition(" ")
        if request == "save":
            np.savez(file, allow_pickle=False, **work.run())
            _say(file)
        else:
            started = time.perf_counter()
            work.run()
            _say(time.perf_counter() - started)


def _say(value: Any) -> None:
    print(json.dumps(value), flush=True)
