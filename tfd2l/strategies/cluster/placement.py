"""Placement of variables on parameter servers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
import tensorflow as tf


class Placement:
    """Divides variables among servers by their bytes: the next one goes to the server that holds fewest.

    What belongs to a variable (the moments of an optimizer) is placed beside it, as the optimizer wants it.

    Args:
        distribution: the strategy whose scope the variables are made in.
        servers: number of servers.
    """

    def __init__(self, distribution: tf.distribute.Strategy, servers: int) -> None:
        self.held = [0] * servers  # bytes
        self._anchors: list[tf.Variable] = []
        with distribution.scope():
            for _ in range(servers):  # TensorFlow itself goes round the servers: one anchor on each
                self._anchors.append(tf.Variable(0.0, trainable=False))
        self._server = {anchor.device: index for index, anchor in enumerate(self._anchors)}

    @contextmanager
    def scope(self) -> Iterator[None]:
        """Places the variables that are made inside; to be entered inside the strategy's scope."""
        with tf.variable_creator_scope(self._create):
            yield

    def _create(self, make: Callable[..., tf.Variable], **options: object) -> tf.Variable:
        if "colocate_with" not in options:
            options["colocate_with"] = self._anchors[int(np.argmin(self.held))]
        variable = make(**options)
        self.held[self._server[variable.device]] += variable.dtype.size * int(np.prod(variable.shape))
        return variable
