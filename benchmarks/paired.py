"""Paired timing: two ways in turn, A B A B, so that a machine whose speed drifts does not favour one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.peer import Peer


@dataclass(frozen=True)
class Paired:
    """Seconds of each round, and the ratios A/B round by round."""

    a: list[float]
    b: list[float]

    @property
    def ratios(self) -> list[float]:
        """A/B of each round."""
        return [x / y for x, y in zip(self.a, self.b, strict=True)]

    def __str__(self) -> str:
        low, *_, high = sorted(self.ratios)
        return (
            f"A {statistics.median(self.a) * 1000:.1f} ms, B {statistics.median(self.b) * 1000:.1f} ms, "
            f"A/B {statistics.median(self.ratios):.3f} [{low:.3f}, {high:.3f}] over {len(self.a)} rounds"
        )


def paired(a: Callable[[], object] | Peer, b: Callable[[], object] | Peer, rounds: int = 15, warmup: int = 2) -> Paired:
    """Times two ways in turn, callables or peers that time themselves; the order within a round alternates."""
    for _ in range(warmup):
        _seconds(a)
        _seconds(b)
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for which in order:
            seconds[which].append(_seconds((a, b)[which]))
    return Paired(*seconds)


def _seconds(way: Callable[[], object] | Peer) -> float:
    if isinstance(way, Peer):
        return way.seconds()
    started = time.perf_counter()
    way()
    return time.perf_counter() - started
