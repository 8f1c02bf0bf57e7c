"""Every exact figure of sections 14.1 to 14.6 that is about word2vec, GloVe and n-grams, by the public components."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.datasets.ptb import ptb
from tfd2l.losses.sigmoid_bce import SigmoidBCE
from tfd2l.losses.target_crossentropy import TargetCrossentropy
from tfd2l.models.word2vec import Word2Vec
from tfd2l.ops.text.context_windows import extract_context_windows
from tfd2l.ops.text.glove_weight import compute_glove_weight
from tfd2l.ops.text.negative_sampling import make_noise_sampler, pack_candidates
from tfd2l.ops.text.subsampling import compute_keep_probability
from tfd2l.stages.base.apply import apply
from tfd2l.stages.huffman_paths import HuffmanPaths
from tfd2l.stages.negative_samples import NegativeSamples
from tfd2l.stages.word_ids import WordIds
from tfd2l.text.cooccurrences import PairCounts, compute_probability_ratio
from tfd2l.text.huffman import build_huffman_tree
from tfd2l.text.subwords import extract_character_ngrams
from tfd2l.training.weighting import remove_reduction, sum_losses


@pytest.fixture
def model():
    """Five words, "the man loves his son", with vectors that are no zeros."""
    keras.utils.set_random_seed(0)
    model = Word2Vec(5, 5, 3, "xavier")
    model.build()
    return model


def test_14_1_one_hot_vectors_are_all_unlike(figure):
    one_hot = tf.one_hot([0, 1, 2], 5)
    figure("14.1", "cosines of one-hot vectors", np.eye(3), tf.matmul(one_hot, one_hot, transpose_b=True))


def test_14_1_words_around_loves(figure):
    sentence = tf.ragged.constant([[0, 1, 2, 3, 4]])  # the man loves his son
    windows = extract_context_windows(sentence, tf.fill([5], 2), 2)
    figure("14.1", "context of `loves`, two words to each side", [0, 1, 3, 4], windows[2])


def test_14_1_gradients(figure, model):
    """d log P / d v_c = u_o - sum_j P_j u_j for the skip-gram; 1 / 2m of it for each word of a CBOW's context."""
    u = model.outputs_of_words.numpy()
    for name, given, target in (("skip-gram", [2], 1), ("CBOW", [0, 1, 3, 4], 2)):
        x = {"words": tf.constant(given)[None, None, :, None]}
        with tf.GradientTape() as tape:
            log_p = -TargetCrossentropy(reduction="sum")(tf.constant([[[target]]]), model(x))
        gradient = tf.convert_to_tensor(tape.gradient(log_p, model.vectors.value)).numpy()
        p = tf.nn.softmax(model(x)[0, 0]).numpy()
        expected = (u[target] - p @ u) / len(given)
        figure("14.1", f"gradient of a vector of the {name}", expected, gradient[given[0]], 1e-6)


def test_14_2_hierarchical_softmax(figure, model):
    """The path to w3 has four nodes, the leaf among them: three turns, left, right, left."""
    tree = build_huffman_tree([8, 4, 2, 1, 1])
    turns = [tree.turns[word][: tree.lengths[word]].tolist() for word in range(5)]
    figure("14.2", "sum over words of 2^-(L - 1)", 1.0, float(sum(2.0**-length for length in tree.lengths)))
    word = next(word for word in range(5) if len(turns[word]) == 3)
    figure("14.2", "L(w), the leaf counted, of a word three turns down", 4, int(tree.lengths[word]) + 1)

    stage = HuffmanPaths()
    stage.bind(NO_DATA.with_fact(Vocabulary(tuple("abcde"), (8, 4, 2, 1, 1))))
    x, labels, weights = stage.paths({"words": tf.fill([5, 1, 1, 1], 2), "targets": tf.range(5)[:, None]})
    losses = SigmoidBCE(reduction="none")(labels, model(x)) * weights
    p = tf.exp(-tf.reduce_sum(losses, axis=(1, 2)))
    figure("14.2", "sum of P over the leaves", 1.0, tf.reduce_sum(p), 1e-6)
    v, u = model.vectors.numpy()[2], model.outputs_of_words.numpy()[tree.nodes[word][:3]]
    signs = np.where(tree.turns[word][:3] == 1, 1, -1)
    expected = np.prod(1 / (1 + np.exp(-signs * (u @ v))))
    figure("14.2", "P as a product of three sigmoids", expected, p[word], 1e-6)


def test_14_2_noise_goes_by_the_power_of_three_quarters(figure):
    drawn = make_noise_sampler([16, 81, 256])([200_000], tf.constant([0, 0])).numpy()
    figure("14.2", "count^.75 of 16, 81, 256", np.array([8, 27, 64]) / 99, np.bincount(drawn) / 200_000, 5e-3)


@pytest.fixture(scope="module")
def treebank(shared_data):
    splits, info = ptb(shared_data / "ptb" / "ptb.zip")
    words = WordIds(["text"], min_frequency=10)
    words.fit(splits["train"])
    ids = apply([words], splits["train"], split="train", seed=0).ragged_batch(50_000)
    return info, words.bind(info), next(iter(ids))["text"]


def test_14_3_the_penn_treebank(figure, treebank):
    raw, info, ids = treebank
    figure("14.3", "sentences; the book counts the empty line at the end", 42069, raw.sizes["train"] + 1)
    figure("14.3", "vocabulary", 6719, len(info.fact(Vocabulary)))
    count = dict(zip(info.fact(Vocabulary).tokens, info.fact(Vocabulary).frequencies, strict=True))
    figure("14.3", "`the`, `join` before subsampling", [50770, 45], [count["the"], count["join"]])
    known = np.array(info.fact(Vocabulary).frequencies)
    known[0] = 0
    keep = dict(zip(info.fact(Vocabulary).tokens, compute_keep_probability(known), strict=True))
    figure("14.3", "`join` is always kept", 1.0, keep["join"])
    expected = np.sqrt(1e-4 * known.sum() * 50770)
    figure("14.3", "`the` after subsampling, on average (book: 2010 to 2063)", expected, keep["the"] * 50770, 1e-6)
    assert 2010 < expected < 2063
    assert int(tf.reduce_max(ids.values)) == 6718


def test_14_3_windows_of_a_tiny_dataset(figure):
    """Sentences 0 to 6 and 7 to 9, every width 2 at most."""
    tiny = tf.ragged.constant([[*range(7)], [*range(7, 10)]])
    contexts = extract_context_windows(tiny, tf.fill([10], 2), 2)
    rows = [[word for word in row if word >= 0] for row in contexts.numpy().tolist()]
    book = [[1, 2], [0, 2, 3], [0, 1, 3, 4], [1, 2, 4, 5], [2, 3, 5, 6], [3, 4, 6], [4, 5], [8, 9], [7, 9], [7, 8]]
    figure("14.3", "contexts of each centre, width 2", [str(row) for row in book], [str(row) for row in rows])


def test_14_3_a_batch(figure):
    contexts, noise = tf.ragged.constant([[2, 2], [2, 2, 2]]), tf.ragged.constant([[3, 3, 3, 3], [3, 3]])
    candidates, labels, masks = pack_candidates(contexts, noise, 6)
    figure("14.3", "contexts and noise", [[2, 2, 3, 3, 3, 3], [2, 2, 2, 3, 3, 0]], candidates)
    figure("14.3", "masks", [[1] * 6, [1, 1, 1, 1, 1, 0]], masks)
    figure("14.3", "labels", [[1, 1, 0, 0, 0, 0], [1, 1, 1, 0, 0, 0]], labels)
    stage = NegativeSamples(5)
    stage.bind(NO_DATA.with_fact(Vocabulary(("<unk>", "a", "b"), (0, 5, 3))))
    rows = {"words": tf.ones([512, 1, 1, 1], tf.int32), "targets": tf.ones([512, 10], tf.int32)}
    x, _, _ = stage.draw(rows, tf.constant([0, 0]))
    figure("14.3", "ten contexts and five noise words for each", [512, 60], x["candidates"].shape)


def test_14_4_sigmoid_bce(figure):
    scores = tf.constant([[1.1, -2.2, 3.3, -4.4]] * 2)
    labels = tf.constant([[1.0, 0, 0, 0], [0, 1, 0, 0]])
    masks = tf.constant([[1.0, 1, 1, 1], [1, 1, 0, 0]])
    rows = [sum_losses(remove_reduction(SigmoidBCE()), labels[i], scores[i], masks[i]) for i in range(2)]
    figure("14.4", "mean loss of row 1", 0.9352, rows[0][0] / rows[0][1], 5e-5)
    by_hand = (np.log1p(np.exp(1.1)) + np.log1p(np.exp(2.2))) / 2
    figure("14.4", "mean loss of row 2, half of it masked", by_hand, rows[1][0] / rows[1][1], 1e-6)


def test_14_4_shapes(figure):
    model = Word2Vec(20, 20, 4)
    model.build()
    scores = model({"words": tf.ones([2, 1, 1, 1], tf.int32), "candidates": tf.ones([2, 4], tf.int32)})
    figure("14.4", "skip_gram of (2, 1) and (2, 4)", [2, 1, 4], scores.shape)
    looked_up = model.averaged(tf.ones([2, 3, 1, 1], tf.int32))
    figure("14.4", "embedding of (2, 3)", [2, 3, 4], looked_up.shape)


def test_14_5_weights_of_glove(figure):
    weights = compute_glove_weight(tf.constant([10.0, 100, 500, 0]))
    figure("14.5", "h of 10, 100, 500, 0 (notes: h(10) = .316)", [0.17783, 1, 1, 0], weights, 5e-6)


def test_14_5_ratios_of_ice_and_steam(figure):
    """Counts in proportion to the printed probabilities: words 0 (ice), 1 (steam); solid, gas, water, fashion, rest."""
    printed = np.array([[1.9e-4, 6.6e-5, 3e-3, 1.7e-5], [2.2e-5, 7.8e-4, 2.2e-3, 1.8e-5]])
    counts = 1e7 * np.column_stack([printed, 1 - printed.sum(axis=1)])
    words, others = (part.ravel().astype(np.int32) for part in np.divmod(np.arange(10), 5))
    pairs = PairCounts(words, others + 2, counts.ravel().astype(np.float32))
    ratios = [compute_probability_ratio(pairs, 0, 1, probe) for probe in range(2, 6)]
    figure(
        "14.5",
        "solid, gas, water, fashion (8.9, .085, 1.36, .96 before rounding)",
        [8.64, 0.0846, 1.364, 0.944],
        ratios,
        5e-3,
    )


def test_14_6_ngrams(figure):
    grams = [row.decode() for row in extract_character_ngrams(tf.constant(["where"]), 3, 3)[0].numpy()]
    figure("14.6", "n-grams of `where`, n = 3", ["<wh", "whe", "her", "ere", "re>"], grams)
    figure("14.6", "n = 3 to 6, and the word", 15, len(extract_character_ngrams(tf.constant(["where"]))[0]) + 1)
