"""The BERT classifier: what padding and company must not change, its attention, and where weights come from."""

from __future__ import annotations

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.models.bert_classifier import bert_classifier
from tfd2l.testing import check_model
from tfd2l.text.wordpiece import SPECIAL_TOKENS, load_vocabulary

VOCABULARY = (*SPECIAL_TOKENS, *(f"w{number}" for number in range(25)))
SIZES = {"num_layers": 2, "hidden_dim": 16, "num_heads": 4, "intermediate_dim": 24, "max_sequence_length": 32}


def info(vocabulary=VOCABULARY) -> DataInfo:
    return DataInfo((), {}, {}, "test", "0", class_names=("a", "b", "c"), facts=(Vocabulary(tuple(vocabulary)),))


def inputs(rows: list[list[int]], length: int) -> dict[str, tf.Tensor]:
    ids = np.zeros((len(rows), length), np.int32)
    segments, mask = np.zeros_like(ids), np.zeros_like(ids)
    for number, row in enumerate(rows):
        ids[number, : len(row)], mask[number, : len(row)] = row, 1
        segments[number, len(row) // 2 : len(row)] = 1
    return {
        "token_ids": tf.constant(ids),
        "segment_ids": tf.constant(segments),
        "padding_mask": tf.constant(mask),
    }


ROWS = [[2, 6, 7, 3, 8, 3], [2, 9, 3, 10, 11, 12, 13, 3], [2, 5, 3, 5, 3]]


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    built = bert_classifier(info(), **SIZES)
    for variable in built.trainable_variables:  # fresh weights are so small that any input gives the same logits
        variable.assign(variable * (1.0 if variable.name == "gamma" else 15.0))
    return built


def test_padding_and_other_rows_change_no_output(model):
    together = model(inputs(ROWS, 8)).numpy()
    np.testing.assert_allclose(model(inputs(ROWS, 20)), together, rtol=1e-4, atol=1e-4)
    alone = np.concatenate([model(inputs([row], len(row))).numpy() for row in ROWS])
    np.testing.assert_allclose(alone, together, rtol=1e-4, atol=1e-4)


def test_order_and_segments_matter(model):
    x = inputs(ROWS[:1], 6)
    assert np.abs(model(x) - model({**x, "segment_ids": 1 - x["segment_ids"]})).max() > 0.1
    assert np.abs(model(x) - model(inputs([[2, 7, 6, 3, 8, 3]], 6))).max() > 0.1


def test_attention_weights_are_those_of_the_forward_pass(model):
    x = inputs(ROWS, 10)
    seen = model.attention_weights(x, info())
    weights = seen.layers
    assert [len(tokens) for tokens in seen.keys] == x["padding_mask"].numpy().sum(axis=1).tolist()
    assert [tuple(w.shape) for w in weights.values()] == [(3, 4, 10, 10)] * 2
    real = x["padding_mask"].numpy().astype(bool)
    for scores in weights.values():
        np.testing.assert_allclose(scores.numpy().sum(-1), 1, atol=1e-5)
        assert np.abs(scores.numpy()[~np.broadcast_to(real[:, None, None, :], scores.shape)]).max() < 1e-6
    # An independent computation of the first layer: softmax(Q K^T / sqrt(d)) in NumPy from the layer's own weights.
    layer = model.backbone.transformer_layers[0]
    hidden = keras.Model(model.backbone.input, tf.nest.flatten(layer.input)[0])(x).numpy().astype(np.float64)
    attention = layer._self_attention_layer
    query, key = (
        np.einsum("btd,dhk->bhtk", hidden, dense.kernel.numpy()) + dense.bias.numpy()[None, :, None, :]
        for dense in (attention._query_dense, attention._key_dense)
    )
    logits = np.einsum("bhqk,bhsk->bhqs", query, key) / np.sqrt(query.shape[-1])
    logits = np.where(real[:, None, None, :], logits, -np.inf)
    expected = np.exp(logits - logits.max(-1, keepdims=True))
    expected /= expected.sum(-1, keepdims=True)
    np.testing.assert_allclose(weights["transformer_layer_0"], expected, atol=1e-5)


def test_can_be_trained_saved_and_exported(model):
    check_model(lambda data: model, info(), inputs(ROWS, 8), padded=inputs(ROWS, 20), tolerance=1e-4)


def test_takes_weights_from_a_local_preset(tmp_path):
    keras.utils.set_random_seed(3)
    backbone = keras_hub.models.BertBackbone(len(VOCABULARY), 1, 2, 8, 12, max_sequence_length=32)
    backbone.save_to_preset(tmp_path)
    keras_hub.tokenizers.BertTokenizer(vocabulary=list(VOCABULARY)).save_to_preset(tmp_path)
    source = f"preset:{tmp_path}"
    assert tuple(load_vocabulary(source)) == VOCABULARY
    built = bert_classifier(info(load_vocabulary(source)), dropout=0.3, weights=source)
    assert (built.backbone.num_layers, built.backbone.hidden_dim, built.backbone.dropout) == (1, 8, 0.3)
    for ours, theirs in zip(built.backbone.get_weights(), backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    with pytest.raises(ConfigError, match=r"hidden_dim is 8, here 16.*bert_pretrained"):
        bert_classifier(info(), **SIZES, weights=source)
    with pytest.raises(ConfigError, match="vocabulary_size is 30, here 29"):
        bert_classifier(info(VOCABULARY[:-1]), weights=source)


def test_without_a_network_a_preset_is_one_clear_error(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    for load in (lambda w: bert_classifier(info(), weights=w), load_vocabulary):
        with pytest.raises(ComponentError, match=r"bert_tiny_en_uncased.*network.*Received: preset") as raised:
            load("preset:bert_tiny_en_uncased")
        assert raised.value.__cause__ is not None
        assert "\n" not in str(raised.value)


@pytest.mark.parametrize("weights", ["bert_tiny", "file:x"])
def test_other_sources_of_weights_are_refused(weights):
    with pytest.raises(ConfigError, match=r"preset:.*run:.*Received"):
        bert_classifier(info(), weights=weights)


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"hidden_dim": 15}, r"a multiple of model\.num_heads\. Received: model\.hidden_dim=15, model\.num_heads=4"),
        ({"num_layers": 0}, r"at least 1\. Received: num_layers=0"),
        ({"dropout": 1.0}, r"in \[0, 1\)\. Received: dropout=1\.0"),
        ({"dropout": -0.1}, r"in \[0, 1\)\. Received: dropout=-0\.1"),
    ],
)
def test_a_size_or_a_rate_out_of_range_is_named(option, said):
    with pytest.raises(ConfigError, match=said):
        bert_classifier(info(), **{**SIZES, **option})


def test_a_size_left_out_is_named():
    with pytest.raises(ConfigError, match="missing: num_heads"):
        bert_classifier(info(), **{**SIZES, "num_heads": None})


def test_the_books_bert_small_has_its_sizes():
    vocabulary = [str(number) for number in range(1000)]
    built = bert_classifier(info(vocabulary), 2, 256, 4, 512, 512)
    # embeddings (tokens, positions, segments, norm), 2 x (4 projections, 2 norms, feed-forward), pooler, head
    layer = 4 * (256 * 256 + 256) + 2 * 2 * 256 + (256 * 512 + 512) + (512 * 256 + 256)
    expected = (1000 + 512 + 2) * 256 + 2 * 256 + 2 * layer + (256 * 256 + 256) + (256 * 3 + 3)
    assert built.count_params() == expected


def test_mimetic_start_attends_to_the_same_word():
    keras.utils.set_random_seed(0)
    sizes = {**SIZES, "hidden_dim": 128, "num_heads": 2}
    built = bert_classifier(info(), **sizes, initialization="mimetic")
    # two rows of the same six words in another order: [2 6 7 3 7 6 8 3]
    x = inputs([[2, 6, 7, 3, 7, 6, 8, 3]], 8)
    weights = built.attention_weights(x, info()).layers["transformer_layer_0"].numpy().mean(axis=(0, 1))
    assert {int(np.argmax(weights[1] - np.eye(8)[1])), int(np.argmax(weights[2] - np.eye(8)[2]))} == {5, 4}
    attention = built.backbone.transformer_layers[0]._self_attention_layer
    value, output = (np.array(layer.kernel) for layer in (attention._value_dense, attention._output_dense))
    np.testing.assert_allclose(value.reshape(128, 128) @ output.reshape(128, 128), -np.eye(128), atol=1e-5)
    again = bert_classifier(info(), **sizes)
    flat = again.attention_weights(x, info()).layers["transformer_layer_0"].numpy()
    assert flat.max() < 0.2 < weights.max()


def test_the_start_is_drawn_from_the_runs_seed():
    def start(seed: int) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        return bert_classifier(info(), **SIZES, initialization="mimetic").get_weights()

    assert all(np.array_equal(a, b) for a, b in zip(start(1), start(1), strict=True))
    assert not all(np.array_equal(a, b) for a, b in zip(start(1), start(2), strict=True))
