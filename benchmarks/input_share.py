"""The time that input stages add to an experiment's steps: an epoch of them beside as many ready batches.

    python -m benchmarks.input_share +experiment=ssd [OVERRIDE ...]

A is our loop over the batches as the stages make them, another epoch a round, from the start of its first to the end of
its last; B the same loop over batches that are in memory. A/B - 1 is the share of a step that is spent on its input.
Caches are filled before. `trainer.batches_per_epoch=N` takes so many steps.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from itertools import count, cycle, islice
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.built import Batches, build_experiment
from benchmarks.paired import paired
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position

ROUNDS = 7


def main() -> None:
    """Print the two medians, the ratio with its spread, and the share."""
    built = build_experiment(sys.argv[1:] or ["+experiment=ssd"])
    steps = built.prepared.batches.steps_per_epoch
    ready = Batches(islice(cycle(built.prepared.batches.train(0).take(min(steps, 16))), steps))
    epochs = count()

    def loop(batches: Callable[[int], Any]) -> None:
        plan = Plan(epochs=1, steps_per_epoch=steps)
        Loop(built.step, built.evaluation, [], plan, Position()).fit(batches, None)

    result = paired(
        lambda: loop(lambda _: built.prepared.batches.train(next(epochs))), lambda: loop(lambda _: ready), ROUNDS
    )
    shares = sorted(ratio - 1 for ratio in result.ratios)
    print(f"{built.config['name']}, {steps} steps an epoch: A = stages and steps, B = steps\n{result}")
    print(f"input: {shares[len(shares) // 2]:.1%} [{shares[0]:.1%}, {shares[-1]:.1%}] of a step")


if __name__ == "__main__":
    main()
