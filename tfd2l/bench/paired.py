"""Paired timing: two ways in turn, A B A B, so that a machine whose speed drifts does not favour one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


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


def paired(a: Callable[[], object], b: Callable[[], object], rounds: int = 15, warmup: int = 2) -> Paired:
    """Time two callables in turn; the order within a round alternates."""
    for _ in range(warmup):
        a()
        b()
    seconds: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        for which in order:
            started = time.perf_counter()
            (a, b)[which]()
            seconds[which].append(time.perf_counter() - started)
    return Paired(*seconds)
