"""Protocols of what strategies need of the training engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import keras
import tensorflow as tf

from tfd2l.strategies.base.structure import Structure
from tfd2l.strategies.base.sums import Sums


class GradientFunction(Protocol):
    """Loss, gradients and metrics of some rows of a batch, without a change to any variable.

    `tfd2l.training.differentiation.Differentiation` is the engine's.
    """

    @property
    def model(self) -> keras.Model:
        """The model, built."""

    @property
    def micro_batches(self) -> int:
        """Parts of the rows that are differentiated one after the other."""

    @property
    def xla(self) -> bool:
        """Whether XLA compiles forward and backward."""

    @property
    def loss_scale(self) -> keras.Variable | None:
        """Factor on the loss while differentiating, (); None is 1."""

    def __call__(
        self,
        rows: Structure,
        whole: tf.Tensor,
        *,
        replica: int | tf.Tensor = 0,
        trainable: Sequence[tf.Tensor] | None = None,
    ) -> tuple[Sums, list[tf.Tensor]]:
        """Returns the rows' sums, and the state of the model after them."""

    def weight(self, rows: Structure) -> tf.Tensor:
        """Returns what the rows weigh together, ()."""

    def loss_share(
        self, y: Structure, outputs: Structure, weights: tf.Tensor | None, whole: tf.Tensor
    ) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        """Returns the rows' share of the batch's loss, the terms in the loss's mean, the rows' share of the weight."""

    def sums(
        self, loss: tf.Tensor, gradients: list[tf.Tensor | None], count: tf.Tensor, rows: Structure, outputs: Structure
    ) -> Sums:
        """Returns the rows' sums, with their examples counted and their metrics measured."""
