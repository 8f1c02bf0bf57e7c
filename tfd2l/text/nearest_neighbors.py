"""Exact search for nearest neighbors by cosine similarity, in the graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

EPSILON = 1e-9  # as in the book
MAX_COSINES = 1 << 24  # cosines that are held at a time
NO_ROW = -1  # padding
EXCLUDED = -float("inf")  # the cosine of excluded rows


def normalize_vectors(vectors: tf.Tensor) -> tf.Tensor:
    """Scales vectors to length 1.

        x / sqrt(|x|^2 + 1e-9)

    Args:
        vectors: A float tensor of shape `(..., width)`. Zeros stay zeros.

    Returns:
        A tensor of the same shape.

    Example:
        >>> from tfd2l.text.nearest_neighbors import normalize_vectors
        >>> normalize_vectors(tf.constant([[3.0, 4.0], [0.0, 0.0]])).numpy()
        array([[0.6, 0.8],
               [0. , 0. ]], dtype=float32)

    References:
        - *Dive into Deep Learning*, section 14.7.2, `knn`.
    """
    return vectors * tf.math.rsqrt(tf.reduce_sum(vectors**2, axis=-1, keepdims=True) + EPSILON)


def find_nearest(
    queries: tf.Tensor, matrix: tf.Tensor, k: int, excluded: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Finds the rows of a matrix that have the highest cosine similarity with queries.

    Queries are processed in blocks, so that at most 2^24 cosines are held at a time. Of equal cosines the first row is
    taken.

    Args:
        queries: A float tensor of shape `(queries, width)`.
        matrix: A float tensor of shape `(rows, width)`.
        k: The number of neighbors, at most `rows`.
        excluded: An int32 tensor of shape `(queries, m)`: rows that are no neighbors of each query, padded with -1.
            None excludes no row. Defaults to None.

    Returns:
        Cosines (float32) and rows (int32), both of shape `(queries, k)`, by falling cosine. The cosine is -inf where no
        rows are left.

    Example:
        >>> from tfd2l.text.nearest_neighbors import find_nearest
        >>> matrix = tf.constant([[0.0, 1.0], [-1.0, 0.0], [2.0, 2.0]])
        >>> cosines, rows = find_nearest(tf.constant([[1.0, 1.0]]), matrix, k=2)
        >>> cosines.numpy(), rows.numpy()
        (array([[1.    , 0.7071]], dtype=float32), array([[2, 0]], dtype=int32))

    References:
        - *Dive into Deep Learning*, section 14.7.2, `knn`.
    """
    unit_rows = normalize_vectors(matrix)  # (n, width)
    size, rows = tf.shape(queries)[0], tf.shape(matrix)[0]
    block = tf.maximum(MAX_COSINES // rows, 1)

    def step(start: tf.Tensor, cosines: tf.Tensor, ids: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        scores = tf.matmul(normalize_vectors(queries[start : start + block]), unit_rows, transpose_b=True)  # (block, n)
        if excluded is not None:
            rows_out = excluded[start : start + block]
            positions = tf.where(rows_out != NO_ROW)
            indices = tf.stack([tf.cast(positions[:, 0], tf.int32), tf.gather_nd(rows_out, positions)], axis=1)
            scores = tf.tensor_scatter_nd_update(scores, indices, tf.fill([tf.shape(indices)[0]], EXCLUDED))
        best, best_rows = tf.math.top_k(scores, k)  # (block, k)
        return start + block, tf.concat([cosines, best], axis=0), tf.concat([ids, best_rows], axis=0)

    initial = (tf.constant(0), tf.zeros((0, k)), tf.zeros((0, k), tf.int32))
    shapes = (tf.TensorShape([]), *[tf.TensorShape([None, k])] * 2)
    _, cosines, ids = tf.while_loop(lambda start, *_: start < size, step, initial, shape_invariants=shapes)
    return cosines, ids


_nearest = tf.function(find_nearest, reduce_retracing=True)


def find_nearest_rows(
    vectors: WordVectors, queries: np.ndarray, k: int, excluded: np.ndarray
) -> tuple[np.ndarray, ...]:
    """Finds the nearest neighbors of vectors among words, without `<unk>`.

    Args:
        vectors: The word vectors.
        queries: An array of shape `(queries, width)`.
        k: The number of neighbors.
        excluded: An int32 array of shape `(queries, m)`: rows that are no neighbors of each query, padded with -1.

    Returns:
        Cosines and rows, both of shape `(queries, min(k, words))`; see `find_nearest`.
    """
    unknown = np.full((len(queries), 1), vectors.ids.get(UNKNOWN, NO_ROW), np.int32)
    out = np.concatenate([excluded.astype(np.int32), unknown], axis=1)
    cosines, rows = _nearest(tf.constant(queries), tf.constant(vectors.matrix), min(k, len(vectors)), tf.constant(out))
    return cosines.numpy(), rows.numpy()


def require_rows(vectors: WordVectors, words: Sequence[str]) -> np.ndarray:
    """Returns the rows of words that must have a vector.

    Args:
        vectors: The word vectors.
        words: The words.

    Returns:
        An int32 array of shape `(len(words),)`.

    Raises:
        KeyError: A word has no vector.
    """
    rows = vectors.find_all(words)
    if None in rows:
        raise KeyError(f"no vector for {words[rows.index(None)]!r}")
    return np.array(rows, np.int32)


def find_nearest_words(vectors: WordVectors, words: Sequence[str], k: int = 3) -> list[list[tuple[str, float]]]:
    """Finds the words whose vectors have the highest cosine similarity with those of some words.

    Args:
        vectors: The word vectors.
        words: Words that have a vector. None is its own neighbor.
        k: The number of neighbors. Defaults to 3.

    Returns:
        Up to k neighbors of each word with their cosines, by falling cosine.

    Raises:
        KeyError: A word has no vector.

    Example:
        >>> from tfd2l.text.nearest_neighbors import find_nearest_words
        >>> from tfd2l.text.vectors import WordVectors
        >>> vectors = WordVectors(("cup", "mug", "tax"), np.array([[1, 0], [2, 1], [-1, 1]], np.float32))
        >>> find_nearest_words(vectors, ["cup"], k=1)[0][0][0]
        'mug'

    References:
        - *Dive into Deep Learning*, section 14.7.2, `get_similar_tokens`.
    """
    ids = require_rows(vectors, words)
    cosines, rows = find_nearest_rows(vectors, vectors.matrix[ids], k, ids[:, np.newaxis])
    return [
        [(vectors.tokens[row], float(cosine)) for row, cosine in zip(*pair, strict=True) if cosine > EXCLUDED]
        for pair in zip(rows, cosines, strict=True)
    ]
