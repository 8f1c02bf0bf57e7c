"""Compares nested outputs and says where, and by how much, they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tensorflow as tf

Leaves = dict[str, np.ndarray]


def flatten(value: Any, path: str = "output") -> Leaves:
    """Returns the arrays of a nested structure by their path, such as `output['logits']` or `output[0]`.

    A ragged tensor gives its flat values and its row splits; None gives nothing.

    Args:
        value: Tensors, variables, arrays or numbers, nested in mappings and sequences.
        path: The name of the whole.

    Example:
        >>> from tfd2l.testing.comparison import flatten
        >>> list(flatten({"a": [1.0, 2.0]}, "x"))
        ["x['a'][0]", "x['a'][1]"]
    """
    if value is None:
        return {}
    if isinstance(value, Mapping):
        return {k: v for key, one in value.items() for k, v in flatten(one, f"{path}[{key!r}]").items()}
    if isinstance(value, tf.RaggedTensor):
        parts = {
            "flat_values": value.flat_values,
            **{f"row_splits[{i}]": s for i, s in enumerate(value.nested_row_splits)},
        }
        return {f"{path}.{name}": np.asarray(part) for name, part in parts.items()}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return {k: v for i, one in enumerate(value) for k, v in flatten(one, f"{path}[{i}]").items()}
    if isinstance(value, tf.IndexedSlices):
        value = tf.convert_to_tensor(value)
    return {path: np.asarray(value)}


def require_equal(actual: Any, expected: Any, what: str, tolerance: float = 0.0, path: str = "output") -> None:
    """Requires two nested structures to be equal.

    Args:
        actual: What was computed.
        expected: What it is compared with; of the same structure.
        what: The beginning of the message: "compiled by XLA, it differs from eager execution".
        tolerance: The largest difference allowed, relative to the largest magnitude of an array, or absolute where
            that is below 1. 0 compares bit by bit.
        path: The name of the whole in the message.

    Raises:
        AssertionError: They differ; the message names the array, the largest difference and its index.
    """
    ours, theirs = flatten(actual, path), flatten(expected, path)
    if list(ours) != list(theirs):
        raise AssertionError(f"{what}: its structure differs. Received: {list(ours)} instead of {list(theirs)}")
    for name, array in ours.items():
        _require_array(array, theirs[name], f"{what}: {name}", tolerance)


def require_finite(value: Any, what: str, path: str = "output") -> None:
    """Requires every floating-point number of a nested structure to be finite.

    Args:
        value: The structure.
        what: The beginning of the message.
        path: The name of the whole in the message.

    Raises:
        AssertionError: A number is NaN or infinite.
    """
    for name, array in flatten(value, path).items():
        if not is_floating(array):
            continue
        bad = np.argwhere(~np.isfinite(array.astype(np.float64)))
        if len(bad):
            index = tuple(int(i) for i in bad[0])
            raise AssertionError(
                f"{what}: {name} is not finite at {len(bad)} of {array.size} places, first at index {index}. "
                f"Received: {array[index]}"
            )


def require_config(ours: Any, theirs: Any, what: str) -> None:
    """Requires two configurations of a Keras object to be equal.

    Args:
        ours: The first, as `get_config` returns it.
        theirs: The second.
        what: The beginning of the message.

    Raises:
        AssertionError: They differ; the message names the keys.
    """
    if ours == theirs:
        return
    keys = [key for key in {**ours, **theirs} if ours.get(key, "(missing)") != theirs.get(key, "(missing)")]
    pairs = ", ".join(
        f"{key}={theirs.get(key, '(missing)')!r} instead of {ours.get(key, '(missing)')!r}" for key in keys
    )
    raise AssertionError(f"{what}. Received: {pairs}")


def is_floating(array: np.ndarray) -> bool:
    """Returns whether an array holds floating-point numbers, bfloat16 included."""
    return bool(tf.as_dtype(array.dtype).is_floating) if array.dtype != object else False


def _require_array(ours: np.ndarray, theirs: np.ndarray, what: str, tolerance: float) -> None:
    if ours.shape != theirs.shape:
        raise AssertionError(f"{what} has another shape. Received: {ours.shape} instead of {theirs.shape}")
    if not (is_floating(ours) and is_floating(theirs)):
        different = np.argwhere(ours != theirs)
        if len(different):
            index = tuple(int(i) for i in different[0])
            raise AssertionError(
                f"{what} differs at {len(different)} of {ours.size} places, first at index {index}. "
                f"Received: {ours[index]!r} instead of {theirs[index]!r}"
            )
        return
    a, b = ours.astype(np.float64), theirs.astype(np.float64)
    with np.errstate(invalid="ignore"):
        difference = np.where(a == b, 0.0, np.abs(a - b))  # equal infinities differ by 0
    difference = np.where(np.isnan(a) & np.isnan(b), 0.0, np.where(np.isnan(difference), np.inf, difference))
    finite = np.abs(b[np.isfinite(b)])
    allowed = tolerance * max(1.0, float(finite.max(initial=0.0)))
    if difference.size and difference.max() > allowed:
        index = tuple(int(i) for i in np.unravel_index(difference.argmax(), difference.shape))
        raise AssertionError(
            f"{what} differs by up to {difference.max():.3g}, at index {index}; allowed is {allowed:.3g}. "
            f"Received: {a[index]:.7g} instead of {b[index]:.7g}"
        )
