"""Checks of optimizers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.ops.optimization.unique_rows import deduplicate_rows
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.strategies.mirrored import mirrored
from tfd2l.strategies.single import single
from tfd2l.temporary import temporary_prefix
from tfd2l.testing.comparison import require_config, require_equal, require_finite
from tfd2l.testing.devices import DEVICES, use_two_devices
from tfd2l.testing.properties import check_properties
from tfd2l.training.step import TrainStep

MakeOptimizer = Callable[[Any], keras.optimizers.Optimizer]
STEPS = 6
DESCENT_STEPS = 50
ROWS, WORDS, CLASSES = 8, 7, 3  # of the model under MirroredStrategy
LOSS_SCALE = 2.0**7


def check_optimizer(
    make: MakeOptimizer, *, learning_rate: float = 0.01, skip: Collection[str] = (), tolerance: float = 1e-5
) -> tuple[str, ...]:
    """Checks that an optimizer works wherever tfd2l may use it.

    The properties, in order:

    - `descends`: 50 steps on a quadratic function lower it.
    - `zero_gradients`: Gradients of 0, from the first step on, leave every weight finite.
    - `function`: In a `tf.function` it takes the steps that it takes eagerly.
    - `xla`: Compiled by XLA too.
    - `schedule`: With a schedule of one learning rate it takes the steps that it takes with the number.
    - `rows`: With the gradient of some rows of an embedding table, a row twice among them, it takes the steps that it
      takes with the gradient of the whole table.
    - `bfloat16`: It lowers the quadratic function of bfloat16 variables too, which stay finite and bfloat16.
    - `loss_scale`: Inside Keras' `LossScaleOptimizer` it takes the same steps; infinite gradients change no weight.
    - `config`: An optimizer made from its configuration has the same configuration, and takes the same steps.
    - `save`: In a model that is saved and loaded between two steps it goes on bit for bit as without that.
    - `mirrored`: On two logical devices under `MirroredStrategy` it takes the steps that it takes on one device, in
      tfd2l's own training step, on a model with an embedding table.

    Args:
        make: Function or class: learning rate, a number or a schedule -> optimizer.
        learning_rate: With which the optimizer is expected to make progress in 50 steps.
        skip: Names of properties that the optimizer is not meant to have.
        tolerance: The largest difference of weights, relative to the largest weight.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        RuntimeError: TensorFlow runs already with one logical device: see `use_two_devices`.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> from tfd2l.optimizers.adam import Adam
        >>> from tfd2l.testing import check_optimizer
        >>> check_optimizer(Adam, skip=["mirrored", "xla"])
        ('descends', 'zero_gradients', 'function', 'schedule', 'rows', 'bfloat16', 'loss_scale', 'config', 'save')
    """
    if "mirrored" not in skip:
        use_two_devices()  # before anything makes a tensor
    check = _OptimizerCheck(make, learning_rate, tolerance)
    properties = {
        "descends": check.descends,
        "zero_gradients": check.zero_gradients,
        "function": check.function,
        "xla": check.xla,
        "schedule": check.schedule,
        "rows": check.rows,
        "bfloat16": check.bfloat16,
        "loss_scale": check.loss_scale,
        "config": check.config,
        "save": check.save,
        "mirrored": check.mirrored,
    }
    subject = getattr(make, "__name__", type(make).__name__)
    subject = type(make(learning_rate)).__name__ if subject == "<lambda>" else subject
    return check_properties("check_optimizer", subject, properties, skip)


class _OptimizerCheck:
    """The properties of one optimizer; each method raises an AssertionError if its property does not hold."""

    def __init__(self, make: MakeOptimizer, learning_rate: float, tolerance: float) -> None:
        self.make, self.learning_rate, self.tolerance = make, learning_rate, tolerance
        rng = np.random.default_rng(0)
        self.start = [rng.normal(size=shape).astype(np.float32) for shape in ((4, 3), (3,))]
        gradients = [[rng.normal(size=value.shape) for value in self.start] for _ in range(STEPS)]
        # None near 0, where the place of an epsilon, or the sign of a rounding error, would decide.
        self.gradients = [[(g + 0.1 * np.sign(g)).astype(np.float32) for g in step] for step in gradients]

    def descends(self) -> None:
        self._require_descent("float32")

    def bfloat16(self) -> None:
        weights = self._require_descent("bfloat16")
        if weights.dtype != "bfloat16":
            raise AssertionError(f"a bfloat16 variable has become {weights.dtype}")

    def zero_gradients(self) -> None:
        zeros = [[np.zeros_like(value) for value in self.start]] * STEPS
        require_finite(self._weights(self.make(self.learning_rate), zeros), "after gradients of 0", "weights")

    def function(self) -> None:
        eager = self._weights(self.make(self.learning_rate), self.gradients, wrap=lambda step: step)
        require_equal(
            self._expected(), eager, "in a tf.function it differs from eager execution", self.tolerance, "weights"
        )

    def xla(self) -> None:
        def wrap(step: Callable[..., None]) -> Callable[..., None]:
            return tf.function(step, jit_compile=True)

        compiled = self._weights(self.make(self.learning_rate), self.gradients, wrap=wrap)
        require_equal(
            compiled, self._expected(), "compiled by XLA it differs from a tf.function", self.tolerance, "weights"
        )

    def schedule(self) -> None:
        rates = [self.learning_rate] * 2
        constant = keras.optimizers.schedules.PiecewiseConstantDecay([STEPS // 2], rates)
        weights = self._weights(self.make(constant), self.gradients)
        require_equal(
            weights, self._expected(), "with a schedule it differs from the same number", self.tolerance, "weights"
        )

    def rows(self) -> None:
        rng = np.random.default_rng(1)
        tables = [keras.Variable(self.start[0], name="embeddings") for _ in range(2)]
        by_rows, whole = (self._built([table]) for table in tables)
        for index in range(STEPS):
            places = tf.constant([3, 1, 3] if index % 2 else [0, 2, 2])
            values = (np.abs(rng.normal(size=(3, 3))) + 0.1).astype(np.float32)
            gradient = tf.IndexedSlices(tf.constant(values), places, tf.constant(self.start[0].shape))
            by_rows.apply([deduplicate_rows(gradient)], [tables[0]])
            whole.apply([tf.convert_to_tensor(gradient)], [tables[1]])
        require_equal(
            tables[0].value,
            tables[1].value,
            "gradients of rows differ from those of the table",
            self.tolerance,
            "table",
        )

    def loss_scale(self) -> None:
        scaled = keras.optimizers.LossScaleOptimizer(self.make(self.learning_rate), initial_scale=LOSS_SCALE)
        gradients = [[gradient * LOSS_SCALE for gradient in step] for step in self.gradients]
        gradients.insert(2, [np.full_like(value, np.inf) for value in self.start])  # halves the scale
        for later in gradients[3:]:
            later[:] = [gradient / 2 for gradient in later]
        weights = self._weights(scaled, gradients)
        require_equal(weights, self._expected(), "with a loss scale it differs", self.tolerance, "weights")

    def config(self) -> None:
        optimizer = self.make(self.learning_rate)
        ours = optimizer.get_config()
        other = type(optimizer).from_config(dict(ours))
        require_config(ours, other.get_config(), "an optimizer made from its configuration has another")
        weights = self._weights(other, self.gradients)
        require_equal(
            weights, self._expected(), "made from its configuration it takes other steps", self.tolerance, "weights"
        )

    def save(self) -> None:
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
        model.set_weights(self.start)
        model.compile(self._built(model.trainable_variables))
        half = STEPS // 2
        self._steps(model.optimizer, model.trainable_variables, self.gradients[:half])
        with TemporaryDirectory(prefix=temporary_prefix()) as folder:
            model.save(Path(folder) / "model.keras")
            loaded = keras.saving.load_model(Path(folder) / "model.keras")
        for one in (model, loaded):
            self._steps(one.optimizer, one.trainable_variables, self.gradients[half:])
        state, expected = (
            {variable.path: np.array(variable) for variable in one.optimizer.variables} for one in (loaded, model)
        )
        require_equal(
            list(state.values()), list(expected.values()), "after saving and loading its state differs", path="state"
        )
        require_equal(
            loaded.get_weights(), model.get_weights(), "after saving and loading it goes on otherwise", path="weights"
        )

    def mirrored(self) -> None:
        together, alone = self._trained_under(mirrored(list(DEVICES))), self._trained_under(single())
        require_equal(
            together,
            alone,
            "on 2 devices under MirroredStrategy it differs from 1 device",
            10 * self.tolerance,
            "weights",
        )

    def _expected(self) -> list[np.ndarray]:
        return self._weights(self.make(self.learning_rate), self.gradients)

    def _weights(
        self,
        optimizer: keras.optimizers.Optimizer,
        gradients: Sequence[Sequence[np.ndarray]],
        wrap: Callable[[Callable[..., None]], Callable[..., None]] = tf.function,
    ) -> list[np.ndarray]:
        variables = [
            keras.Variable(value, name=name) for value, name in zip(self.start, ("kernel", "bias"), strict=True)
        ]
        optimizer.build(variables)
        self._steps(optimizer, variables, gradients, wrap)
        return [np.array(variable) for variable in variables]

    def _built(self, variables: list[Any]) -> keras.optimizers.Optimizer:
        optimizer = self.make(self.learning_rate)
        optimizer.build(variables)
        return optimizer

    @staticmethod
    def _steps(
        optimizer: keras.optimizers.Optimizer,
        variables: list[Any],
        gradients: Sequence[Sequence[np.ndarray]],
        wrap: Callable[[Callable[..., None]], Callable[..., None]] = tf.function,
    ) -> None:
        def step(*tensors: tf.Tensor) -> None:
            optimizer.apply(list(tensors), variables)

        run = wrap(step)
        for arrays in gradients:
            run(*map(tf.constant, arrays))

    def _require_descent(self, dtype: str) -> Any:
        weights = keras.Variable(self.start[0], dtype=dtype, name="kernel")  # (4, 3)
        optimizer = self._built([weights])
        curvature = tf.reshape(tf.linspace(0.5, 2.0, 12), [4, 3])

        def value() -> float:
            return float(tf.reduce_sum(curvature * tf.square(tf.cast(weights.value, tf.float32))) / 2)

        @tf.function
        def step() -> None:
            optimizer.apply([tf.cast(curvature, weights.dtype) * weights.value], [weights])

        before = value()
        for _ in range(DESCENT_STEPS):
            step()
        require_finite(weights.value, f"after {DESCENT_STEPS} steps on a quadratic function", "weights")
        if not value() < before:
            raise AssertionError(
                f"{DESCENT_STEPS} steps with learning_rate={self.learning_rate} do not lower a quadratic function of "
                f"{dtype} variables. Received: {value():.6g} after them, {before:.6g} before"
            )
        return weights

    def _trained_under(self, strategy: Strategy) -> list[np.ndarray]:
        rng = np.random.default_rng(2)
        keras.utils.set_random_seed(1)
        with strategy.scope():
            model = keras.Sequential(
                [
                    keras.Input((5,), dtype="int32"),
                    keras.layers.Embedding(WORDS, 6),
                    keras.layers.GlobalAveragePooling1D(),
                    keras.layers.Dense(CLASSES),
                ]
            )
            optimizer = self._built(model.trainable_variables)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        step = TrainStep(model, loss, optimizer, [], strategy)
        step.compile((tf.TensorSpec([ROWS, 5], tf.int32), tf.TensorSpec([ROWS], tf.int32), tf.TensorSpec([ROWS])))
        for _ in range(STEPS):
            ids, labels = rng.integers(0, WORDS, (ROWS, 5)), rng.integers(0, CLASSES, ROWS)
            step((ids.astype(np.int32), labels.astype(np.int32), np.ones(ROWS, np.float32)))
        return [np.array(variable) for variable in model.variables]
