"""Checks of models."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.temporary import temporary_prefix
from tfd2l.testing.comparison import flatten, require_equal, require_finite
from tfd2l.testing.graphs import require_no_python_operations
from tfd2l.testing.properties import check_properties

SEED = 1


def check_model(
    make: Callable[[DataInfo], keras.Model],
    data: DataInfo,
    x: object,
    *,
    padded: object = None,
    skip: Collection[str] = (),
    tolerance: float = 1e-5,
) -> tuple[str, ...]:
    """Checks that a model can be trained, saved and served by tfd2l.

    The properties, in order:

    - `call`: Its outputs for a batch are finite, and a second call returns the same.
    - `seed`: Made again after the same `keras.utils.set_random_seed`, it has the same weights.
    - `function`: In a `tf.function` with an unknown batch size it returns what it returns eagerly.
    - `xla`: Compiled by XLA too.
    - `rows`: The output of an example does not depend on the rest of its batch.
    - `padding`: With `padded`, more padding changes no output.
    - `gradients`: In training, every trainable weight has a gradient, and it is finite.
    - `save`: Saved and loaded, it returns bit for bit the same.
    - `export`: As a SavedModel, which takes a batch of any size, it returns the same.

    Args:
        make: The model function or class: `DataInfo` -> model. Options go into a lambda.
        data: What is known of the data.
        x: The inputs of a batch of at least 2 examples, as the batch stage makes them: an array, or a mapping or
            sequence of arrays.
        padded: The same examples with more padding.
        skip: Names of properties that the model is not meant to have.
        tolerance: The largest difference, relative to the largest output.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        ValueError: `skip` names a property that there is not.

    Example:
        >>> import numpy as np, tensorflow as tf
        >>> from tfd2l.data.info import DataInfo
        >>> from tfd2l.models.linear_regression import linear_regression
        >>> from tfd2l.testing import check_model
        >>> spec = (tf.TensorSpec([4, 2]), tf.TensorSpec([4]), tf.TensorSpec([4]))
        >>> data = DataInfo(("x",), {}, {"train": 4}, "an example", "0" * 16, batch_spec=spec)
        >>> check_model(linear_regression, data, np.ones((4, 2), "float32"))
        ('call', 'seed', 'function', 'xla', 'rows', 'gradients', 'save', 'export')
    """
    check = _ModelCheck(make, data, x, padded, tolerance)
    properties = {
        "call": check.call,
        "seed": check.seed,
        "function": check.function,
        "xla": check.xla,
        "rows": check.rows,
        "padding": check.padding,
        "gradients": check.gradients,
        "save": check.save,
        "export": check.export,
    }
    if padded is None:
        del properties["padding"]
    return check_properties("check_model", check.model.name, properties, skip)


class _ModelCheck:
    """The properties of one model; each method raises an AssertionError if its property does not hold."""

    def __init__(
        self, make: Callable[[DataInfo], keras.Model], data: DataInfo, x: object, padded: object, tolerance: float
    ) -> None:
        self.make, self.data, self.tolerance = make, data, tolerance
        self.x, self.padded = (
            tf.nest.map_structure(tf.constant, value) for value in (x, () if padded is None else padded)
        )
        self.model = self._made()
        self.size = len(next(iter(flatten(x).values())))

    @property
    def expected(self) -> Any:
        return self.model(self.x, training=False)

    def call(self) -> None:
        require_finite(self.expected, "its output for these inputs")
        require_equal(self.expected, self.expected, "a second call returns something else")

    def seed(self) -> None:
        ours, theirs = ([np.array(weight) for weight in model.weights] for model in (self._made(), self.model))
        require_equal(ours, theirs, "made again with the same seed it differs", path="weights")

    def function(self) -> None:
        outputs = tf.function(self._predict, input_signature=[self._spec()])(self.x)
        require_equal(outputs, self.expected, "in a tf.function it differs from eager execution", self.tolerance)

    def xla(self) -> None:
        outputs = tf.function(self._predict, jit_compile=True)(self.x)
        require_equal(outputs, self.expected, "compiled by XLA it differs from eager execution", self.tolerance)

    def rows(self) -> None:
        for row in range(self.size):
            alone, together = self._predict(_part(self.x, row)), _part(self.expected, row)
            require_equal(alone, together, f"example {row} alone differs from example {row} in a batch", self.tolerance)

    def padding(self) -> None:
        outputs, expected = flatten(self._predict(self.padded)), flatten(self.expected)
        for path, array in expected.items():
            same = outputs[path][tuple(slice(0, size) for size in array.shape)]
            require_equal(same, array, "more padding changes its output", self.tolerance, path)

    def gradients(self) -> None:
        rng = np.random.default_rng(0)
        with tf.GradientTape() as tape:
            outputs = [o for o in tf.nest.flatten(self.model(self.x, training=True)) if o.dtype.is_floating]
            value = tf.add_n([tf.reduce_sum(tf.cast(o, tf.float32) * rng.normal(size=o.shape)) for o in outputs])
        variables = self.model.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(value, [v.value for v in variables]), strict=True):
            if gradient is None:
                raise AssertionError(
                    f"no output depends on the trainable weight {variable.path}. Received: a gradient of None"
                )
            require_finite(gradient, "its gradient", variable.path)

    def save(self) -> None:
        expected = self.expected  # builds it
        with TemporaryDirectory(prefix=temporary_prefix()) as folder:
            self.model.save(Path(folder) / "model.keras")
            loaded = keras.saving.load_model(Path(folder) / "model.keras")
        require_equal(loaded(self.x, training=False), expected, "saved and loaded it returns something else")

    def export(self) -> None:
        module = tf.Module()
        module.model = self.model
        module.predict = tf.function(lambda x: _named(self._predict(x)), input_signature=[self._spec()])
        require_no_python_operations(module.predict.get_concrete_function().graph.as_graph_def(), "the model")
        with TemporaryDirectory(prefix=temporary_prefix()) as folder:
            tf.saved_model.save(module, folder)
            loaded = tf.saved_model.load(folder)
            require_equal(loaded.predict(self.x), _named(self.expected), "exported it differs", self.tolerance)
            loaded.predict(_part(self.x, 0))

    def _made(self) -> keras.Model:
        keras.utils.set_random_seed(SEED)
        model = self.make(self.data)
        model(self.x, training=False)  # builds it
        return model

    def _predict(self, x: object) -> Any:
        return self.model(x, training=False)

    def _spec(self) -> Any:
        return tf.nest.map_structure(lambda value: tf.TensorSpec([None, *value.shape[1:]], value.dtype), self.x)


def _part(values: object, row: int) -> Any:
    return tf.nest.map_structure(lambda value: value[row : row + 1], values)


def _named(outputs: object) -> dict[str, tf.Tensor]:
    """Returns nested outputs as one mapping: what a signature can return."""
    return {f"output_{place}": value for place, value in enumerate(tf.nest.flatten(outputs))}
