"""An embedding table in several pieces, so that several parameter servers can hold it."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


@keras.saving.register_keras_serializable(package="tfd2l")
class ShardedEmbedding(keras.layers.Layer):
    """Row i of the table is row i // n of piece i mod n; numbers are those of an undivided table.

    Rows that stand together, such as the frequent words at the start of a vocabulary, are on different pieces. Each
    piece is a weight of its own (Keras has no weight in several pieces), and a lookup asks each for its own rows only.

    Args:
        input_dim: rows of the table.
        output_dim: width of a row.
        shards: n, pieces.
        embeddings_initializer: draws the undivided table.

    Input: (...) integers below `input_dim`. Output: (..., output_dim).

    Raises:
        ValueError: fewer than one piece, or more pieces than rows.
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        shards: int = 1,
        embeddings_initializer: Any = "uniform",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not 1 <= shards <= input_dim:
            raise ValueError(f"shards counts from 1 to the rows of the table, {input_dim}. Received: shards={shards}")
        self.input_dim = input_dim
        self.output_dim = output_dim
        self.shards = shards
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    @property
    def sizes(self) -> list[int]:
        """Rows of each piece."""
        return [len(range(shard, self.input_dim, self.shards)) for shard in range(self.shards)]

    def build(self, input_shape: Any = None) -> None:
        """Make the pieces."""

        def rows_of(shard: int) -> Any:
            whole = (self.input_dim, self.output_dim)
            return lambda shape, dtype=None: self.embeddings_initializer(whole, dtype=dtype)[shard :: self.shards]

        self.pieces = [
            self.add_weight((size, self.output_dim), initializer=rows_of(shard), name=f"embeddings_{shard}")
            for shard, size in enumerate(self.sizes)
        ]
        self.built = True

    def call(self, ids: tf.Tensor) -> tf.Tensor:
        values = [piece.value for piece in self.pieces]
        if all(isinstance(value, tf.Variable) for value in values):
            return tf.compat.v1.nn.embedding_lookup(values, ids, partition_strategy="mod")  # (..., output_dim)
        # XLA reads weights whole, and knows no lookup whose pieces vary in size.
        table = tf.concat(values, axis=0)  # (input_dim, output_dim), one piece after the other
        starts = tf.cumsum(tf.constant(self.sizes), exclusive=True)
        ids = tf.cast(ids, tf.int32)
        return tf.gather(table, tf.gather(starts, ids % self.shards) + ids // self.shards)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "input_dim": self.input_dim,
            "output_dim": self.output_dim,
            "shards": self.shards,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
        }
