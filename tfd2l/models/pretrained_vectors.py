"""Word vectors that are there already: nothing to learn (section 14.7)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.vector_files import vectors_for
from tfd2l.errors import ConfigError
from tfd2l.text.vectors import WordVectors

log = logging.getLogger("tfd2l")


@keras.saving.register_keras_serializable(package="tfd2l")
class PretrainedVectors(keras.Model):
    """A table of vectors, frozen: the id of a word -> its row.

    Args:
        vocabulary_size: rows.
        width: numbers of a vector.

    Input: ids, (batch,) integers.
    Output: (batch, width).
    """

    def __init__(self, vocabulary_size: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.width = width
        self.table = self.add_weight((vocabulary_size, width), initializer="zeros", trainable=False, name="table")
        self.built = True

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return keras.ops.take(self.table, inputs, axis=0)

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """(vocabulary, width): the vector of every word of the vocabulary."""
        return tf.convert_to_tensor(self.table)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary_size": self.vocabulary_size, "width": self.width}


def pretrained_vectors(
    data: DataInfo, path: Path | None = None, member: str | None = None, on_bad_record: OnBadRecord = "error"
) -> PretrainedVectors:
    """Vectors of the data's vocabulary, as they are.

    Args:
        data: its vocabulary, and the vectors that come with it.
        path: a file of vectors (or a folder or zip archive that holds it) to take those of the vocabulary's words
            from; words that it has not get zeros. None takes the vectors that the data come with.
        member: the file's name in a folder or archive that holds several.
        on_bad_record: "error", or "skip" to leave bad records of the file out.

    Raises:
        ConfigError: no path, and data that come without vectors.
        DataError: a file that cannot be read.

    Source: section 14.7.
    """
    if path is not None:
        words = data.fact(Vocabulary).tokens
        matrix, found = vectors_for(words, path, member, on_bad_record)
        log.info("model: %s has vectors for %d of %d words", Path(path).name, found, len(words))
    elif (vectors := data.find_fact(WordVectors)) is not None:
        matrix = vectors.matrix
    else:
        raise ConfigError(
            "model.pretrained_vectors: the data come without vectors; name a file of them, `model.path=FILE`, or "
            f"choose data that are vectors (word_vectors, word_vectors_embedded). Received: {data.source}"
        )
    model = PretrainedVectors(*matrix.shape, name="pretrained_vectors")
    model.table.assign(np.asarray(matrix))
    return model
