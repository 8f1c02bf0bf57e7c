"""The rows of a table that are nearest to some vectors, by the cosine; exact, many at once, in the graph."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfd2l.text.vectors import WordVectors
from tfd2l.text.vocabulary import UNKNOWN

EPSILON = 1e-9  # inside the root, as in the book
MAX_COSINES = 1 << 24  # cosines held at a time
NO_ROW = -1  # no row is left out
EXCLUDED = -float("inf")


def normalize_vectors(vectors: tf.Tensor) -> tf.Tensor:
    """X / sqrt(|x|^2 + 1e-9), of vectors (..., width); zeros stay zeros."""
    return vectors * tf.math.rsqrt(tf.reduce_sum(vectors**2, axis=-1, keepdims=True) + EPSILON)


def find_nearest(
    queries: tf.Tensor, matrix: tf.Tensor, k: int, left_out: tf.Tensor | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """The k rows whose cosine with each query is largest, the largest first; of equal ones the first row.

    Queries are taken in blocks, so that no more than 2^24 cosines are held at a time.

    Args:
        queries: (q, width).
        matrix: (n, width).
        k: at most n.
        left_out: (q, m) int32, rows that are no answer to each query, filled up with -1; None leaves none out.

    Returns:
        Cosines, (q, k) float32, -inf where all other rows were left out; and rows, (q, k) int32.

    Source: section 14.7.2, `knn`.
    """
    units = normalize_vectors(matrix)  # (n, width)
    size, rows = tf.shape(queries)[0], tf.shape(matrix)[0]
    block = tf.maximum(MAX_COSINES // rows, 1)

    def step(start: tf.Tensor, cosines: tf.Tensor, ids: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        scores = tf.matmul(normalize_vectors(queries[start : start + block]), units, transpose_b=True)  # (block, n)
        if left_out is not None:
            rows_out = left_out[start : start + block]
            where = tf.where(rows_out != NO_ROW)
            at = tf.stack([tf.cast(where[:, 0], tf.int32), tf.gather_nd(rows_out, where)], axis=1)
            scores = tf.tensor_scatter_nd_update(scores, at, tf.fill([tf.shape(at)[0]], EXCLUDED))
        best, which = tf.math.top_k(scores, k)  # (block, k)
        return start + block, tf.concat([cosines, best], axis=0), tf.concat([ids, which], axis=0)

    nothing = (tf.constant(0), tf.zeros((0, k)), tf.zeros((0, k), tf.int32))
    shapes = (tf.TensorShape([]), *[tf.TensorShape([None, k])] * 2)
    _, cosines, ids = tf.while_loop(lambda start, *_: start < size, step, nothing, shape_invariants=shapes)
    return cosines, ids


_nearest = tf.function(find_nearest, reduce_retracing=True)


def find_nearest_rows(
    vectors: WordVectors, queries: np.ndarray, k: int, left_out: np.ndarray
) -> tuple[np.ndarray, ...]:
    """`find_nearest` among words, `<unk>` left out too: cosines and rows, (q, min(k, words)) each."""
    unknown = np.full((len(queries), 1), vectors.ids.get(UNKNOWN, NO_ROW), np.int32)
    out = np.concatenate([left_out.astype(np.int32), unknown], axis=1)
    cosines, rows = _nearest(tf.constant(queries), tf.constant(vectors.matrix), min(k, len(vectors)), tf.constant(out))
    return cosines.numpy(), rows.numpy()


def find_nearest_words(vectors: WordVectors, words: Sequence[str], k: int = 3) -> list[list[tuple[str, float]]]:
    """The k words nearest to each of some words that have vectors, with their cosines; none is its own neighbour.

    Raises:
        KeyError: a word that has no vector.

    Source: section 14.7.2, `get_similar_tokens`.
    """
    found = vectors.find_all(words)
    if None in found:
        raise KeyError(f"no vector for {words[found.index(None)]!r}")
    ids = np.array(found, np.int32)
    cosines, rows = find_nearest_rows(vectors, vectors.matrix[ids], k, ids[:, np.newaxis])
    return [
        [(vectors.tokens[row], float(cosine)) for row, cosine in zip(*pair, strict=True) if cosine > EXCLUDED]
        for pair in zip(rows, cosines, strict=True)
    ]
