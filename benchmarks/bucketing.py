"""Length buckets beside padding everything to the maximum, on the same model and data, in one process.

    python -m benchmarks.bucketing [OVERRIDE ...]        # default: +experiment=nli_bert

A trains on batches padded to `stages.pack.max_length`, B on bucketed ones: some steps of each in turn over different
parts of an epoch, input pipeline included.
"""

from __future__ import annotations

import os
import statistics
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.built import build_experiment

STEPS = 10  # a round; a round takes its batches from where the last one ended
ROUNDS = 10


def main() -> None:
    """Print examples a second of both ways, their ratio with its spread, and the share of time waiting for input."""
    overrides = sys.argv[1:] or ["+experiment=nli_bert"]
    bucketed = Stream(overrides)
    longest = bucketed.built.config["stages"]["pack"]["max_length"]
    padded = Stream([*overrides, f"stages.batch.boundaries=[{longest}]"])
    ratios, shares, speeds = [], [], ([], [])  # type: ignore[var-annotated]
    for number in range(ROUNDS):
        order = (bucketed, padded) if number % 2 == 0 else (padded, bucketed)
        speed = {stream: stream.round() for stream in order}
        ratios.append(speed[bucketed][0] / speed[padded][0])
        shares.append(speed[bucketed][1])
        speeds[0].append(speed[padded][0])
        speeds[1].append(speed[bucketed][0])
    median = statistics.median
    print(f"padded to {longest}: {median(speeds[0]):.0f} examples/s; bucketed: {median(speeds[1]):.0f} examples/s")
    print(f"ratio {median(ratios):.2f} [{min(ratios):.2f}, {max(ratios):.2f}] over {ROUNDS} rounds of {STEPS} steps")
    print(f"waiting for input (bucketed): {median(shares):.1%} of the step [{min(shares):.1%}, {max(shares):.1%}]")


class Stream:
    """A built experiment and where it is in its batches."""

    def __init__(self, overrides: list[str]) -> None:
        self.built = build_experiment(overrides)
        self.epoch = 0
        self.batches = iter(self.built.prepared.batches.train(0))
        self.round()  # compile, and fill the cache

    def round(self) -> tuple[float, float]:
        """(examples a second, share of the time spent waiting for input) over some steps."""
        examples = waiting = 0.0
        started = time.perf_counter()
        for _ in range(STEPS):
            asked = time.perf_counter()
            batch = next(self.batches, None)
            if batch is None:
                self.epoch += 1
                self.batches = iter(self.built.prepared.batches.train(self.epoch))
                batch = next(self.batches)
            waiting += time.perf_counter() - asked
            examples += float(self.built.step(batch)["examples"])
        seconds = time.perf_counter() - started
        return examples / seconds, waiting / seconds


if __name__ == "__main__":
    main()
