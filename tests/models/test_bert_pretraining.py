"""BERT to be pretrained: shapes, tied tables, what padding and company must not change, save and load."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.models.bert_pretraining import bert_pretraining
from tfd2l.text.wordpiece import SPECIAL_TOKENS

VOCABULARY = (*SPECIAL_TOKENS, *(f"w{number}" for number in range(25)))
INFO = DataInfo((), {}, {}, "test", "0", facts=(Vocabulary(VOCABULARY),))
SIZES = {"num_layers": 2, "hidden_dim": 16, "num_heads": 4, "intermediate_dim": 24, "max_sequence_length": 32}
ROWS = [[2, 6, 4, 3, 8, 3], [2, 9, 3, 10, 4, 12, 13, 3], [2, 4, 3, 4, 3]]
MASKS = [[2, 0], [4, 0], [1, 3]]


def inputs(rows, masks, length):
    ids, mask = np.zeros((len(rows), length), np.int32), np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)], mask[number, : len(row)] = row, 1
    segments = np.cumsum(np.pad(ids[:, :-1] == 3, ((0, 0), (1, 0))), axis=1).clip(0, 1).astype(np.int32) * mask
    x = {"token_ids": ids, "segment_ids": segments, "padding_mask": mask, "masked_positions": np.array(masks, np.int32)}
    return tf.nest.map_structure(tf.constant, x)


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    built = bert_pretraining(INFO, **SIZES)
    for variable in built.trainable_variables:  # fresh weights are so small that any input gives the same logits
        variable.assign(variable * (1.0 if variable.name == "gamma" else 15.0))
    return built


def test_shapes(model):
    outputs = model(inputs(ROWS, MASKS, 8))
    assert {key: tuple(value.shape) for key, value in outputs.items()} == {
        "masked_ids": (3, 2, 30), "is_next": (3, 2), "masked_positions": (3, 2)
    }  # fmt: skip
    assert tuple(model.contextual_vectors(inputs(ROWS, MASKS, 8)).shape) == (3, 8, 16)


def test_one_table_is_read_and_written(model):
    paths = [v.path for v in model.trainable_variables if 30 in v.shape]
    assert len(paths) == 2  # the table and the bias
    x = inputs(ROWS, MASKS, 8)
    before = model(x)["masked_ids"].numpy()
    table = model.backbone.token_embedding.embeddings
    kept = table.numpy()
    changed = kept.copy()
    changed[20, 0] += 1  # a token that no row has
    table.assign(changed)
    after = model(x)["masked_ids"].numpy()
    table.assign(kept)
    assert np.flatnonzero(np.abs(after - before).max(axis=(0, 1)) > 1e-6).tolist() == [20]


def test_padding_and_other_rows_change_no_output(model):
    together = model(inputs(ROWS, MASKS, 8))
    wide = model(inputs(ROWS, [[*row, 0] for row in MASKS], 20))
    for row, masks in enumerate(MASKS):
        alone = model(inputs(ROWS[row : row + 1], [masks], len(ROWS[row])))
        for key in ("masked_ids", "is_next"):
            np.testing.assert_allclose(alone[key][0], together[key][row], rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(wide["masked_ids"][:, :2], together["masked_ids"], rtol=1e-4, atol=1e-4)


def test_a_text_without_a_mask_has_no_answer(model):
    x = inputs(ROWS, [[]] * 3, 8)
    assert tuple(tf.function(model)(x)["masked_ids"].shape) == (3, 0, 30)


def test_vectors_depend_on_the_context(model):
    first, second = (
        model.contextual_vectors(inputs([row], [[0]], 5))[0, 2] for row in ([2, 6, 9, 7, 3], [2, 8, 9, 7, 3])
    )
    assert np.abs(first - second).max() > 0.1


def test_survives_save_and_load(model, tmp_path):
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    x = inputs(ROWS, MASKS, 8)
    for ours, theirs in zip(tf.nest.flatten(model(x)), tf.nest.flatten(loaded(x)), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_attention_is_seen_as_in_a_classifier(model):
    seen = model.attention_weights(inputs(ROWS, MASKS, 8), INFO)
    assert [len(tokens) for tokens in seen.keys] == [6, 8, 5]
    np.testing.assert_allclose(next(iter(seen.layers.values())).numpy().sum(-1), 1, atol=1e-5)
