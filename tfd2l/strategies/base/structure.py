"""Types of nested structures, as `tf.nest` takes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import tensorflow as tf

# A batch, its parts, what a model returns: tensors in tuples, lists and dicts.
Structure: TypeAlias = "tf.Tensor | Sequence[Structure] | Mapping[str, Structure]"

# What `tf.data.Dataset.element_spec` is: the same with a `tf.TypeSpec` in place of each tensor.
ElementSpec: TypeAlias = "tf.TypeSpec | Sequence[ElementSpec] | Mapping[str, ElementSpec]"
