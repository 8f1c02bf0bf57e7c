"""Regression by attention to the training examples (section 10.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, listing
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.nadaraya_watson import NadarayaWatson

INPUTS = ("queries", "keys", "values")


@keras.saving.register_keras_serializable(package="tfd2l")
class KernelRegression(keras.Model):
    """The mean of the training values, weighted by how near their keys are to the query.

    f(q) = sum_i softmax_i(-((q - k_i) w)^2 / 2) v_i

    Args:
        inverse_bandwidth: w; None learns it.

    Input: dict of `queries` (batch,), `keys` (batch, n) and `values` (batch, n).
    Output: (batch,).
    """

    def __init__(self, inverse_bandwidth: float | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inverse_bandwidth = inverse_bandwidth
        self.pooling = NadarayaWatson(inverse_bandwidth, name="pooling")

    def build(self, input_shape: Any = None) -> None:
        self.pooling.build((None, 1, 1), (None, None, 1), (None, None, 1))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        return self._pooled(inputs)[:, 0, 0]

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Each example is one query, (batch, 1, 1, n), labelled by its number as the keys are."""
        _, weights = self._pooled(inputs, return_attention_scores=True)
        queries, keys = (tf.convert_to_tensor(inputs[name]).numpy() for name in INPUTS[:2])
        return AttentionWeights(
            {self.pooling.name: weights},
            [[f"{query:.2f}"] for query in queries],
            [[f"{key:.2f}" for key in row] for row in keys],
            "query x",
            "x of training examples",
        )

    def _pooled(self, inputs: Mapping[str, tf.Tensor], **options: Any) -> Any:
        """(batch, 1, 1), and what the options ask for."""
        queries = inputs["queries"][:, tf.newaxis, tf.newaxis]  # (batch, 1, 1)
        keys, values = (inputs[name][..., tf.newaxis] for name in INPUTS[1:])  # (batch, n, 1)
        return self.pooling(queries, keys, values, **options)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "inverse_bandwidth": self.inverse_bandwidth}


def nadaraya_watson(data: DataInfo, inverse_bandwidth: float | None = None) -> KernelRegression:
    """Nadaraya-Watson regression with a Gaussian kernel: attention pooling over the training examples.

    Args:
        data: of examples with `queries`, `keys` and `values`.
        inverse_bandwidth: w; 0 is average pooling, 1 the book's non-parametric pooling, and None learns it.

    Raises:
        ConfigError: no stage gives the examples keys and values.

    Source: section 10.2.
    """
    x = data.batch_spec[0]
    missing = set(INPUTS).difference(x) if isinstance(x, Mapping) else set(INPUTS)
    if missing:
        raise ConfigError(
            f"model.nadaraya_watson reads {', '.join(INPUTS)} of each example: put the stage `leave_one_out` before "
            f"the batching stage, and name them there (stages.batch.inputs). Received: no {listing(missing)}"
        )
    model = KernelRegression(inverse_bandwidth, name="nadaraya_watson")
    model.build()
    return model
