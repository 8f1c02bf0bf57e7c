"""The attention layers against float64 transcriptions, the book's numbers, Keras and PyTorch."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.layers.additive_attention import AdditiveAttention
from tfd2l.layers.dot_product_attention import DotProductAttention
from tfd2l.layers.multi_head_attention import MultiHeadAttention
from tfd2l.testing import check_layer

BATCH, QUERIES, KEYS, WIDTH, VALUES = 3, 4, 6, 8, 5
RNG = np.random.default_rng(0)
Q = RNG.normal(size=(BATCH, QUERIES, WIDTH)).astype(np.float32)
K = RNG.normal(size=(BATCH, KEYS, WIDTH)).astype(np.float32)
V = RNG.normal(size=(BATCH, KEYS, VALUES)).astype(np.float32)
LENS = np.array([2, 6, 3], np.int32)

LAYERS = {
    "additive": lambda **options: AdditiveAttention(7, **options),
    "dot_product": DotProductAttention,
    "multi_head": lambda **options: MultiHeadAttention(8, 2, **options),
}
each_layer = pytest.mark.parametrize("make", LAYERS.values(), ids=LAYERS)


def weights_of(scores, lens):
    """float64 masked softmax (..., queries, keys), lens (batch,)."""
    powers = np.exp(scores - scores.max(-1, keepdims=True)) * (np.arange(scores.shape[-1]) < lens[:, None, None])
    return powers / powers.sum(-1, keepdims=True)


def test_additive_attention_is_its_formula():
    layer = AdditiveAttention(7)
    output, weights = layer(Q, K, V, LENS, return_attention_scores=True)
    w_q, w_k, w = (np.array(v, np.float64) for v in layer.get_weights())
    scores = np.tanh((Q @ w_q)[:, :, None] + (K @ w_k)[:, None]) @ w[:, 0]
    expected = weights_of(scores, LENS)
    np.testing.assert_allclose(weights[:, 0], expected, atol=1e-6)
    np.testing.assert_allclose(output, expected @ V, atol=1e-5)


def test_dot_product_attention_is_its_formula():
    output, weights = DotProductAttention()(Q, K, V, LENS, return_attention_scores=True)
    expected = weights_of(Q.astype(np.float64) @ K.transpose(0, 2, 1) / WIDTH**0.5, LENS)
    np.testing.assert_allclose(weights[:, 0], expected, atol=1e-6)
    np.testing.assert_allclose(output, expected @ V, atol=1e-5)


def test_multi_head_attention_is_its_formula():
    layer = MultiHeadAttention(8, 2, use_bias=True)
    layer.build(Q.shape, K.shape, V.shape)
    layer.set_weights([RNG.normal(size=value.shape) for value in layer.get_weights()])
    output, weights = layer(Q, K, V, LENS, return_attention_scores=True)
    w_q, b_q, w_k, b_k, w_v, b_v, w_o, b_o = (np.array(v, np.float64) for v in layer.get_weights())
    q, k, v = Q @ w_q + b_q, K @ w_k + b_k, V @ w_v + b_v
    heads = []
    for head in range(2):
        part = slice(4 * head, 4 * head + 4)
        expected = weights_of(q[..., part] @ k[..., part].transpose(0, 2, 1) / 2.0, LENS)
        np.testing.assert_allclose(weights[:, head], expected, atol=1e-5)
        heads.append(expected @ v[..., part])
    np.testing.assert_allclose(output, np.concatenate(heads, -1) @ w_o + b_o, rtol=1e-4, atol=1e-4)


def test_multi_head_attention_is_that_of_keras():
    ours, theirs = MultiHeadAttention(8, 2, use_bias=True), keras.layers.MultiHeadAttention(2, 4, output_shape=8)
    ours.build(Q.shape, K.shape, V.shape)
    mask = (np.arange(KEYS) < LENS[:, None])[:, None]
    theirs(Q, V, K)
    ours.set_weights([RNG.normal(size=value.shape) for value in ours.get_weights()])
    # Keras keeps the heads apart: (width, heads, head); it takes queries, values, keys.
    theirs.set_weights([v.reshape(w.shape) for v, w in zip(ours.get_weights(), theirs.get_weights(), strict=True)])
    expected, scores = theirs(Q, V, K, attention_mask=mask, return_attention_scores=True)
    output, weights = ours(Q, K, V, LENS, return_attention_scores=True)
    np.testing.assert_allclose(output, expected, atol=1e-4)
    np.testing.assert_allclose(weights, scores, atol=1e-5)


def test_multi_head_attention_is_that_of_torch(torch_peer):
    ours = MultiHeadAttention(8, 2)
    ours.build(Q.shape, K.shape, K.shape)
    w_q, w_k, w_v, w_o = ours.get_weights()
    expected = torch_peer(
        "attend",
        projections=np.concatenate([w_q, w_k, w_v], axis=1).T,
        output=w_o.T,
        queries=Q,
        keys=K,
        padding=np.arange(KEYS) >= LENS[:, None],
        heads=2,
    )
    np.testing.assert_allclose(ours(Q, K, K, LENS), expected, atol=1e-5)


@each_layer
def test_each_query_may_have_a_length_of_its_own(make):
    lens = np.array([[1, 2, 3, 4], [6, 6, 6, 6], [0, 1, 0, 2]])
    layer = make()
    output, weights = layer(Q, K, V, lens, return_attention_scores=True)
    weights = weights.numpy().mean(axis=1)
    assert ((weights > 0) == (np.arange(KEYS) < lens[..., None])).all()
    np.testing.assert_allclose(weights.sum(-1), lens > 0, atol=1e-6)
    if not isinstance(layer, MultiHeadAttention):
        assert not output[2, 0].numpy().any()  # nothing to see, nothing given


@each_layer
def test_padding_changes_nothing(make):
    layer = make()
    output = layer(Q, K, V, LENS).numpy()
    more = [np.concatenate([value, np.full_like(value, 9.0)], axis=1) for value in (K, V)]
    np.testing.assert_allclose(layer(Q, *more, LENS), output, atol=1e-6)


@each_layer
def test_the_masks_of_keras_are_honoured(make):
    layer = make()
    ids = tf.where(np.arange(KEYS) < LENS[:, None], 1 + tf.range(KEYS), 0)
    embedded = keras.layers.Embedding(KEYS + 1, WIDTH, mask_zero=True)(ids)
    plain = embedded.numpy()
    np.testing.assert_allclose(layer(Q, embedded, embedded), layer(Q, plain, plain, LENS), atol=1e-6)
    assert not np.allclose(layer(Q, plain, plain), layer(Q, plain, plain, LENS))


@each_layer
def test_works_wherever_keras_may_use_it(make):
    check_layer(make(), (Q, K, V, np.array([2, 6, 0], np.int32)))
    for policy in ("mixed_float16", "mixed_bfloat16"):
        half = make(dtype=policy)
        assert half(Q, K, V, LENS).dtype == half.compute_dtype


@each_layer
def test_dropout_is_of_training_alone(make):
    layer = make(dropout=0.5)
    np.testing.assert_array_equal(layer(Q, K, V), layer(Q, K, V, training=False))
    assert not np.allclose(layer(Q, K, V, training=True), layer(Q, K, V))


@each_layer
@pytest.mark.parametrize(
    ("shapes", "lens", "told"),
    [
        (((3, 8), (3, 6, 8), (3, 6, 5)), None, r"the shape \(batch, steps, width\)"),
        (((2, 4, 8), (3, 6, 8), (3, 6, 5)), None, "of one batch size"),
        (((3, 4, 8), (3, 6, 8), (3, 5, 5)), None, "as many values as keys"),
        (((3, 4, 8), (3, 6, 8), (3, 6, 5)), [1, 2], r"\(batch,\) or \(batch, queries\)"),
        (((3, 4, 8), (3, 6, 8), (3, 6, 5)), [1, 7, 2], r"exceeds the sequence: there are 6 keys.*\[1, 7, 2\]"),
    ],
)
def test_what_does_not_fit_is_refused(make, shapes, lens, told):
    with pytest.raises(ValueError, match=told):
        make()(*(np.ones(shape, np.float32) for shape in shapes), None if lens is None else np.array(lens))


def test_lengths_known_in_the_graph_alone_are_refused_there():
    layer = DotProductAttention()
    run = tf.function(lambda lens: layer(Q, K, V, lens), input_signature=[tf.TensorSpec([None], tf.int32)])
    with pytest.raises(tf.errors.InvalidArgumentError, match="exceeds the sequence"):
        run(tf.constant([1, 7, 2]))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: DotProductAttention(dropout=1.0), "dropout=1.0"),
        (lambda: AdditiveAttention(0), "num_hiddens=0"),
        (lambda: MultiHeadAttention(10, 3), "multiple of num_heads.*num_heads=3"),
        (lambda: DotProductAttention()(Q, K[..., :3], V), "of the same width"),
    ],
)
def test_a_wrong_option_is_refused(make, told):
    with pytest.raises(ValueError, match=told):
        make()
