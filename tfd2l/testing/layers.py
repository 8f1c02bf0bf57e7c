"""Checks of Keras layers."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.temporary import temporary_prefix
from tfd2l.testing.comparison import flatten, is_floating, require_config, require_equal, require_finite
from tfd2l.testing.gradients import require_gradients
from tfd2l.testing.properties import check_properties


def check_layer(
    layer: keras.Layer,
    inputs: object,
    *,
    mask: object = None,
    skip: Collection[str] = (),
    tolerance: float = 1e-5,
    half_tolerance: float = 0.05,
) -> tuple[str, ...]:
    """Checks that a Keras layer works wherever tfd2l may use it.

    The properties, in order:

    - `call`: It can be called eagerly, its outputs are finite, and a second call returns the same.
    - `shapes`: Symbolic outputs, with an unknown batch size, have the shapes and data types of eager ones.
    - `function`: In a `tf.function` with an unknown batch size it returns what it returns eagerly.
    - `xla`: Compiled by XLA too.
    - `rows`: The output of an example does not depend on the rest of its batch.
    - `mask`: With `mask`, other values at masked steps of the first input change no output at the other steps.
    - `bfloat16`, `float16`: Under the policies `mixed_bfloat16` and `mixed_float16` its outputs are finite, near those
      in float32, and of the data type of symbolic outputs.
    - `gradients`: Gradients with respect to every floating-point input and trainable weight are finite and equal to
      finite differences.
    - `config`: A layer made from its configuration has the same configuration.
    - `save`: A model that holds it is saved and loaded, and returns bit for bit the same.

    Args:
        layer: The layer, built or not. It is called with `training=False`, its default.
        inputs: The array that it is called with, or a tuple of positional arguments: arrays with a leading batch
            dimension of at least 2, or None. A mapping or list of arrays is one argument.
        mask: Boolean, (batch, steps): False at steps of the first argument that are padding. It is passed as Keras
            passes it on from an embedding with `mask_zero`.
        skip: Names of properties that the layer is not meant to have.
        tolerance: The largest difference in float32, relative to the largest output.
        half_tolerance: The same in bfloat16 and float16.

    Returns:
        The names of the properties that were checked.

    Raises:
        AssertionError: A property does not hold; the message says where, and by how much.
        ValueError: `skip` names a property that there is not, or the batch has fewer than 2 rows.

    Example:
        >>> import keras, numpy as np
        >>> from tfd2l.testing import check_layer
        >>> x = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
        >>> check_layer(keras.layers.Dense(2), x, skip=["mask"])
        ('call', 'shapes', 'function', 'xla', 'rows', 'bfloat16', 'float16', 'gradients', 'config', 'save')
    """
    check = _LayerCheck(layer, inputs, mask, tolerance, half_tolerance)
    properties = {
        "call": check.call,
        "shapes": check.shapes,
        "function": check.function,
        "xla": check.xla,
        "rows": check.rows,
        "mask": check.mask,
        "bfloat16": lambda: check.half("mixed_bfloat16"),
        "float16": lambda: check.half("mixed_float16"),
        "gradients": check.gradients,
        "config": check.config,
        "save": check.save,
    }
    if mask is None:
        del properties["mask"]
        skip = [name for name in ([skip] if isinstance(skip, str) else skip) if name != "mask"]
    return check_properties("check_layer", type(layer).__name__, properties, skip)


class _LayerCheck:
    """The properties of one layer; each method raises an AssertionError if its property does not hold."""

    def __init__(
        self, layer: keras.Layer, inputs: object, mask: object, tolerance: float, half_tolerance: float
    ) -> None:
        self.layer = layer
        self.arguments = tf.nest.map_structure(_array, inputs if isinstance(inputs, tuple) else (inputs,))
        self.kept = np.ones((0, 0), bool) if mask is None else np.asarray(mask, bool)  # (batch, steps)
        self.tolerance, self.half_tolerance = tolerance, half_tolerance
        rows = {len(array) if array.ndim else 0 for array in flatten(self.arguments).values()}
        if len(rows) != 1 or min(rows) < 2:
            raise ValueError(
                "check_layer takes arrays of one batch of at least 2 examples, since it compares them alone and "
                f"together. Received: leading dimensions {sorted(rows)}"
            )

    @property
    def expected(self) -> Any:
        return self.layer(*self.arguments)

    def call(self) -> None:
        first = self.expected
        require_finite(first, "its output for these inputs")
        require_equal(self.layer(*self.arguments), first, "a second call returns something else")

    def shapes(self) -> None:
        symbolic = self.layer(*_symbolic(self.arguments))
        declared = keras.tree.flatten(symbolic)
        for (path, array), tensor in zip(flatten(self.expected).items(), declared, strict=True):
            batched = (None, *array.shape[1:])
            if not tf.TensorShape(tensor.shape).is_compatible_with(array.shape):
                raise AssertionError(
                    f"{path} is {array.shape} when called eagerly, and {tuple(tensor.shape)} when called symbolically. "
                    f"Received: inputs {[value.shape for value in flatten(self.arguments).values()]}"
                )
            if tuple(tensor.shape) != batched:
                raise AssertionError(
                    f"{path} should be {batched} for a batch of unknown size. Received: {tuple(tensor.shape)}"
                )
            if tensor.dtype != array.dtype.name:
                raise AssertionError(
                    f"{path} is {array.dtype.name} when called eagerly, and {tensor.dtype} when called symbolically"
                )

    def function(self) -> None:
        specs = tf.nest.map_structure(_spec, self.arguments)
        function = tf.function(lambda *arguments: self.layer(*arguments)).get_concrete_function(*specs)
        outputs = tf.nest.pack_sequence_as(self.expected, tf.nest.flatten(function(*_present(self.arguments))))
        require_equal(outputs, self.expected, "in a tf.function it differs from eager execution", self.tolerance)

    def xla(self) -> None:
        compiled = tf.function(lambda *arguments: self.layer(*arguments), jit_compile=True)
        require_equal(
            compiled(*self.arguments), self.expected, "compiled by XLA it differs from eager execution", self.tolerance
        )

    def rows(self) -> None:
        for row in range(len(tf.nest.flatten(_present(self.arguments))[0])):
            alone = self.layer(
                *tf.nest.map_structure(lambda a, row=row: None if a is None else a[row : row + 1], self.arguments)
            )
            together = tf.nest.map_structure(lambda value, row=row: value[row : row + 1], self.expected)
            require_equal(alone, together, f"example {row} alone differs from example {row} in a batch", self.tolerance)

    def mask(self) -> None:
        first, *others = self.arguments
        attach, steps = _AttachMask(self.kept), self.kept.shape[1]
        kept = self.kept.reshape(*self.kept.shape, *[1] * (first.ndim - 2))
        changed = np.where(kept, first, first[::-1, ::-1] * 3 + 1).astype(first.dtype)
        one, other = (self.layer(attach(values), *others) for values in (first, changed))
        for (path, ours), theirs in zip(flatten(other).items(), flatten(one).values(), strict=True):
            by_step = ours.ndim > 1 and ours.shape[1] == steps
            of = self.kept if by_step else np.full(len(ours), True)
            require_equal(ours[of], theirs[of], "values at masked steps change outputs elsewhere", self.tolerance, path)

    def half(self, policy: str) -> None:
        layer = self._rebuilt(policy)
        outputs = layer(*self.arguments)
        require_finite(outputs, f"under {policy}")
        declared = [tensor.dtype for tensor in keras.tree.flatten(layer(*_symbolic(self.arguments)))]
        dtypes = [value.dtype.name for value in tf.nest.flatten(outputs)]
        if dtypes != declared:
            raise AssertionError(f"under {policy} its outputs are {dtypes}, and declared to be {declared}")
        as_float = tf.nest.map_structure(lambda v: tf.cast(v, tf.float32) if v.dtype.is_floating else v, outputs)
        require_equal(as_float, self.expected, f"under {policy} it differs from float32", self.half_tolerance)

    def gradients(self) -> None:
        try:
            layer, dtype = self._rebuilt("float64"), "float64"
            layer(*_cast(self.arguments, dtype))
        except (TypeError, ValueError, tf.errors.InvalidArgumentError):  # it computes in float32, whatever it is told
            layer, dtype = self.layer, "float32"
        require_gradients(layer, _cast(self.arguments, dtype), layer.trainable_variables, precise=dtype == "float64")

    def config(self) -> None:
        ours = self.layer.get_config()
        require_config(
            ours, type(self.layer).from_config(ours).get_config(), "its configuration, from which it is made"
        )

    def save(self) -> None:
        symbolic = _symbolic(self.arguments)
        present = [tensor for tensor in keras.tree.flatten(symbolic) if tensor is not None]
        model = keras.Model(present, self.layer(*symbolic))
        values = tf.nest.flatten(_present(self.arguments))
        with TemporaryDirectory(prefix=temporary_prefix()) as folder:
            file = Path(folder) / "model.keras"
            model.save(file)
            loaded = keras.saving.load_model(file)
        require_equal(loaded(values), model(values), "saved and loaded it returns something else")

    def _rebuilt(self, policy: str) -> keras.Layer:
        """Returns a layer of the same configuration and weights that computes under another policy."""
        self.layer(*self.arguments)  # builds it
        with _default_policy(policy):
            other = type(self.layer).from_config({**self.layer.get_config(), "dtype": policy})
            other(*_cast(self.arguments, other.variable_dtype))
        other.set_weights(self.layer.get_weights())
        return other


@keras.saving.register_keras_serializable(package="tfd2l")
class _AttachMask(keras.Layer):
    """Passes its input on with a mask, as an embedding with `mask_zero` does."""

    def __init__(self, mask: np.ndarray) -> None:
        super().__init__()
        self.supports_masking = True
        self.values = mask

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return tf.identity(inputs)

    def compute_mask(self, inputs: object, previous_mask: object = None) -> tf.Tensor:
        return tf.constant(self.values)


@contextmanager
def _default_policy(policy: str) -> Iterator[None]:
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(policy)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


def _array(value: object) -> np.ndarray | None:
    return None if value is None else np.asarray(value)


def _spec(array: np.ndarray | None) -> tf.TensorSpec | None:
    return None if array is None else tf.TensorSpec([None, *array.shape[1:]], array.dtype)


def _symbolic(arguments: object) -> Any:
    return tf.nest.map_structure(
        lambda a: None if a is None else keras.Input(a.shape[1:], dtype=a.dtype.name), arguments
    )


def _present(arguments: object) -> list[tf.Tensor]:
    return [tf.constant(array) for array in tf.nest.flatten(arguments) if array is not None]


def _cast(arguments: object, dtype: str) -> Any:
    return tf.nest.map_structure(lambda a: a.astype(dtype) if a is not None and is_floating(a) else a, arguments)
