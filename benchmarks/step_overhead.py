"""Our training loop beside a bare `tf.function` loop on the same model, data and optimizer, in one process.

    python -m benchmarks.step_overhead [OVERRIDE ...]        # default: +experiment=nli_bert
    python -m benchmarks.step_overhead +experiment=nli_bert strategy=mirrored strategy.devices=[CPU:0,CPU:1]

A is our step and loop with its callbacks and MLflow logging, B a loop that computes nothing but loss, gradients,
update, mean loss and accuracy (under `strategy.run`, if there are replicas).
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from itertools import cycle, islice
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from benchmarks.built import Batches, build_experiment
from benchmarks.paired import paired
from tfd2l.pipelines.experiment.built import Built
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.tracking.metric_logger import MetricLogger
from tfd2l.tracking.tracked_run import TrackedRun
from tfd2l.training.loop import Loop
from tfd2l.training.position import Plan, Position

STEPS = 100  # a round; what is done once an epoch is spread over as many
ROUNDS = 15


def main() -> None:
    """Print the two medians and the ratio with its spread."""
    overrides = sys.argv[1:] or ["+experiment=nli_bert"]
    ours, bare = build_experiment(overrides), build_experiment(overrides)
    with tempfile.TemporaryDirectory() as folder:
        tracked = TrackedRun.start(f"sqlite:///{folder}/mlflow.db", "bench", "bench", {}, None)
        batches = Batches(islice(cycle(ours.prepared.batches.train(0)), STEPS))
        result = paired(our_loop(ours, batches, tracked), bare_loop(bare, batches), ROUNDS)
    print(f"{STEPS} steps of {ours.model.name} a round: A = tfd2l loop, B = bare tf.function loop\n{result}")


def our_loop(built: Built, batches: Batches, tracked: TrackedRun) -> Callable[[], None]:
    """One epoch of the engine over ready batches."""

    def run() -> None:
        position = Position()
        logger = MetricLogger(tracked, position, log_every=10)
        plan = Plan(epochs=1, steps_per_epoch=len(batches))
        loop = Loop(built.step, built.evaluation, [logger], plan, position)
        loop.fit(lambda _: batches, None)

    return run


def bare_loop(built: Built, batches: Batches) -> Callable[[], None]:
    """What one would write by hand: each replica takes a ready share of the batch, Keras sums the gradients."""
    model, optimizer, strategy = built.model, built.optimizer, built.prepared.strategy
    with strategy.distribution.scope():
        loss_of = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
        mean, accuracy = keras.metrics.Mean(), keras.metrics.SparseCategoricalAccuracy()
    optimizer.__class__ = type(optimizer).__bases__[1]  # Keras' own again, without `EngineOptimizer`

    def replica_step(batch: Any) -> tf.Tensor:
        x, y, weights = batch
        rows = float(strategy.num_replicas * y.shape[0])
        with tf.GradientTape() as tape:
            outputs = model(x, training=True)
            loss = tf.reduce_sum(loss_of(y, outputs, sample_weight=weights)) / rows
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        mean.update_state(loss)
        accuracy.update_state(y, outputs, sample_weight=weights)
        return loss

    shares = [shared_out(strategy, batch) for batch in batches]

    @tf.function(reduce_retracing=True)
    def step(share: Any) -> tf.Tensor:
        return strategy.distribution.reduce("SUM", strategy.distribution.run(replica_step, (share,)), axis=None)

    def run() -> None:
        for share in shares:
            float(step(share))

    return run


def shared_out(strategy: Strategy, batch: Any) -> Any:
    """A batch as tf.distribute hands it to its replicas."""
    if strategy.num_replicas == 1:
        return batch
    distribute = strategy.distribution.experimental_distribute_values_from_function
    parts = [tf.split(value, strategy.num_replicas) for value in tf.nest.flatten(batch)]
    shared = [distribute(lambda context, part=part: part[context.replica_id_in_sync_group]) for part in parts]
    return tf.nest.pack_sequence_as(batch, shared)


if __name__ == "__main__":
    main()
