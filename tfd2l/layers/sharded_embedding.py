"""Embedding table in several weights, for several parameter servers."""

from __future__ import annotations

from typing import Any, Unpack

import keras
import tensorflow as tf

from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape


@keras.saving.register_keras_serializable(package="tfd2l")
class ShardedEmbedding(keras.layers.Layer):
    """Embedding whose table is divided into several weights, which parameter servers can hold apart.

    With n shards, row i of the table is row i // n of shard i mod n, so that neighbouring rows, such as the frequent
    words at the start of a vocabulary, are on different shards. A lookup reads from each shard only its own rows. The
    initial values are those of an undivided table. (Keras has no weight that is divided itself.)

    Args:
        input_dim: Number of rows of the table.
        output_dim: Width of a row.
        shards: Number of shards, from 1 to `input_dim`. Defaults to 1.
        embeddings_initializer: Initializer of the undivided table. Defaults to `"uniform"`.
        **kwargs: Arguments of `keras.layers.Layer`.

    Call arguments:
        ids: Integers below `input_dim`, of any shape.

    Returns:
        A tensor of shape `(*ids.shape, output_dim)`.

    Raises:
        ValueError: `shards` is below 1 or above `input_dim`.

    Example:
        >>> from tfd2l.layers.sharded_embedding import ShardedEmbedding
        >>> layer = ShardedEmbedding(input_dim=5, output_dim=3, shards=2)
        >>> layer(tf.constant([[0, 1], [4, 4]])).shape
        TensorShape([2, 2, 3])
        >>> [tuple(weight.shape) for weight in layer.weights]
        [(3, 3), (2, 3)]
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        shards: int = 1,
        embeddings_initializer: object = "uniform",
        **kwargs: Unpack[LayerOptions],
    ) -> None:
        super().__init__(**kwargs)
        if not 1 <= shards <= input_dim:
            raise ValueError(
                f"The number of shards must lie between 1 and the rows of the table, {input_dim}. "
                f"Received: shards={shards}"
            )
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.shards = shards
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    @property
    def sizes(self) -> list[int]:
        """Number of rows of each shard."""
        return [len(range(shard, self.input_dim, self.shards)) for shard in range(self.shards)]

    def build(self, input_shape: Shape | None = None) -> None:
        """Creates the shards."""

        def initializer_of(shard: int) -> Any:
            whole = (self.input_dim, self.output_dim)
            return lambda shape, dtype=None: self.embeddings_initializer(whole, dtype=dtype)[shard :: self.shards]

        self.pieces = [
            self.add_weight((size, self.output_dim), initializer=initializer_of(shard), name=f"embeddings_{shard}")
            for shard, size in enumerate(self.sizes)
        ]
        self.built = True

    def call(self, ids: tf.Tensor) -> tf.Tensor:
        values = [piece.value for piece in self.pieces]
        if all(isinstance(value, tf.Variable) for value in values):
            return tf.compat.v1.nn.embedding_lookup(values, ids, partition_strategy="mod")  # (..., output_dim)
        # XLA reads whole weights, and has no lookup in shards of different sizes.
        table = tf.concat(values, axis=0)  # (input_dim, output_dim), one shard after the other
        starts = tf.cumsum(tf.constant(self.sizes), exclusive=True)  # (shards,)
        ids = tf.cast(ids, tf.int32)
        return tf.gather(table, tf.gather(starts, ids % self.shards) + ids // self.shards)  # (..., output_dim)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "shards": self.shards,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
        }
