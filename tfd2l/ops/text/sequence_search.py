"""Find a likely sequence, token by token, in the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

Step = Callable[[tf.Tensor, tf.Tensor, Any], tuple[tf.Tensor, Any]]
"""Last tokens (rows,), their position (), state -> logits of the next tokens (rows, vocabulary), new state.

The state is a nest of tensors with a leading dimension of rows.
"""

MIN_LOG_PROBABILITY = -1e9  # a log probability that no sequence has; infinities would make NaN of differences


def greedy_search(
    step: Step, state: Any, rows: tf.Tensor, *, start_id: int, end_id: int, max_length: int
) -> tuple[tf.Tensor, tf.Tensor]:
    """At each step the most likely token, up to the end token or to `max_length` tokens.

    Args:
        step: gives the logits of the next token.
        state: before the first step.
        rows: (), how many sequences.
        start_id: token before the first.
        end_id: token after the last; also stands after it.
        max_length: most tokens of a sequence, the end token included.

    Returns:
        ids (rows, max_length) int32, and the log probability of each sequence, (rows,) float32.
    """
    ids = tf.fill([rows, max_length], end_id)
    log_p = tf.zeros([rows])
    ended = tf.zeros([rows], tf.bool)
    tokens = tf.fill([rows], start_id)

    def going(position: tf.Tensor, _: Any, __: Any, ended: tf.Tensor, *rest: Any) -> tf.Tensor:
        return (position < max_length) & ~tf.reduce_all(ended)

    def advance(
        position: tf.Tensor, ids: tf.Tensor, log_p: tf.Tensor, ended: tf.Tensor, tokens: tf.Tensor, state: Any
    ) -> tuple[Any, ...]:
        logits, state = step(tokens, position, state)
        next_log_p = tf.nn.log_softmax(tf.cast(logits, tf.float32))  # (rows, vocabulary)
        best = tf.argmax(next_log_p, axis=-1, output_type=tf.int32)  # (rows,)
        tokens = tf.where(ended, end_id, best)
        log_p += tf.where(ended, 0.0, tf.reduce_max(next_log_p, axis=-1))
        return position + 1, _with(ids, tokens, position), log_p, ended | (tokens == end_id), tokens, state

    variables = (tf.constant(0), ids, log_p, ended, tokens, state)
    _, ids, log_p, *_ = tf.while_loop(going, advance, variables, shape_invariants=_invariants(variables))
    return ids, log_p


def beam_search(
    step: Step,
    state: Any,
    rows: tf.Tensor,
    *,
    start_id: int,
    end_id: int,
    max_length: int,
    beam_size: int,
    length_penalty: float = 0.75,
) -> tuple[tf.Tensor, tf.Tensor]:
    """The best-scored sequence among those that keep to the `beam_size` likeliest beginnings at each step.

    score(y_1..y_L) = log P(y_1..y_L | source) / L^length_penalty, the end token counted in L.

    A sequence that has ended leaves the beam for a pool of its own, so it never displaces one that still grows. The
    search ends when none that grows can come to score more than the best that has ended. One that has not ended after
    `max_length` tokens counts only if none has.

    Args:
        step, start_id, end_id, max_length: as `greedy_search`.
        state: before the first step, of `rows` rows; the step gets `rows * beam_size`.
        rows: (), how many sequences.
        beam_size: beginnings kept for each sequence.
        length_penalty: 0 prefers short sequences, 1 the mean log probability of a token.

    Returns:
        ids (rows, max_length) int32, with the end token after the last, and scores (rows,) float32.

    Source: section 9.8.3; Wu et al. 2016, *Google's Neural Machine Translation System*, for the pool.
    """
    beam = beam_size
    state = tf.nest.map_structure(lambda value: tf.repeat(value, beam, axis=0), state)
    empty = tf.fill([rows, beam, max_length], end_id)
    first_alone = tf.constant([0.0] + [MIN_LOG_PROBABILITY] * (beam - 1))  # all beams begin alike: one of them counts
    growing_log_p = tf.repeat(first_alone[tf.newaxis], rows, axis=0)  # (rows, beam)
    ended_scores = tf.fill([rows, beam], MIN_LOG_PROBABILITY)
    tokens = tf.fill([rows * beam], start_id)

    def going(
        position: tf.Tensor, _: Any, growing_log_p: tf.Tensor, __: Any, ended_scores: tf.Tensor, *rest: Any
    ) -> Any:
        # Log probabilities only fall, and the longest sequence divides them by most.
        at_best = tf.reduce_max(growing_log_p, axis=1) / max_length**length_penalty  # (rows,)
        return (position < max_length) & tf.reduce_any(at_best > tf.reduce_max(ended_scores, axis=1))

    def advance(
        position: tf.Tensor,
        growing: tf.Tensor,
        growing_log_p: tf.Tensor,
        ended: tf.Tensor,
        ended_scores: tf.Tensor,
        tokens: tf.Tensor,
        state: Any,
    ) -> tuple[Any, ...]:
        logits, state = step(tokens, position, state)
        next_log_p = tf.nn.log_softmax(tf.cast(logits, tf.float32))  # (rows * beam, vocabulary)
        vocabulary = tf.shape(next_log_p)[-1]
        log_p = growing_log_p[..., tf.newaxis] + tf.reshape(next_log_p, [rows, beam, vocabulary])
        # Each beginning has one continuation that ends, so twice the beam leaves enough that do not.
        count = tf.minimum(2 * beam, beam * vocabulary)
        log_p, place = tf.math.top_k(tf.reshape(log_p, [rows, beam * vocabulary]), count)  # (rows, count)
        source, token = place // vocabulary, place % vocabulary
        ids = _with(tf.gather(growing, source, batch_dims=1), token, position)  # (rows, count, max_length)
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
        going, advance, variables, shape_invariants=_invariants(variables)
    )
    none_ended = ended_scores[:, 0] == MIN_LOG_PROBABILITY
    cut_scores = growing_log_p[:, 0] / float(max_length) ** length_penalty
    ids = tf.where(none_ended[:, tf.newaxis], growing[:, 0], ended[:, 0])
    return ids, tf.where(none_ended, cut_scores, ended_scores[:, 0])


def _with(ids: tf.Tensor, tokens: tf.Tensor, position: tf.Tensor) -> tf.Tensor:
    """Sequences (..., max_length) with tokens (...) at a position."""
    here = tf.range(tf.shape(ids)[-1]) == position
    return tf.where(here, tokens[..., tf.newaxis], ids)


def _invariants(variables: Any) -> Any:
    """Shapes that stay: the number of rows may be unknown, and known differently in the parts of the loop."""
    return tf.nest.map_structure(
        lambda value: tf.TensorShape([None, *value.shape[1:]]) if value.shape.rank else value.shape, variables
    )
