"""Every exact figure of chapter 10, computed by the public components."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.datasets.kernel_regression import kernel_regression
from tfd2l.layers.add_norm import AddNorm
from tfd2l.layers.additive_attention import AdditiveAttention
from tfd2l.layers.dot_product_attention import DotProductAttention
from tfd2l.layers.multi_head_attention import MultiHeadAttention
from tfd2l.layers.nadaraya_watson import NadarayaWatson
from tfd2l.layers.position_wise_ffn import PositionWiseFFN
from tfd2l.layers.positional_encoding import PositionalEncoding
from tfd2l.layers.transformer_block import TransformerDecoderBlock, TransformerEncoderBlock
from tfd2l.models.seq2seq_attention import seq2seq_attention
from tfd2l.models.transformer_seq2seq import transformer_seq2seq
from tfd2l.ops.masked_softmax import masked_softmax
from tfd2l.reports.attention_heatmaps import draw_attention
from tfd2l.stages.leave_one_out import LeaveOneOut

WORDS = ("<unk>", "<pad>", "<bos>", "<eos>", *"abcdef")  # a vocabulary of ten


def translation(batch, steps):
    """Batches of a translation from ten words into ten."""
    x = {
        "source_ids": tf.TensorSpec((batch, steps), tf.int32),
        "source_lengths": tf.TensorSpec((batch,), tf.int32),
        "target_in_ids": tf.TensorSpec((batch, steps), tf.int32),
    }
    return DataInfo(
        ("source",),
        {},
        {},
        "a test",
        "0",
        batch_spec=(x, None, None),
        facts=(Vocabulary(WORDS), TargetVocabulary(WORDS)),
    )


def test_10_1_the_heatmap_of_an_identity(figure):
    drawn = draw_attention({"layer": np.eye(10)[None]}, "abcdefghij", "abcdefghij", "", 1)
    figure("10.1", "heatmap of eye(10)", np.eye(10), np.asarray(drawn.axes[0].images[0].get_array()))


def test_10_2_pooling(figure):
    average = NadarayaWatson(inverse_bandwidth=0)
    query = tf.ones((2, 1, 1))
    pooled = average(query, tf.ones((2, 4, 1)), tf.ones((2, 4, 6)))
    figure("10.2", "shape of weights (2, 1, 4) times values (2, 4, 6)", [2, 1, 6], pooled.shape)
    keys, values = tf.random.stateless_normal((2, 10, 1), (2, 2)), tf.reshape(tf.range(20.0), (2, 10, 1))
    output, weights = average(query, keys, values, return_attention_scores=True)
    figure("10.2", "weights of average pooling, ten keys", np.full((2, 1, 1, 10), 0.1), weights, 1e-7)
    figure("10.2", "they times 0 to 9 and 10 to 19", [[[4.5]], [[14.5]]], output, 1e-5)


def test_10_2_the_data_and_what_an_example_sees(figure):
    splits, info = kernel_regression()
    figure("10.2", "examples to train on, and to test", [50, 50], [info.sizes["train"], info.sizes["test"]])
    x, y = (np.array([example[key] for example in splits["test"].as_numpy_iterator()]) for key in ("x", "y"))
    figure("10.2", "test inputs, 0 to 5 by .1", np.arange(0, 5, 0.1), x.ravel(), 1e-6)
    figure("10.2", "2 sin x + x^.8 there", 2 * np.sin(x) + x**0.8, y, 1e-5)
    stage = LeaveOneOut()
    stage.fit(splits["train"])
    (seen,) = stage(splits["train"], split="train", seed=0).batch(50).as_numpy_iterator()
    figure("10.2", "shape of the keys in training: all but the example", [50, 49], seen["keys"].shape[:2])
    queries, keys, values = (tf.reshape(seen[key], (50, -1, 1)) for key in ("queries", "keys", "values"))
    _, weights = NadarayaWatson()(queries, keys, values, return_attention_scores=True)
    figure("10.2", "sums of the weights of the parametric kernel", np.ones(50), tf.reduce_sum(weights, (1, 2, 3)), 1e-5)


def test_10_3_masked_softmax(figure):
    scores = tf.constant([[[0.5, 0.3, 9.0]], [[0.4, 0.3, 0.2]]])
    two, three = masked_softmax(scores, tf.constant([2, 3]))[:, 0]
    figure("10.3", "softmax of [.5, .3], a third key masked (notes: .62, .38)", [0.5498, 0.4502, 0], two, 5e-5)
    figure("10.3", "softmax of [.4, .3, .2] (notes: .46, .35, .19)", [0.3672, 0.3322, 0.3006], three, 5e-5)


def test_10_3_masked_softmax_of_random_scores(figure):
    scores = tf.random.stateless_uniform((2, 2, 4), seed=(0, 0))
    for what, lens in (("[2, 3]", [[2, 2], [3, 3]]), ("[[1, 3], [2, 4]]", [[1, 3], [2, 4]])):
        given = tf.constant([2, 3] if what == "[2, 3]" else lens)
        weights = masked_softmax(scores, given).numpy()
        seen = np.arange(4) < np.array(lens)[..., None]
        figure("10.3", f"zeros of (2, 2, 4) with lengths {what}", ~seen, weights == 0)
        figure("10.3", "... and rows sum to", np.ones((2, 2)), weights.sum(axis=-1), 1e-6)
    figure("10.3", "... a row of length 1", [1, 0, 0, 0], weights[0, 0])


def test_10_3_attention_to_keys_that_are_alike_averages_the_values_seen(figure):
    keys = tf.ones((2, 10, 2))
    values = tf.tile(tf.reshape(tf.range(40.0), (1, 10, 4)), (2, 1, 1))
    lens = tf.constant([2, 6])
    expected = [[[2, 3, 4, 5]], [[10, 11, 12, 13]]]
    additive = AdditiveAttention(8, dropout=0.1)(tf.random.stateless_normal((2, 1, 20), (1, 1)), keys, values, lens)
    product = DotProductAttention(dropout=0.5)(tf.random.stateless_normal((2, 1, 2), (1, 1)), keys, values, lens)
    figure("10.3", "additive attention, lengths [2, 6]", expected, additive, 1e-5)
    figure("10.3", "scaled dot-product attention, lengths [2, 6]", expected, product, 1e-5)


def test_10_4_shapes_of_the_decoder(figure):
    model = seq2seq_attention(translation(4, 7), embed_dim=8, num_hiddens=16, num_layers=2)
    ids, lens = tf.zeros((4, 7), tf.int32), tf.fill([4], 7)
    memory = model.encode(ids, lens)
    figure("10.4", "shape of the logits", [4, 7, 10], model.decode(ids, memory).shape)
    figure("10.4", "shape of the encoder's outputs", [4, 7, 16], memory["outputs"].shape)
    figure("10.4", "shapes of the layers' states", [[4, 16]] * 2, [state.shape for state in memory["states"]])


def test_10_5_multi_head_attention(figure):
    keys = tf.ones((2, 6, 100))
    output = MultiHeadAttention(100, 5, dropout=0.5)(tf.ones((2, 4, 100)), keys, keys, tf.constant([3, 2]))
    figure("10.5", "shape, 100 hiddens, 5 heads, 4 queries, 6 keys", [2, 4, 100], output.shape)


def test_10_6_positional_encoding(figure):
    encoded = PositionalEncoding(32)(tf.zeros((1, 60, 32)))[0]
    figure("10.6", "P[1, 0], P[1, 1]", [0.841471, 0.540302], encoded[1, :2], 1e-6)
    positions, pairs = np.arange(60)[:, None], np.arange(16)
    expected = np.zeros((60, 32))
    expected[:, 0::2] = np.sin(positions / 10000 ** (2 * pairs / 32))
    expected[:, 1::2] = np.cos(positions / 10000 ** (2 * pairs / 32))
    figure("10.6", "P, 60 positions of 32", expected, encoded, 1e-5)


def test_10_7_normalization(figure):
    x = tf.constant([[1.0, 2.0], [2.0, 3.0]])
    for epsilon, expected in ((1e-3, 0.998006), (1e-5, 1.0)):
        normal = AddNorm(epsilon=epsilon)(x, tf.zeros_like(x))
        what = f"LayerNorm of [[1, 2], [2, 3]], epsilon {epsilon:g}"
        figure("10.7", what, [[-expected, expected]] * 2, normal, 3e-5)
    batch = keras.layers.BatchNormalization(epsilon=1e-3)(x, training=True)
    figure("10.7", "BatchNorm of it in training", [[-0.998006] * 2, [0.998006] * 2], batch, 1e-5)


def test_10_7_shapes(figure):
    ones, lens = tf.ones((2, 100, 24)), tf.constant([3, 2])
    figure("10.7", "FFN of (2, 3, 4) to 8", [2, 3, 8], PositionWiseFFN(4, 8)(tf.ones((2, 3, 4))).shape)
    figure("10.7", "AddNorm", [2, 3, 4], AddNorm(0.5)(tf.ones((2, 3, 4)), tf.ones((2, 3, 4))).shape)
    encoder = TransformerEncoderBlock(24, 8, 48, 0.5)
    figure("10.7", "encoder block", [2, 100, 24], encoder(ones, lens).shape)
    written = tf.tile(tf.range(1, 101)[None], (2, 1))
    decoded, _ = TransformerDecoderBlock(24, 8, 48, 0.5)(ones, ones, written, encoder(ones, lens), lens)
    figure("10.7", "decoder block", [2, 100, 24], decoded.shape)


def test_10_7_weights_that_a_sentence_is_translated_with(figure):
    model = transformer_seq2seq(translation(1, 10))
    ids, lens = tf.zeros((1, 10), tf.int32), tf.constant([4])
    outputs, read = model.read(ids, lens)
    _, written = model.attend(tf.zeros((1, 6), tf.int32), {"outputs": outputs, "lengths": lens})
    figure("10.7", "encoder's weights: layers, heads, queries, keys", [2, 4, 10, 10], tf.concat(read, 0).shape)
    figure("10.7", "decoder's, of six words", [2, 4, 6, 10], tf.concat(list(written.values()), 0).shape)
    small = transformer_seq2seq(translation(2, 10), num_hiddens=24, num_layers=2, num_heads=8, ffn_hiddens=48)
    figure(
        "10.7",
        "encoder",
        [2, 100, 24],
        small.encode(tf.zeros((2, 100), tf.int32), tf.constant([3, 2]))["outputs"].shape,
    )
