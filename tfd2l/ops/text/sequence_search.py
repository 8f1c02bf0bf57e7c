"""Greedy search and beam search for output sequences, in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import tensorflow as tf

State = TypeVar("State")
Step = Callable[[tf.Tensor, tf.Tensor, State], tuple[tf.Tensor, State]]
"""Maps the last tokens `(rows,)`, their position `()` and the state to logits `(rows, vocabulary)` and the new state.

The state is a nest of tensors whose first dimension is `rows`.
"""

MIN_LOG_PROBABILITY = -1e9  # lower than that of any sequence; differences of infinities would be NaN


def greedy_search(
    step: Step[State], state: State, rows: tf.Tensor, *, start_id: int, end_id: int, max_length: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """Generates sequences by the most likely token at each step, up to an end token.

    Args:
        step: A function that returns the logits of the next token; see `Step`.
        state: The state before the first step.
        rows: The number of sequences, a scalar integer tensor.
        start_id: The token before the first one.
        end_id: The token after the last one. It is also the padding.
        max_length: The maximum number of tokens of a sequence, the end token included.

    Returns:
        The token ids, an int32 tensor of shape `(rows, max_length)`, and the log probability of each sequence, a
        float32 tensor of shape `(rows,)`.

    Example:
        >>> from tfd2l.ops.text.sequence_search import greedy_search
        >>> logits = tf.math.log([[0.1, 0.6, 0.3], [0.7, 0.1, 0.2], [1.0, 0.0, 0.0]])  # of the token after 0, 1, 2
        >>> ids, log_p = greedy_search(
        ...     lambda tokens, position, state: (tf.gather(logits, tokens), state),
        ...     state=(),
        ...     rows=1,
        ...     start_id=0,
        ...     end_id=0,
        ...     max_length=4,
        ... )
        >>> ids.numpy(), tf.exp(log_p).numpy()
        (array([[1, 0, 0, 0]], dtype=int32), array([0.42], dtype=float32))

    References:
        - *Dive into Deep Learning*, section 9.8.1.
    """
    ids = tf.fill([rows, max_length], end_id)
    log_p = tf.zeros([rows])
    ended = tf.zeros([rows], tf.bool)
    tokens = tf.fill([rows], start_id)

    def is_unfinished(position: tf.Tensor, _: object, __: object, ended: tf.Tensor, *rest: object) -> tf.Tensor:
        return (position < max_length) & ~tf.reduce_all(ended)

    def advance(
        position: tf.Tensor, ids: tf.Tensor, log_p: tf.Tensor, ended: tf.Tensor, tokens: tf.Tensor, state: State
    ) -> tuple[object, ...]:
        logits, state = step(tokens, position, state)
        next_log_p = tf.nn.log_softmax(tf.cast(logits, tf.float32))  # (rows, vocabulary)
        best = tf.argmax(next_log_p, axis=-1, output_type=tf.int32)  # (rows,)
        tokens = tf.where(ended, end_id, best)
        log_p += tf.where(ended, 0.0, tf.reduce_max(next_log_p, axis=-1))
        return position + 1, _set_tokens(ids, tokens, position), log_p, ended | (tokens == end_id), tokens, state

    variables = (tf.constant(0), ids, log_p, ended, tokens, state)
    _, ids, log_p, *_ = tf.while_loop(
        is_unfinished, advance, variables, shape_invariants=_make_shape_invariants(variables)
    )
    return ids, log_p


def beam_search(
    step: Step[State],
    state: State,
    rows: tf.Tensor,
    *,
    start_id: int,
    end_id: int,
    max_length: int,
    beam_size: int,
    length_penalty: float = 0.75,
) -> tuple[tf.Tensor, tf.Tensor]:
    """Searches for the sequence of the highest score among those that stay in a beam.

        score(y_1, ..., y_L) = log P(y_1, ..., y_L | source) / L^length_penalty

    where `L` counts the end token. At each step, the `beam_size` most likely prefixes are kept.

    A sequence that ends moves from the beam to a pool of finished ones, so it never displaces one that still grows. The
    search stops when no prefix can reach the score of the best finished sequence. A sequence that has not ended after
    `max_length` tokens is taken only if none has.

    Args:
        step: A function that returns the logits of the next token, for `rows * beam_size` rows; see `Step`.
        state: The state before the first step, for `rows` rows.
        rows: The number of sequences, a scalar integer tensor.
        start_id: The token before the first one.
        end_id: The token after the last one. It is also the padding.
        max_length: The maximum number of tokens of a sequence, the end token included.
        beam_size: The number of prefixes that are kept for each sequence.
        length_penalty: The exponent of the length. 0 prefers short sequences; 1 compares mean log probabilities of a
            token. Defaults to 0.75.

    Returns:
        The token ids, an int32 tensor of shape `(rows, max_length)`, and the scores, a float32 tensor of shape
        `(rows,)`.

    Example:
        >>> from tfd2l.ops.text.sequence_search import beam_search
        >>> logits = tf.math.log([[0.1, 0.5, 0.4], [0.3, 0.3, 0.4], [0.9, 0.1, 0.0]])  # of the token after 0, 1, 2
        >>> ids, scores = beam_search(
        ...     lambda tokens, position, state: (tf.gather(logits, tokens), state),
        ...     state=(),
        ...     rows=1,
        ...     start_id=0,
        ...     end_id=0,
        ...     max_length=4,
        ...     beam_size=2,
        ...     length_penalty=0.0,
        ... )
        >>> ids.numpy(), tf.exp(scores).numpy()
        (array([[2, 0, 0, 0]], dtype=int32), array([0.36], dtype=float32))

    References:
        - Wu et al., 2016, *Google's Neural Machine Translation System*, for the pool of finished sequences.
        - *Dive into Deep Learning*, section 9.8.3.
    """
    beam = beam_size
    state = tf.nest.map_structure(lambda value: tf.repeat(value, beam, axis=0), state)
    empty = tf.fill([rows, beam, max_length], end_id)
    first_only = tf.constant([0.0] + [MIN_LOG_PROBABILITY] * (beam - 1))  # all prefixes of a row are the same at first
    growing_log_p = tf.repeat(first_only[tf.newaxis], rows, axis=0)  # (rows, beam)
    ended_scores = tf.fill([rows, beam], MIN_LOG_PROBABILITY)
    tokens = tf.fill([rows * beam], start_id)

    def is_unfinished(
        position: tf.Tensor, _: object, growing_log_p: tf.Tensor, __: object, ended_scores: tf.Tensor, *rest: object
    ) -> tf.Tensor:
        # Log probabilities only fall, and a sequence of the maximum length has the largest divisor.
        upper_bound = tf.reduce_max(growing_log_p, axis=1) / max_length**length_penalty  # (rows,)
        return (position < max_length) & tf.reduce_any(upper_bound > tf.reduce_max(ended_scores, axis=1))

    def advance(
        position: tf.Tensor,
        growing: tf.Tensor,
        growing_log_p: tf.Tensor,
        ended: tf.Tensor,
        ended_scores: tf.Tensor,
        tokens: tf.Tensor,
        state: State,
    ) -> tuple[object, ...]:
        logits, state = step(tokens, position, state)
        next_log_p = tf.nn.log_softmax(tf.cast(logits, tf.float32))  # (rows * beam, vocabulary)
        vocabulary = tf.shape(next_log_p)[-1]
        log_p = growing_log_p[..., tf.newaxis] + tf.reshape(next_log_p, [rows, beam, vocabulary])
        # Each prefix has one continuation that ends, so twice the beam leaves enough that do not.
        count = tf.minimum(2 * beam, beam * vocabulary)
        log_p, index = tf.math.top_k(tf.reshape(log_p, [rows, beam * vocabulary]), count)  # (rows, count)
        source, token = index // vocabulary, index % vocabulary
        ids = _set_tokens(tf.gather(growing, source, batch_dims=1), token, position)  # (rows, count, max_length)
        ends = token == end_id

        scores = tf.where(ends, log_p / tf.cast(position + 1, tf.float32) ** length_penalty, MIN_LOG_PROBABILITY)
        ended_scores, kept = tf.math.top_k(tf.concat([ended_scores, scores], axis=1), beam)
        ended = tf.gather(tf.concat([ended, ids], axis=1), kept, batch_dims=1)

        growing_log_p, kept = tf.math.top_k(tf.where(ends, MIN_LOG_PROBABILITY, log_p), beam)
        growing = tf.gather(ids, kept, batch_dims=1)
        tokens = tf.reshape(tf.gather(token, kept, batch_dims=1), [-1])
        row_of = tf.reshape(tf.range(rows)[:, tf.newaxis] * beam + tf.gather(source, kept, batch_dims=1), [-1])
        state = tf.nest.map_structure(lambda value: tf.gather(value, row_of), state)
        return position + 1, growing, growing_log_p, ended, ended_scores, tokens, state

    variables = (tf.constant(0), empty, growing_log_p, empty, ended_scores, tokens, state)
    _, growing, growing_log_p, ended, ended_scores, *_ = tf.while_loop(
        is_unfinished, advance, variables, shape_invariants=_make_shape_invariants(variables)
    )
    is_cut = ended_scores[:, 0] == MIN_LOG_PROBABILITY
    cut_scores = growing_log_p[:, 0] / float(max_length) ** length_penalty
    ids = tf.where(is_cut[:, tf.newaxis], growing[:, 0], ended[:, 0])
    return ids, tf.where(is_cut, cut_scores, ended_scores[:, 0])


def _set_tokens(ids: tf.Tensor, tokens: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
    """Sets the tokens `(...)` at a position of sequences `(..., max_length)`."""
    is_position = tf.range(tf.shape(ids)[-1]) == position
    return tf.where(is_position, tokens[..., tf.newaxis], ids)


def _make_shape_invariants(variables: tuple[object, ...]) -> tuple[object, ...]:
    """Makes shape invariants without the number of rows, which not every part of the loop knows."""
    return tf.nest.map_structure(
        lambda value: tf.TensorShape([None, *value.shape[1:]]) if value.shape.rank else value.shape, variables
    )
