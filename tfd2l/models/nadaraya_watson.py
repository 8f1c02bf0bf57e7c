"""Nadaraya-Watson kernel regression."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, listing
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.nadaraya_watson import NadarayaWatson
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape

INPUTS = ("queries", "keys", "values")


@keras.saving.register_keras_serializable(package="tfd2l")
class KernelRegression(keras.Model):
    """Kernel regression: the mean of the training values, weighted by the distance of their keys to the query.

        f(q) = sum_i softmax_i(-((q - k_i) w)^2 / 2) v_i

    Args:
        inverse_bandwidth: w. `None`, the default: a weight that is learned.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `queries`, of shape `(batch,)`, and of `keys` and `values`, of shape `(batch, n)`.

    Returns:
        Predictions of shape `(batch,)`.

    Example:
        >>> from tfd2l.models.nadaraya_watson import KernelRegression
        >>> model = KernelRegression(inverse_bandwidth=0.0)  # average pooling
        >>> queries, keys, values = tf.constant([0.5]), tf.constant([[0.0, 1.0]]), tf.constant([[2.0, 4.0]])
        >>> model({"queries": queries, "keys": keys, "values": values}).numpy()
        array([3.], dtype=float32)
    """

    def __init__(self, inverse_bandwidth: float | None = None, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.inverse_bandwidth = inverse_bandwidth
        self.pooling = NadarayaWatson(inverse_bandwidth, name="pooling")

    def build(self, input_shape: Shape | None = None) -> None:
        self.pooling.build((None, 1, 1), (None, None, 1), (None, None, 1))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        return self._pooled(inputs)[:, 0, 0]

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Returns the weights, `(batch, 1, 1, n)`: each example is one query, labelled by its x like the keys."""
        _, weights = self._pooled(inputs, return_attention_scores=True)
        queries, keys = (tf.convert_to_tensor(inputs[name]).numpy() for name in INPUTS[:2])
        return AttentionWeights(
            {self.pooling.name: weights},
            [[f"{query:.2f}"] for query in queries],
            [[f"{key:.2f}" for key in row] for row in keys],
            "query x",
            "x of training examples",
        )

    def _pooled(self, inputs: Mapping[str, tf.Tensor], **options: object) -> Any:
        """Returns the result of the attention pooling, (batch, 1, 1), with what the options request."""
        queries = inputs["queries"][:, tf.newaxis, tf.newaxis]  # (batch, 1, 1)
        keys, values = (inputs[name][..., tf.newaxis] for name in INPUTS[1:])  # (batch, n, 1)
        return self.pooling(queries, keys, values, **options)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "inverse_bandwidth": self.inverse_bandwidth}


def nadaraya_watson(data: DataInfo, inverse_bandwidth: float | None = None) -> KernelRegression:
    """Nadaraya-Watson kernel regression: attention pooling over the training examples.

    Args:
        data: Description of the data, examples with `queries`, `keys` and `values`.
        inverse_bandwidth: Inverse bandwidth of the Gaussian kernel; 0 is average pooling, 1 the book's non-parametric
            pooling. `None`, the default: a weight that is learned.

    Returns:
        A `KernelRegression`.

    Raises:
        ConfigError: The examples have no keys and values.

    References:
        - *Dive into Deep Learning*, section 10.2.
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
