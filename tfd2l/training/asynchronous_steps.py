"""Training steps of which several are under way at once, on the workers of a cluster."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

from tfd2l.strategies.base.strategy import Pending
from tfd2l.strategies.base.structure import Structure
from tfd2l.training.recorder import StepRecorder


class _Submitted(NamedTuple):
    wait: Pending
    input_seconds: float
    submit_seconds: float


def run_asynchronous_steps(
    recorder: StepRecorder, batches: Iterator[Structure], steps: int, is_stopping: Callable[[], bool]
) -> None:
    """Takes steps on the next batches, as many at once as the strategy likes; none is under way afterwards.

    Args:
        recorder: records their beginnings, and their ends in the same order.
        batches: of the epoch.
        steps: how many.
        is_stopping: whether a callback or a signal ends training; no step begins after that.
    """
    step = recorder.step
    pending: deque[_Submitted] = deque()
    while True:
        if len(pending) < min(step.strategy.in_flight, steps) and not is_stopping():
            recorder.begin(len(pending))
            began = time.perf_counter()
            batch = next(batches)
            fetched = time.perf_counter()
            wait = step.submit(batch)
            pending.append(_Submitted(wait, fetched - began, time.perf_counter() - fetched))
        elif pending:
            submitted = pending.popleft()
            began = time.perf_counter()
            (row,) = submitted.wait().numpy()
            seconds = submitted.submit_seconds + time.perf_counter() - began
            times = {"input_seconds": submitted.input_seconds, "compute_seconds": seconds}
            recorder.end(step.logs(row) | times, step.is_finite(row))
            steps -= 1
        else:
            return
