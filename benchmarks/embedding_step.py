"""Our optimizers beside Keras' on an embedding table of which a batch holds few rows.

    python -m benchmarks.embedding_step

A is ours, B is the class of Keras with the same formula (Adam beside Yogi, which Keras has not); both get the
same `tf.IndexedSlices`, each row once as the engine has it, in one `tf.function` a step.
"""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from benchmarks.paired import paired
from benchmarks.stepping import stepping
from tfd2l.ops.optimization.unique_rows import deduplicate_rows
from tfd2l.optimizers.adadelta import Adadelta
from tfd2l.optimizers.adagrad import Adagrad
from tfd2l.optimizers.adam import Adam
from tfd2l.optimizers.momentum import Momentum
from tfd2l.optimizers.rmsprop import RMSprop
from tfd2l.optimizers.sgd import SGD
from tfd2l.optimizers.yogi import Yogi

ROWS, WIDTH, TOUCHED = 200_000, 128, 4096
STEPS, ROUNDS = 3, 5  # steps a round

Made = Callable[[], keras.optimizers.Optimizer]
PAIRS: dict[str, tuple[Made, Made]] = {
    "sgd": (SGD, lambda: keras.optimizers.SGD(0.1)),
    "adagrad": (Adagrad, keras.optimizers.Adagrad),
    "momentum": (Momentum, lambda: keras.optimizers.SGD(0.01, momentum=0.9)),
    "momentum lazy": (lambda: Momentum(lazy=True), lambda: keras.optimizers.SGD(0.01, momentum=0.9)),
    "rmsprop": (RMSprop, keras.optimizers.RMSprop),
    "rmsprop lazy": (lambda: RMSprop(lazy=True), keras.optimizers.RMSprop),
    "adadelta": (Adadelta, keras.optimizers.Adadelta),
    "adadelta lazy": (lambda: Adadelta(lazy=True), keras.optimizers.Adadelta),
    "adam": (Adam, keras.optimizers.Adam),
    "adam lazy": (lambda: Adam(lazy=True), keras.optimizers.Adam),
    "yogi": (Yogi, keras.optimizers.Adam),
    "yogi lazy": (lambda: Yogi(lazy=True), keras.optimizers.Adam),
}


def main() -> None:
    """Print a line for each of ours."""
    print(f"{STEPS} steps a round, {TOUCHED:,} of {ROWS:,} rows of {WIDTH}: A = tfd2l, B = Keras")
    for name, (ours, theirs) in PAIRS.items():
        print(f"{name:14} {paired(updating(ours()), updating(theirs()), ROUNDS, warmup=1)}", flush=True)


def updating(optimizer: keras.optimizers.Optimizer) -> Callable[[], None]:
    """A function that takes a round's steps."""
    table = keras.Variable(tf.random.normal((ROWS, WIDTH)))
    rows = tf.random.shuffle(tf.range(ROWS))[:TOUCHED]
    gradient = tf.IndexedSlices(tf.random.normal((TOUCHED, WIDTH)), rows, tf.constant([ROWS, WIDTH]))
    return stepping(optimizer, [table], lambda: [deduplicate_rows(gradient)], STEPS)


if __name__ == "__main__":
    main()
