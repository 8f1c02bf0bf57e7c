"""Training that takes checkpoints beside training that takes none, in one process.

    python -m benchmarks.checkpoint_cost [EVERY] [OVERRIDE ...]     # default: 50 +experiment=nli_bert

A takes a checkpoint every so many steps, and writes it to a disk, B none; two hundred steps a round.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from benchmarks.built import Batches, build_experiment
from benchmarks.paired import paired
from tfd2l.pipelines.experiment.built import Built
from tfd2l.training.checkpoint.policy import Checkpointing
from tfd2l.training.checkpoint.store import CheckpointStore
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position

STEPS = 200
ROUNDS = 11
EVERY = 50


def main() -> None:
    """Print the two medians and the ratio with its spread."""
    arguments = sys.argv[1:]
    every = int(arguments.pop(0)) if arguments and arguments[0].isdecimal() else EVERY
    built = build_experiment(arguments or ["+experiment=nli_bert"])
    batches = Batches(islice(cycle(built.prepared.batches.train(0)), STEPS))
    with tempfile.TemporaryDirectory() as folder:
        checkpoints = CheckpointStore(Path(folder))
        with_them = looped(built, batches, Checkpointing(checkpoints, every))
        result = paired(with_them, looped(built, batches, None), ROUNDS)
        (size, *_) = [file.stat().st_size for file in Path(folder).glob("step-*")]
    print(f"{STEPS} steps a round, a checkpoint of {size / 1e6:.1f} MB every {every}: A with, B without\n{result}")


def looped(built: Built, batches: Batches, checkpointing: Checkpointing | None) -> Callable[[], None]:
    """One stretch of steps with an epoch that does not end in it, so that checkpoints are those between steps alone."""

    def run() -> None:
        plan = Plan(epochs=1, steps_per_epoch=len(batches) + 1, max_steps=len(batches))
        loop = Loop(built.step, built.evaluation, [], plan, Position(), checkpointing)
        loop.fit(lambda _: batches, None)

    return run


if __name__ == "__main__":
    main()
