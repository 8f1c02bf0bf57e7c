"""Our Adam beside Keras' on the layers of a small Transformer, about five million parameters.

    python -m benchmarks.optimizer_step

A is ours, B is Keras'; both update variables by the same given gradients, in one `tf.function` a step.
"""

from __future__ import annotations

import os
from collections.abc import Callable

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import tensorflow as tf

from benchmarks.paired import paired
from benchmarks.stepping import stepping
from tfd2l.optimizers.adam import Adam

WIDTH, HIDDEN, TOKENS, BLOCKS = 256, 1024, 8000, 4
BLOCK = [*[(WIDTH, WIDTH), (WIDTH,)] * 4, (WIDTH, HIDDEN), (HIDDEN,), (HIDDEN, WIDTH), (WIDTH,), *[(WIDTH,)] * 4]
SHAPES = [(TOKENS, WIDTH), *BLOCK * BLOCKS]
STEPS, ROUNDS = 20, 15  # steps a round


def main() -> None:
    """Print the two medians and the ratio with its spread."""
    parameters = sum(tf.TensorShape(shape).num_elements() for shape in SHAPES)
    result = paired(updating(Adam()), updating(keras.optimizers.Adam()), ROUNDS)
    print(f"{STEPS} steps of {parameters:,} parameters a round: A = tfd2l adam, B = keras.optimizers.Adam\n{result}")


def updating(optimizer: keras.optimizers.Optimizer) -> Callable[[], None]:
    """A function that takes a round's steps."""
    variables = [keras.Variable(keras.random.normal(shape)) for shape in SHAPES]
    gradients = [tf.random.normal(shape) for shape in SHAPES]
    return stepping(optimizer, variables, lambda: gradients, STEPS)


if __name__ == "__main__":
    main()
