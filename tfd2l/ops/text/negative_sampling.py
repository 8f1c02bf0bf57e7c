"""Noise words: drawn by frequency, but never a word of the context (sections 14.2, 14.3)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import tensorflow as tf

from tfd2l.ops.text.alias_sampling import AliasSampler

POWER = 0.75
MAX_ROUNDS = 1000


def make_noise_sampler(frequencies: Sequence[int] | np.ndarray, power: float = POWER) -> AliasSampler:
    """Draws word w with probability count(w)^power / sum over all words.

    Args:
        frequencies: (words,) how often the corpus holds each; one of 0 is never drawn.
        power: 0.75 as Mikolov et al. found it; 1 draws as the corpus does, 0 all alike.
    """
    counts = np.asarray(frequencies, np.float64)
    return AliasSampler(np.where(counts > 0, counts**power, 0))


def sample_negatives(
    sampler: AliasSampler, contexts: tf.Tensor, count: int, seed: tf.Tensor
) -> tuple[tf.Tensor, tf.Tensor]:
    """Noise words for rows of context words; a draw that hits a context word of its row is drawn again.

    Args:
        sampler: of the distribution.
        contexts: (rows, contexts) ids; -1 is none.
        count: noise words of a row.
        seed: (2,).

    Returns:
        (rows, count) int32 words, and (rows, count) bool, whether each is one that may be used: false where a thousand
        draws all hit, as where the context is all that the distribution holds.
    """

    def hits(drawn: tf.Tensor) -> tf.Tensor:
        found = tf.zeros_like(drawn, tf.bool)
        for place in range(contexts.shape[1]):  # a comparison at a time: all together would be (rows, count, contexts)
            found |= drawn == contexts[:, place, None]
        return found

    def again(turn: tf.Tensor, drawn: tf.Tensor, wrong: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
        where = tf.where(wrong)  # (wrong ones, 2)
        more = sampler([tf.shape(where)[0]], tf.random.experimental.stateless_fold_in(seed, turn))
        drawn = tf.tensor_scatter_nd_update(drawn, where, more)
        return turn + 1, drawn, hits(drawn)

    drawn = sampler([tf.shape(contexts)[0], count], seed)  # (rows, count)
    _, drawn, wrong = tf.while_loop(
        lambda turn, _, wrong: (turn < MAX_ROUNDS) & tf.reduce_any(wrong), again, (tf.constant(0), drawn, hits(drawn))
    )
    return drawn, ~wrong


def pack_candidates(
    contexts: tf.RaggedTensor, noise: tf.RaggedTensor, width: int
) -> tuple[tf.Tensor, tf.Tensor, tf.Tensor]:
    """Context words, then noise words, of each row side by side: candidates, their labels and what counts of them.

    Args:
        contexts, noise: (rows, words) ragged ids.
        width: of the result.

    Returns:
        Three of (rows, width): ids, 0 where nothing is left; float32 1 for context words, 0 for others; float32 1 for
        words, 0 for what fills up.

    Source: section 14.3.4, `batchify`.
    """
    words = tf.concat([contexts, noise], axis=1)
    place = tf.range(width, dtype=words.row_splits.dtype)
    labels = tf.cast(place < contexts.row_lengths()[:, None], tf.float32)
    masks = tf.cast(place < words.row_lengths()[:, None], tf.float32)
    return words.to_tensor(0, shape=[None, width]), labels, masks
