"""Negative sampling for word2vec."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfd2l.ops.text.alias_sampling import AliasSampler

POWER = 0.75
MAX_ROUNDS = 1000


def make_noise_sampler(frequencies: Sequence[int] | np.ndarray, power: float = POWER) -> AliasSampler:
    """Makes a sampler of noise words, which draws words by a power of their frequency.

        P(w) = count(w)^power / sum_v count(v)^power

    Args:
        frequencies: An array of shape `(words,)`: the count of each word in the corpus. A word with a count of 0 is
            never drawn.
        power: The exponent. Defaults to 0.75, as in the paper; 1 gives the distribution of the corpus, 0 a uniform one.

    Returns:
        A sampler of word ids.

    Example:
        >>> from tfd2l.ops.text.negative_sampling import make_noise_sampler
        >>> sampler = make_noise_sampler([0, 1, 16])
        >>> bool(tf.reduce_all(sampler([100], seed=tf.constant([0, 1])) > 0))
        True

    References:
        - Mikolov et al., 2013, *Distributed Representations of Words and Phrases and their Compositionality*.
        - *Dive into Deep Learning*, sections 14.2 and 14.3.
    """
    counts = np.asarray(frequencies, np.float64)
    return AliasSampler(np.where(counts > 0, counts**power, 0))


def sample_negatives(
    sampler: AliasSampler, contexts: tf.Tensor, count: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Samples noise words for rows of context words, none of which is a context word of its row.

    A noise word that is a context word of its row is drawn again, up to a thousand times.

    Args:
        sampler: The sampler of noise words.
        contexts: An integer tensor of shape `(rows, contexts)`: ids of context words; -1 is padding.
        count: The number of noise words of a row.
        seed: An integer tensor of shape `(2,)`. The same seed gives the same words.

    Returns:
        Two tensors of shape `(rows, count)`: the noise words (int32), and whether each may be used (bool). A noise word
        may not be used if it is still a context word after a thousand draws, for example because the distribution has
        no other words.

    Example:
        >>> from tfd2l.ops.text.negative_sampling import make_noise_sampler, sample_negatives
        >>> words, valid = sample_negatives(make_noise_sampler([1, 1, 1]), tf.constant([[0, 2], [1, 2]]), 2, [0, 1])
        >>> words.numpy()
        array([[1, 1],
               [0, 0]], dtype=int32)

    References:
        - *Dive into Deep Learning*, sections 14.2 and 14.3.
    """

    def find_collisions(words: tf.Tensor) -> tf.Tensor:
        found = tf.zeros_like(words, tf.bool)
        for column in range(contexts.shape[1]):  # one by one: all comparisons at once take (rows, count, contexts)
            found |= words == contexts[:, column, None]
        return found

    def redraw(turn: tf.Tensor, words: tf.Tensor, collides: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        indices = tf.where(collides)  # (collisions, 2)
        drawn = sampler([tf.shape(indices)[0]], tf.random.experimental.stateless_fold_in(seed, turn))
        words = tf.tensor_scatter_nd_update(words, indices, drawn)
        return turn + 1, words, find_collisions(words)

    words = sampler([tf.shape(contexts)[0], count], seed)  # (rows, count)
    _, words, collides = tf.while_loop(
        lambda turn, _, collides: (turn < MAX_ROUNDS) & tf.reduce_any(collides),
        redraw,
        (tf.constant(0), words, find_collisions(words)),
    )
    return words, ~collides


def pack_candidates(
    contexts: tf.RaggedTensor, noise: tf.RaggedTensor, width: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Concatenates the context words and the noise words of each row, and pads them.

    Args:
        contexts: A ragged integer tensor of shape `(rows, words)`: ids of context words.
        noise: A ragged integer tensor of shape `(rows, words)`: ids of noise words.
        width: The width of the results.

    Returns:
        Three tensors of shape `(rows, width)`: the ids of the candidates, padded with 0; labels, 1 for context words
        and 0 for others (float32); masks, 1 for candidates and 0 for padding (float32).

    Example:
        >>> from tfd2l.ops.text.negative_sampling import pack_candidates
        >>> pack_candidates(tf.ragged.constant([[7]]), tf.ragged.constant([[3, 4]]), width=4)[0].numpy()
        array([[7, 3, 4, 0]], dtype=int32)

    References:
        - *Dive into Deep Learning*, section 14.3.4, `batchify`.
    """
    words = tf.concat([contexts, noise], axis=1)
    column = tf.range(width, dtype=words.row_splits.dtype)
    labels = tf.cast(column < contexts.row_lengths()[:, None], tf.float32)
    masks = tf.cast(column < words.row_lengths()[:, None], tf.float32)
    return words.to_tensor(0, shape=[None, width]), labels, masks
