"""The searches against exhaustive enumeration and a plain Python search."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.text.sequence_search import beam_search, greedy_search

START, END, WORDS, LENGTH, ROWS = 0, 1, 5, 4, 7
RNG = np.random.default_rng(0)
# Logits depend on the row, the position, and the whole beginning (kept as a number in the state).
TABLE = RNG.normal(scale=2.0, size=(ROWS, LENGTH, 997, WORDS)).astype(np.float32)
SEARCH = {"start_id": START, "end_id": END, "max_length": LENGTH}


def step(tokens, position, state):
    history = (state["history"] * 31 + tokens + 1) % 997
    places = tf.stack([state["row"], tf.fill(tf.shape(tokens), position), history], axis=1)
    return tf.gather_nd(TABLE, places), {"row": state["row"], "history": history}


def first_state():
    return {"row": tf.range(ROWS), "history": tf.zeros([ROWS], tf.int32)}


def log_p(row, sequence):
    """float64: log probability of a beginning."""
    total, history, last = 0.0, 0, START
    for position, token in enumerate(sequence):
        history = (history * 31 + last + 1) % 997
        logits = TABLE[row, position, history].astype(np.float64)
        total += logits[token] - np.log(np.exp(logits).sum())
        last = token
    return total


def every_sequence():
    """Every sequence that ends with the end token, or is cut."""
    for length in range(1, LENGTH + 1):
        for beginning in itertools.product([w for w in range(WORDS) if w != END], repeat=length - 1):
            yield [*beginning, END]


def padded(sequence):
    return [*sequence, *[END] * (LENGTH - len(sequence))]


@pytest.mark.parametrize("penalty", [0.0, 0.75, 1.0])
def test_exhaustive_beam_finds_the_best_sequence(penalty):
    run = tf.function(
        lambda: beam_search(step, first_state(), ROWS, beam_size=WORDS**3, length_penalty=penalty, **SEARCH)
    )
    ids, scores = run()
    for row in range(ROWS):
        best = max(every_sequence(), key=lambda sequence: log_p(row, sequence) / len(sequence) ** penalty)
        assert ids[row].numpy().tolist() == padded(best)
        assert float(scores[row]) == pytest.approx(log_p(row, best) / len(best) ** penalty, rel=1e-5)


def plain_beam(row, beam, penalty):
    """The same search with Python lists."""
    growing, ended = [[]], []
    for _ in range(LENGTH):
        continued = sorted(([*b, t] for b in growing for t in range(WORDS)), key=lambda s: -log_p(row, s))[: 2 * beam]
        ended += [sequence for sequence in continued if sequence[-1] == END]
        growing = [sequence for sequence in continued if sequence[-1] != END][:beam]
    pool = ended or growing[:1]
    return max(pool, key=lambda sequence: log_p(row, sequence) / len(sequence) ** penalty)


@pytest.mark.parametrize("beam", [1, 2, 3])
def test_beam_search_agrees_with_a_loop(beam):
    ids, _ = beam_search(step, first_state(), ROWS, beam_size=beam, length_penalty=0.75, **SEARCH)
    expected = [padded(plain_beam(row, beam, 0.75)) for row in range(ROWS)]
    assert ids.numpy().tolist() == expected


def test_greedy_search_takes_the_most_likely_token():
    ids, scores = tf.function(lambda: greedy_search(step, first_state(), ROWS, **SEARCH))()
    for row in range(ROWS):
        sequence = []
        while len(sequence) < LENGTH and (not sequence or sequence[-1] != END):
            sequence.append(max(range(WORDS), key=lambda token: log_p(row, [*sequence, token])))
        assert ids[row].numpy().tolist() == padded(sequence)
        assert float(scores[row]) == pytest.approx(log_p(row, sequence), rel=1e-5)


def test_sequences_end_at_the_maximum_length():
    def never_ends(tokens, position, state):
        return tf.tile([[0.0, -1e9, 1.0, 0.0, 0.0]], [tf.shape(tokens)[0], 1]), state

    for search, more in ((greedy_search, {}), (beam_search, {"beam_size": 2})):
        ids, _ = search(never_ends, (), 2, **SEARCH, **more)
        assert ids.numpy().tolist() == [[2] * LENGTH] * 2


def test_number_of_rows_may_be_unknown_in_the_graph():
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def search(rows):
        state = {"row": rows, "history": tf.zeros_like(rows)}
        return beam_search(step, state, tf.shape(rows)[0], beam_size=2, **SEARCH)[0]

    whole = search(tf.range(ROWS))
    np.testing.assert_array_equal(whole[2:5], search(tf.range(2, 5)))  # a row's search knows nothing of the others
