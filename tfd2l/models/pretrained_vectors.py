"""Pretrained word vectors, without training."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any, Unpack

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.data.readers.records import OnBadRecord
from tfd2l.data.readers.vector_files import load_vocabulary_vectors
from tfd2l.errors import ConfigError
from tfd2l.layers.options import LayerOptions
from tfd2l.text.vectors import WordVectors

log = logging.getLogger("tfd2l")


@keras.saving.register_keras_serializable(package="tfd2l")
class PretrainedVectors(keras.Model):
    """Frozen table of word vectors.

    Args:
        vocabulary_size: Number of rows.
        width: Width of a vector.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Ids of words, integers of shape `(batch,)`.

    Returns:
        Vectors of shape `(batch, width)`.

    Example:
        >>> from tfd2l.models.pretrained_vectors import PretrainedVectors
        >>> model = PretrainedVectors(vocabulary_size=3, width=2)
        >>> model.set_weights([np.array([[0.0, 0.0], [1.0, 2.0], [3.0, 4.0]])])
        >>> model(tf.constant([2, 1])).numpy()
        array([[3., 4.],
               [1., 2.]], dtype=float32)
    """

    def __init__(self, vocabulary_size: int, width: int, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.vocabulary_size = vocabulary_size
        self.width = width
        self.table = self.add_weight((vocabulary_size, width), initializer="zeros", trainable=False, name="table")
        self.built = True

    def call(self, inputs: tf.Tensor) -> tf.Tensor:
        return keras.ops.take(self.table, inputs, axis=0)

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """Returns the vector of every word of the vocabulary, `(vocabulary, width)`."""
        return tf.convert_to_tensor(self.table)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "vocabulary_size": self.vocabulary_size, "width": self.width}


def pretrained_vectors(
    data: DataInfo, path: Path | None = None, member: str | None = None, on_bad_record: OnBadRecord = "error"
) -> PretrainedVectors:
    """Frozen table of pretrained word vectors.

    Args:
        data: Description of the data: its vocabulary, and the vectors that come with it.
        path: File of vectors, or folder or zip archive with one, from which the vectors of the vocabulary's words are
            read; words that it lacks get zeros. `None`: the vectors that come with the data.
        member: Name of the file in a folder or archive with several. `None`: the only one.
        on_bad_record: `"error"`, the default, or `"skip"` to leave out bad records of the file.

    Returns:
        A `PretrainedVectors`.

    Raises:
        ConfigError: There is no path, and the data come without vectors.
        DataError: The file cannot be read.

    References:
        - *Dive into Deep Learning*, section 14.7.
    """
    if path is not None:
        words = data.fact(Vocabulary).tokens
        matrix, found = load_vocabulary_vectors(words, path, member, on_bad_record)
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
