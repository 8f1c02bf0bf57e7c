"""Several training steps in one call of TensorFlow (`trainer.steps_per_execution`)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tfd2l.strategies.base.structure import Structure
from tfd2l.training.recorder import StepRecorder


def run_several_steps(
    recorder: StepRecorder, batches: Iterator[Structure], steps: int, size: int, is_stopping: Callable[[], bool]
) -> None:
    """Takes steps on the next batches without coming back to Python between them.

    Args:
        recorder: records each, after its call has ended.
        batches: of the epoch; TensorFlow fetches them itself, so that no time spent waiting for them is logged.
        steps: how many.
        size: steps in one call.
        is_stopping: whether a callback or a signal ends training; asked between the calls.
    """
    step = recorder.step
    while steps > 0 and not is_stopping():
        count = min(size, steps)
        for ahead in range(count):
            recorder.begin(ahead)
        began = time.perf_counter()
        rows = step.run_several(batches, count)  # (count, names + 1)
        seconds = (time.perf_counter() - began) / count
        for row in rows:
            recorder.end(step.logs(row) | {"compute_seconds": seconds}, step.is_finite(row))
        steps -= count
