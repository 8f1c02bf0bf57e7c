"""Beam search of a batch in the graph beside a decoder that loops in Python.

    python -m benchmarks.beam_search [OVERRIDE ...]      # default: +experiment=seq2seq_bahdanau

A translates 64 sentences of the test split by `decoder=beam_search`, B the same ones by one after the other, as
books do: a loop in Python over sentences and words, whose step (all beams of a sentence at once) is a graph too.
The model is trained for some steps before, and the two must find the same translations.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from benchmarks.built import build_experiment
from benchmarks.paired import paired
from tfd2l.decoders.beam_search import BeamSearch

SENTENCES = 64
TRAINING_STEPS = 250
ROUNDS = 15


def main() -> None:
    """Print the two medians and the ratio with its spread."""
    built = build_experiment(sys.argv[1:] or ["+experiment=seq2seq_bahdanau"])
    for batch in built.prepared.batches.train(0).repeat().take(TRAINING_STEPS):
        built.step(batch)
    decoder = BeamSearch(built.prepared.info, built.model)
    (batch,) = built.prepared.batches.evaluation["test"].unbatch().batch(SENTENCES).take(1)
    x = {key: value for key, value in batch[0].items() if key.startswith("source")}
    encode = tf.function(lambda inputs: built.model(inputs, training=False))
    in_graph = tf.function(lambda inputs: decoder(built.model(inputs, training=False), inputs)["translation"])
    loop = looping(decoder, encode)
    told, expected = in_graph(x).numpy().tolist(), loop(x)
    same = np.mean([one == other for one, other in zip(told, expected, strict=True)])
    result = paired(lambda: in_graph(x).numpy(), lambda: loop(x), ROUNDS)
    print(
        f"{SENTENCES} sentences, beam {decoder.beam_size}: A in the graph, B a loop in Python; {same:.0%} are the same"
    )
    print(f"{result}\nB/A at the median: {1 / np.median(result.ratios):.1f}")


def looping(decoder: BeamSearch, encode: Callable[[Any], Any]) -> Callable[[Any], list[bytes]]:
    """The same search as lists in Python, one sentence at a time."""
    model, vocabulary = decoder.writing.model, decoder.writing.vocabulary
    beam, penalty, longest = decoder.beam_size, decoder.length_penalty, decoder.writing.max_length

    @tf.function
    def step(tokens: tf.Tensor, position: tf.Tensor, state: Any) -> tuple[tf.Tensor, Any]:
        logits, state = model.make_search_step()(tokens, position, state)
        return tf.nn.log_softmax(logits), state

    def one(inputs: Any) -> bytes:
        memory = encode(inputs)
        _, state, limits = decoder.writing.start(memory)
        end = limits["end_id"]
        growing: list[tuple[float, list[int]]] = [(0.0, [limits["start_id"]])]
        state = tf.nest.map_structure(lambda value: tf.repeat(value, beam, axis=0), state)
        ended: list[tuple[float, list[int]]] = []
        for position in range(longest):
            last = [ids[-1] for _, ids in growing] + [end] * (beam - len(growing))
            log_p, state = step(tf.constant(last), tf.constant(position), state)
            candidates = [
                (so_far + float(more), row, int(token))
                for row, ((so_far, _), rest) in enumerate(zip(growing, log_p.numpy(), strict=False))
                for token in np.argsort(-rest)[: 2 * beam]
                for more in [rest[token]]
            ]
            best = sorted(candidates, reverse=True)[: 2 * beam]
            ended += [
                (score / (position + 1) ** penalty, growing[row][1]) for score, row, token in best if token == end
            ]
            kept = [(score, row, token) for score, row, token in best if token != end][:beam]
            rows = [row for _, row, _ in kept] + [0] * (beam - len(kept))
            growing = [(score, [*growing[row][1], token]) for score, row, token in kept]
            state = tf.nest.map_structure(lambda value, rows=rows: tf.gather(value, rows), state)
            if ended and growing[0][0] / longest**penalty <= max(ended)[0]:
                break
        _, ids = max(ended) if ended else growing[0]
        return " ".join(vocabulary[token] for token in ids[1:]).encode()

    def every(x: Any) -> list[bytes]:
        return [one({key: value[row : row + 1] for key, value in x.items()}) for row in range(SENTENCES)]

    return every


if __name__ == "__main__":
    main()
