"""From chunks of sentences to batches of words: windows, rows, noise, trees, pieces, against loops over words."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.stages.all_words import AllWords
from tfd2l.stages.base.apply import apply
from tfd2l.stages.context_windows import ContextWindows
from tfd2l.stages.huffman_paths import HuffmanPaths
from tfd2l.stages.negative_samples import NegativeSamples
from tfd2l.stages.rebatch import Rebatch
from tfd2l.stages.sentence_chunks import SentenceChunks
from tfd2l.stages.shared_negatives import SharedNegatives
from tfd2l.stages.subsample import Subsample
from tfd2l.stages.word_rows import WordRows

RNG = np.random.default_rng(0)
WORDS = 30
COUNTS = (50, *np.sort(RNG.integers(1, 40, WORDS - 1))[::-1].tolist())
INFO = NO_DATA.with_fact(Vocabulary(("<unk>", *(f"w{number}" for number in range(1, WORDS))), COUNTS))
SENTENCES = [RNG.integers(1, WORDS, length).tolist() for length in RNG.integers(1, 12, 40)]
WINDOW = 3


def corpus(sentences=SENTENCES):
    ids = tf.data.Dataset.from_tensor_slices({"text": tf.ragged.constant(sentences, tf.int32)})
    return ids.map(lambda example: {"text": tf.convert_to_tensor(example["text"])})


def through(*stages, split="train", seed=0, sentences=SENTENCES):
    stages = [SentenceChunks(16), *stages]
    for stage in stages:
        stage.bind(INFO)
    return list(apply(stages, corpus(sentences), split=split, seed=seed))


def pairs_of(sentences, width):
    """Every (centre, context) at most so far apart."""
    return sorted(
        (word, sentence[j])
        for sentence in sentences
        for i, word in enumerate(sentence)
        for j in range(max(i - width, 0), min(i + width + 1, len(sentence)))
        if j != i
    )


def same(a, b):
    flat = [tf.nest.flatten(list(part), expand_composites=True) for part in (a, b)]
    return len(flat[0]) == len(flat[1]) and all(np.array_equal(x, y) for x, y in zip(*flat, strict=True))


STAGES = {
    "subsample": [Subsample(0.02)],
    "windows": [ContextWindows(window=WINDOW)],
    "rows": [WordRows(4, WINDOW)],
    "shuffled": [ContextWindows(window=WINDOW), Rebatch(8)],
    "noise": [ContextWindows(window=WINDOW), Rebatch(8), NegativeSamples(2)],
    "shared noise": [WordRows(4, WINDOW), Rebatch(2), SharedNegatives(2, 6)],
}


@pytest.mark.parametrize("stages", STAGES.values(), ids=STAGES)
def test_what_is_drawn_is_a_function_of_the_seed(stages):
    first, again, other = (through(*stages, seed=seed) for seed in (1, 1, 2))
    assert same(first, again)
    assert not same(first, other)


def test_chunks_keep_sentences_as_they_are():
    chunks = through()
    assert [chunk["text"].nrows().numpy() for chunk in chunks] == [16, 16, 8]
    assert [row for chunk in chunks for row in chunk["text"].to_list()] == SENTENCES


def test_subsampling_keeps_so_many_of_each_word():
    kept = np.zeros(WORDS)
    for chunk in through(Subsample(0.02), sentences=SENTENCES * 300):
        kept += np.bincount(chunk["text"].values, minlength=WORDS)
    held = np.bincount(np.concatenate(SENTENCES), minlength=WORDS)[1:]
    share = np.array(COUNTS[1:]) / sum(COUNTS[1:])  # the unknown word counts for nothing
    expected = 300 * held * np.minimum(1, np.sqrt(0.02 / share))
    assert (abs(kept[1:] - expected) <= 4 * np.sqrt(300 * held / 4) + 1e-9).all()


def test_without_a_threshold_unknown_words_alone_are_left_out():
    chunks = through(Subsample(None), sentences=[[0, 3, 0, 4], [0], [5]])
    assert chunks[0]["text"].to_list() == [[3, 4], [], [5]]


def test_every_centre_has_a_window_of_each_width_in_turn():
    stage, widest, seen = ContextWindows(window=WINDOW), pairs_of(SENTENCES, WINDOW), set()
    for seed in range(20):
        rows = through(stage, seed=seed)
        centres = np.concatenate([row["words"][:, 0, 0, 0] for row in rows])
        contexts = np.concatenate([row["targets"] for row in rows])
        assert len(centres) == sum(len(sentence) for sentence in SENTENCES if len(sentence) > 1)
        got = [(c, t) for c, row in zip(centres, contexts, strict=True) for t in row if t >= 0]
        assert set(pairs_of(SENTENCES, 1)) <= set(got) <= set(widest)
        seen |= set(got)
        assert len(got) < len(widest)
    assert seen == set(widest)


def test_cbow_gives_the_context_and_asks_for_the_centre():
    stages = [ContextWindows("skip_gram", WINDOW), ContextWindows("cbow", WINDOW)]
    for stage in stages:
        stage.label = "windows"  # they draw the same numbers
    gram, bag = map(through, stages)
    for one, other in zip(gram, bag, strict=True):
        assert (one["targets"].numpy() == other["words"][:, 0, :, 0].numpy()).all()
        assert (one["words"][:, 0, :, 0].numpy() == other["targets"].numpy()).all()


def test_batches_hold_every_row_once_in_another_order():
    whole = through(ContextWindows(window=WINDOW))
    batches = through(ContextWindows(window=WINDOW), Rebatch(8))
    assert {batch["targets"].shape.as_list()[0] for batch in batches} == {8}
    rows = [np.concatenate([p["targets"].numpy() for p in part]).tolist() for part in (whole, batches)]
    assert len(rows[0]) - len(rows[1]) == len(rows[0]) % 8
    assert rows[0] != rows[1]
    left = sorted(rows[0])
    for row in rows[1]:
        left.remove(row)
    held_out = through(ContextWindows(window=WINDOW), Rebatch(8), split="test")
    assert np.concatenate([b["targets"].numpy() for b in held_out]).tolist() == rows[0]  # all, as they stand


def test_a_target_has_so_many_noise_words_and_none_is_in_its_context():
    for x, y, weights in through(ContextWindows(window=WINDOW), Rebatch(8), NegativeSamples(5)):
        assert x["candidates"].shape == (8, 36)
        assert y.shape == weights.shape == (8, 1, 36)
        for candidates, label, weight in zip(
            x["candidates"].numpy(), y[:, 0].numpy(), weights[:, 0].numpy(), strict=True
        ):
            targets, noise = candidates[(label == 1) & (weight == 1)], candidates[(label == 0) & (weight == 1)]
            assert len(noise) == 5 * len(targets) > 0
            assert not set(noise) & set(targets)
            assert 0 not in noise
            assert (label[weight == 0] == 0).all()


def test_each_row_may_weigh_the_same():
    for _, _, weights in through(ContextWindows(window=WINDOW), Rebatch(8), NegativeSamples(2, average=True)):
        np.testing.assert_allclose(tf.reduce_sum(weights, axis=(1, 2)), np.ones(8), rtol=1e-6)


@pytest.mark.parametrize("length", [3, 4, 11, 1000])
def test_rows_hold_the_pairs_of_windows(length):
    """Whatever the length of a row: every centre once, its context by its own width, none across sentences."""
    for seed in range(3):
        got, centres = [], 0
        for row in through(WordRows(length, WINDOW), seed=seed):
            for words, around, before, after in zip(
                row["words"][:, :, 0, 0].numpy(), row["around"].numpy(), row["before"].numpy(), row["after"].numpy(),
                strict=True,
            ):  # fmt: skip
                for i, word in enumerate(words):
                    assert around[i + WINDOW] == word
                    centres += word >= 0
                    got += [(word, t) for t in around[i + WINDOW - before[i] : i + WINDOW]]
                    got += [(word, t) for t in around[i + WINDOW + 1 : i + WINDOW + 1 + after[i]]]
        assert centres == sum(map(len, SENTENCES))
        assert set(pairs_of(SENTENCES, 1)) <= set(got) <= set(pairs_of(SENTENCES, WINDOW))


def test_shared_noise_says_the_same_as_rows():
    rows = through(WordRows(4, WINDOW), Rebatch(2))
    batches = through(WordRows(4, WINDOW), Rebatch(2), SharedNegatives(5, 6))
    for row, (x, y, weights) in zip(rows, batches, strict=True):
        assert (x["words"].numpy() == row["words"].numpy()).all()
        assert x["candidates"].shape == (2, 4 + 2 * WINDOW + 6)
        for b in range(2):
            candidates, noise = x["candidates"][b].numpy(), x["candidates"][b, -6:].numpy()
            for i in range(4):
                before, after = int(row["before"][b, i]), int(row["after"][b, i])
                context = [*range(i + WINDOW - before, i + WINDOW), *range(i + WINDOW + 1, i + WINDOW + 1 + after)]
                expected = np.zeros(len(candidates))
                expected[context] = 1
                assert (y[b, i].numpy() == expected).all()
                hit = np.isin(noise, candidates[context])
                expected[-6:] = np.where(hit, 0, 5 / 6 * len(context))
                np.testing.assert_allclose(weights[b, i], expected, rtol=1e-6)


def test_what_fills_up_the_last_row_is_no_one_s_context():
    (row,) = through(WordRows(5, WINDOW), sentences=[[1, 2, 3], [4, 5, 6, 7]])
    assert row["words"][:, :, 0, 0].numpy().tolist() == [[1, 2, 3, 4, 5], [6, 7, -1, -1, -1]]
    assert row["after"].numpy()[:, -3:].tolist()[1] == [0, 0, 0]
    assert row["before"].numpy()[1, -3:].tolist() == [0, 0, 0]
    assert row["after"].numpy()[0, 2] == row["after"].numpy()[1, 1] == 0  # the ends of sentences


def test_paths_lead_to_the_targets():
    stage = HuffmanPaths()
    rows = through(ContextWindows(window=WINDOW), Rebatch(8))
    for row, (x, y, weights) in zip(rows, through(ContextWindows(window=WINDOW), Rebatch(8), stage), strict=True):
        tree = stage.tree
        depth = tree.nodes.shape[1]
        for b in range(8):
            got = [
                (
                    x["candidates"][b, place : place + depth],
                    y[b, 0, place : place + depth],
                    weights[b, 0, place : place + depth],
                )
                for place in range(0, 2 * WINDOW * depth, depth)
            ]
            for target, (nodes, turns, weight) in zip(row["targets"][b].numpy(), got, strict=True):
                length = tree.lengths[target] if target >= 0 else 0
                assert weight.numpy().tolist() == [1] * length + [0] * (depth - length)
                assert (nodes.numpy()[:length] == tree.nodes[target][:length]).all()
                assert (turns.numpy()[:length] == tree.turns[target][:length]).all()


def test_all_words_are_candidates_where_none_are_named():
    rows = through(ContextWindows(window=WINDOW), Rebatch(8))
    for row, (x, y, weights) in zip(rows, through(ContextWindows(window=WINDOW), Rebatch(8), AllWords()), strict=True):
        assert list(x) == ["words"]
        targets = row["targets"].numpy()
        assert (weights[:, 0].numpy() == (targets >= 0)).all()
        assert (y[:, 0].numpy()[targets >= 0] == targets[targets >= 0]).all()


def test_served_words_are_known_ones():
    for stage in (ContextWindows(), WordRows()):
        stage.bind(INFO)
        served = stage.serve({"text": tf.ragged.constant([[3, 0, 5], [], [0]], tf.int32)})
        assert served["text"][:, :, 0].numpy().tolist() == [[3, -1, 5], [-1, -1, -1], [-1, -1, -1]]


@pytest.mark.parametrize("stage", [Subsample(), ContextWindows(), WordRows(), NegativeSamples(), HuffmanPaths()])
def test_frequencies_must_be_known(stage):
    with pytest.raises(ConfigError, match=r"put word_ids before it.*Received: "):
        stage.bind(NO_DATA.with_fact(Vocabulary(INFO.fact(Vocabulary).tokens)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: SentenceChunks(0),
        lambda: Subsample(0),
        lambda: ContextWindows(window=0),
        lambda: WordRows(3, 4),
        lambda: Rebatch(0),
        lambda: NegativeSamples(0),
        lambda: SharedNegatives(1, 0),
    ],
)
def test_options_that_cannot_be(make):
    with pytest.raises(ValueError, match="Received: "):
        make()
