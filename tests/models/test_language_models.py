"""Causal and bidirectional language models beside BERT: who sees what, padding, save and load, sampling."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.decoders.sample import Sample
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.models.bert_pretraining import bert_pretraining
from tfd2l.models.bilstm_lm import bilstm_lm
from tfd2l.models.causal_lm import causal_lm
from tfd2l.text.wordpiece import SPECIAL_TOKENS

INFO = DataInfo(
    ("text",), {}, {}, "test", "0", facts=(Vocabulary((*SPECIAL_TOKENS, *(f"w{n}" for n in range(23)), "##s", "x")),)
)
ROWS = [[2, 6, 7, 8, 3], [2, 9, 10, 11, 12, 13, 3], [2, 5, 3]]


def inputs(rows, length=None):
    length = length or max(map(len, rows))
    ids, mask = np.zeros((len(rows), length), np.int32), np.zeros((len(rows), length), np.int32)
    for number, row in enumerate(rows):
        ids[number, : len(row)], mask[number, : len(row)] = row, 1
    x = {"token_ids": ids, "padding_mask": mask, "segment_ids": np.zeros_like(ids), "masked_positions": ids[:, :0]}
    return tf.nest.map_structure(tf.constant, x)


@pytest.fixture(scope="module")
def models():
    keras.utils.set_random_seed(0)
    bert = bert_pretraining(INFO, 2, 16, 2, 24, 16, dropout=0.1)
    gpt = causal_lm(INFO, max_length=16, num_hiddens=16, num_heads=2, ffn_hiddens=24, num_layers=2, dropout=0.1)
    elmo = bilstm_lm(INFO, embed_dim=12, num_hiddens=8, num_layers=2, dropout=0.1)
    for model in (bert, gpt, elmo):  # fresh weights are so small that all tokens are alike
        for variable in model.trainable_variables:
            variable.assign(variable * (1.0 if variable.name in ("gamma", "bias") else 8.0))
    return {"bert": bert, "gpt": gpt, "elmo": elmo}


@pytest.mark.parametrize(
    ("name", "before", "after"), [("gpt", True, False), ("elmo", True, True), ("bert", True, True)]
)
def test_vectors_depend_on_the_directions_of_the_model(models, name, before, after):
    """The word is 7; what stands before it, or what follows it, is changed."""
    vectors = models[name].contextual_vectors
    word, other_before, other_after = (
        vectors(inputs([row]))[0, 2].numpy() for row in ([2, 6, 7, 8, 3], [2, 9, 7, 8, 3], [2, 6, 7, 20, 3])
    )
    assert (np.abs(word - other_before).max() > 0.01) == before
    assert (np.abs(word - other_after).max() > 1e-6) == after


@pytest.mark.parametrize(("name", "width"), [("gpt", 16), ("elmo", 16), ("bert", 16)])
def test_padding_and_other_rows_change_no_vector(models, name, width):
    vectors = models[name].contextual_vectors
    together = vectors(inputs(ROWS)).numpy()
    assert together.shape == (3, 7, width)
    wide = vectors(inputs(ROWS, 12)).numpy()
    for row, ids in enumerate(ROWS):
        alone = vectors(inputs([ids])).numpy()[0]
        np.testing.assert_allclose(together[row, : len(ids)], alone, rtol=1e-4, atol=1e-5)
        np.testing.assert_allclose(wide[row, : len(ids)], alone, rtol=1e-4, atol=1e-5)


def test_the_next_token_is_predicted_without_reading_it(models):
    for name, key, changed, untouched in (("gpt", "next_ids", 4, 4), ("elmo", "next_ids", 4, 4)):
        first, second = (models[name](inputs([row]))[key][0].numpy() for row in ([2, 6, 7, 8, 9], [2, 6, 7, 8, 15]))
        np.testing.assert_allclose(first[:untouched], second[:untouched], atol=1e-6)
        assert np.abs(first[changed] - second[changed]).max() > 0.01
    first, second = (models["elmo"](inputs([row]))["previous_ids"][0].numpy() for row in ([2, 6, 7, 8], [15, 6, 7, 8]))
    np.testing.assert_allclose(first[1:], second[1:], atol=1e-6)
    assert np.abs(first[0] - second[0]).max() > 0.01


@pytest.mark.parametrize("name", ["gpt", "elmo"])
def test_they_survive_save_and_load(models, name, tmp_path):
    models[name].save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    ours, theirs = (model(inputs(ROWS))["next_ids"] for model in (models[name], loaded))
    np.testing.assert_array_equal(ours, theirs)


def sampled(model, rows, texts, **options):
    decoder = Sample(INFO, model, **options)
    run = tf.function(lambda x, t: decoder(model(x, training=False), {"text": t}))
    answer = run(inputs(rows), tf.constant(texts))
    return {
        key: [v.decode() if isinstance(v, bytes) else float(v) for v in value.numpy()] for key, value in answer.items()
    }


def test_temperature_0_takes_the_likeliest_token(models):
    """Against writing it out, a whole forward pass a token."""
    model, ids, log_p = models["gpt"], ROWS[0][:-1], 0.0
    for _ in range(5):
        logits = model(inputs([ids]))["next_ids"][0, -1].numpy().astype(np.float64)
        logits[[0, 1, 2, 4]] = -np.inf  # [SEP] alone may be written
        best = int(logits.argmax())
        log_p += logits[best] - np.log(np.exp(logits).sum())
        if best == 3:
            break
        ids = [*ids, best]
    answer = sampled(model, ROWS[:1], ["w1 w2 w3"], temperature=0.0, max_tokens=5)
    written = " ".join(INFO.fact(Vocabulary).tokens[id] for id in ids[4:]).replace(" ##", "")
    assert answer["continuation"] == [written]
    assert answer["text"] == [f"w1 w2 w3 {written}".strip()]
    assert answer["log_probability"] == pytest.approx([log_p], rel=1e-3)


def test_the_seed_and_the_text_alone_decide(models):
    texts = ["a", "b", "c"]
    together = sampled(models["gpt"], ROWS, texts, seed=3, top_k=None)
    assert sampled(models["gpt"], ROWS, texts, seed=3, top_k=None) == together
    assert sampled(models["gpt"], ROWS, texts, seed=4, top_k=None) != together
    alone = sampled(models["gpt"], ROWS[1:2], texts[1:2], seed=3, top_k=None)
    assert alone["continuation"] == together["continuation"][1:2]
    one = sampled(models["gpt"], ROWS, texts, top_k=1)
    assert one["continuation"] == sampled(models["gpt"], ROWS, texts, temperature=0.0)["continuation"]


def test_tokens_are_drawn_as_often_as_the_model_says(models):
    model = models["gpt"]
    logits = model(inputs([[2, 6, 7, 8]]))["next_ids"][0, -1].numpy().astype(np.float64)
    likely = sorted(set(range(30)) - {0, 1, 2, 4}, key=lambda id: -logits[id])[:3]
    p = np.exp(logits[likely]) / np.exp(logits[likely]).sum()
    outputs, counts = model(inputs([ROWS[0]])), dict.fromkeys(likely, 0)
    run = tf.function(lambda seed: _first(model, outputs, seed))
    for seed in range(300):
        counts[int(run(tf.constant(seed)))] += 1
    np.testing.assert_allclose(np.array(list(counts.values())) / 300, p, atol=4 * 0.5 / np.sqrt(300))


def _first(model, outputs, seed):
    decoder = Sample(INFO, model, top_k=3, max_tokens=1)
    decoder.seed = seed
    ids = tf.pad(outputs["token_ids"], [[0, 0], [0, 11]])
    ids = tf.where(tf.range(16) == 4, 0, ids)
    state = (tf.constant(0), ids, tf.constant([4]), tf.constant([False]), tf.zeros(1))
    _, written, ends, _, _ = decoder._write(*state)
    return tf.where(ends[0] == 4, 3, written[0, 4])


def test_no_text_outgrows_its_positions(models):
    full = [[2, *range(6, 20), 3]]
    answer = sampled(models["gpt"], full, ["t"], max_tokens=9, temperature=3.0)
    assert len(answer["continuation"][0].split()) <= 1


def test_arguments_out_of_range_are_refused(models):
    with pytest.raises(ComponentError, match=r"have it: causal_lm\. .*Received: model BiLSTMLM"):
        Sample(INFO, models["elmo"])
    with pytest.raises(ValueError, match=r"Received: temperature=-1"):
        Sample(INFO, models["gpt"], temperature=-1)
    with pytest.raises(ValueError, match=r"Received: max_tokens=0"):
        Sample(INFO, models["gpt"], max_tokens=0)
    for build in (causal_lm, bilstm_lm):
        with pytest.raises(ConfigError, match=r"Received: num_layers=0"):
            build(INFO, num_layers=0)
    with pytest.raises(ConfigError, match=r"multiple of model\.num_heads\. Received: model\.num_hiddens=128, .*=5"):
        causal_lm(INFO, num_heads=5)
