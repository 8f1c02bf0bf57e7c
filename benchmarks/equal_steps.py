"""The same data and seed trained in several ways: by how much losses differ from those on one device.

python -m benchmarks.equal_steps [OVERRIDE ...]     # default: a small BERT, dropout off, 50 steps
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

from benchmarks.built import build_experiment
from tfd2l.training.loop import Loop
from tfd2l.training.position import Position

SMALL = (
    "+experiment=nli_bert",
    "dataset.num_pairs=1000",
    "model.num_layers=2",
    "model.dropout=0.0",
    "trainer.max_steps=50",
    "callbacks={}",
)
MIRRORED = ("strategy=mirrored", "strategy.devices=[CPU:0,CPU:1]")
SERVERS = ("strategy=parameter_server", "strategy.workers=1", "strategy.servers=2")
WAYS = {
    "mirrored (2)": MIRRORED,  # first: it divides the processor, which TensorFlow allows only once and at its start
    "single": (),
    "single, 4 micro-batches": ("trainer.micro_batches=4",),
    "mirrored (2), 4 micro-batches": (*MIRRORED, "trainer.micro_batches=4"),
    "single, XLA": ("trainer.xla=true",),
    "mirrored (2), XLA": (*MIRRORED, "trainer.xla=true"),
    "mirrored (2), 4 micro-batches, XLA": (*MIRRORED, "trainer.micro_batches=4", "trainer.xla=true"),
    "single, 5 steps in one go": ("trainer.steps_per_execution=5",),
    "data_parallel_scratch": ("strategy=data_parallel_scratch",),
    "kvstore": ("strategy=kvstore",),
    "parameter server (1 worker, 2 servers)": SERVERS,
    "parameter server (1 worker, 2 servers), XLA": (*SERVERS, "trainer.xla=true"),
}


class Losses(keras.callbacks.Callback):
    """Notes the loss of every step."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, float] | None = None) -> None:
        self.seen.append((logs or {})["loss"])


def losses(overrides: list[str]) -> np.ndarray:
    """(steps,): train, and note the losses."""
    built = build_experiment(overrides)
    watch = Losses()
    Loop(built.step, built.evaluation, [watch], built.plan, Position()).fit(built.prepared.batches.train, None)
    built.prepared.strategy.close()
    return np.array(watch.seen)


def main() -> None:
    """Print a row for each way."""
    overrides = [*SMALL, *sys.argv[1:]]
    seen = {way: losses([*overrides, *more]) for way, more in WAYS.items()}
    reference = seen["single"]
    print(f"{len(reference)} steps; greatest relative difference of a step's loss from that on one device\n")
    print("| way | difference |\n|---|---|")
    for way, values in seen.items():
        print(f"| {way} | {np.max(np.abs(values - reference) / np.abs(reference)):.1e} |")


if __name__ == "__main__":
    main()
