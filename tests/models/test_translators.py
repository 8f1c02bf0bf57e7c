"""The models that translate: the book's shapes, padding, teacher forcing against writing word by word, saving."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.decoders.beam_search import BeamSearch
from tfd2l.decoders.greedy_search import GreedySearch
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.models.seq2seq_attention import seq2seq_attention
from tfd2l.models.transformer_seq2seq import transformer_seq2seq
from tfd2l.testing import check_model

ROWS, SOURCE, TARGET = 3, 6, 5
LENGTHS = [6, 2, 4]
WORDS = ("<unk>", "<pad>", "<bos>", "<eos>", *"abcdefgh")
MODELS = {"gru": seq2seq_attention, "transformer": transformer_seq2seq}
each_model = pytest.mark.parametrize("make", MODELS.values(), ids=MODELS)


def batch(source_steps=SOURCE):
    rng = np.random.default_rng(0)
    source = rng.integers(4, len(WORDS), (ROWS, SOURCE))
    source = np.where(np.arange(SOURCE) < np.array(LENGTHS)[:, None], source, 1)
    source = np.pad(source, [(0, 0), (0, source_steps - SOURCE)], constant_values=7)
    target = rng.integers(4, len(WORDS), (ROWS, TARGET))
    target[:, 0] = 2
    x = {"source_ids": source, "source_lengths": np.array(LENGTHS), "target_in_ids": target}
    return {key: tf.constant(value, tf.int32) for key, value in x.items()}


def info(**changes):
    spec = {key: tf.TensorSpec(value.shape, value.dtype) for key, value in batch().items()}
    facts = (Vocabulary(WORDS), TargetVocabulary(WORDS))
    return DataInfo(("source",), {}, {}, "a test", "0", **{"batch_spec": (spec, None, None), "facts": facts, **changes})


def source_of(x):
    return {key: value for key, value in x.items() if key != "target_in_ids"}


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(0)


@each_model
def test_logits_do_not_depend_on_padding_or_on_the_other_rows(make):
    model, x = make(info()), batch()
    logits = model(x)
    assert logits.shape == (ROWS, TARGET, len(WORDS))
    np.testing.assert_allclose(model(batch(SOURCE + 3)), logits, atol=1e-5)
    alone = model({key: value[1:2] for key, value in x.items()})
    np.testing.assert_allclose(alone, logits[1:2], atol=1e-5)


@each_model
def test_logits_know_no_later_word_of_the_target(make):
    model, x = make(info()), batch()
    changed = {**x, "target_in_ids": tf.concat([x["target_in_ids"][:, :3], tf.fill([ROWS, 2], 9)], axis=1)}
    np.testing.assert_allclose(model(changed)[:, :3], model(x)[:, :3], atol=1e-5)
    assert np.abs(model(changed)[:, 3:] - model(x)[:, 3:]).max() > 1e-3


@each_model
def test_writing_word_by_word_gives_the_logits_of_training(make):
    model, x = make(info()), batch()
    memory = model(source_of(x))
    step, state = model.make_search_step(), (memory, model.first_state(memory, TARGET))
    expected = model(x)
    for position in range(TARGET):
        logits, state = step(x["target_in_ids"][:, position], tf.constant(position), state)
        np.testing.assert_allclose(logits, expected[:, position], atol=1e-5)


@each_model
def test_the_searches_write_text_in_the_graph(make):
    model, data = make(info()), info()
    x = source_of(batch())
    for decoder, key in ((GreedySearch(data, model), "log_probability"), (BeamSearch(data, model, 3), "score")):
        decode = tf.function(lambda inputs, decoder=decoder: decoder(model(inputs, training=False), inputs))
        decoded = decode(x)
        assert set(decoded) == {"translation", key}
        for text in decoded["translation"].numpy():
            words = text.decode().split()
            assert len(words) <= TARGET
            assert "<eos>" not in words
            assert set(words) <= set(WORDS)


@each_model
def test_a_beam_of_one_writes_what_greed_writes(make):
    model, data, x = make(info()), info(), source_of(batch())
    outputs = model(x)
    greedy = GreedySearch(data, model)(outputs, x)["translation"].numpy().tolist()
    assert BeamSearch(data, model, beam_size=1)(outputs, x)["translation"].numpy().tolist() == greedy


@each_model
def test_attention_is_labelled_with_the_words_read_and_written(make):
    model, data = make(info()), info()
    seen = model.attention_weights(source_of(batch()), data)
    assert [len(words) for words in seen.keys] == LENGTHS
    written = GreedySearch(data, model)(model(source_of(batch())), None)["translation"].numpy()
    assert [" ".join(w for w in words if w != "<eos>") for words in seen.queries] == [w.decode() for w in written]
    for weights in seen.layers.values():
        assert weights.shape[0] == ROWS
        assert weights.shape[2:] == (TARGET, SOURCE)
        np.testing.assert_allclose(weights.numpy().sum(-1), 1, atol=1e-5)
        assert not weights[1, :, :, 2:].numpy().any()


@each_model
def test_can_be_trained_saved_and_exported(make):
    check_model(make, info(), batch(), padded=batch(SOURCE + 3))


@each_model
def test_a_loaded_model_has_the_same_memory(make, tmp_path):
    model, x = make(info()), batch()
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    memory, loaded = model(source_of(x)), again(source_of(x))
    np.testing.assert_array_equal(memory["outputs"], loaded["outputs"])


@pytest.mark.parametrize(
    ("make", "options", "told"),
    [
        (seq2seq_attention, {"num_layers": 0}, "num_layers=0"),
        (seq2seq_attention, {"dropout": 1.0}, "dropout=1.0"),
        (transformer_seq2seq, {"num_heads": 5}, r"multiple of model.num_heads.*num_hiddens=32, model.num_heads=5"),
    ],
)
def test_wrong_sizes_are_refused(make, options, told):
    with pytest.raises(ConfigError, match=told):
        make(info(), **options)


def test_other_data_and_other_models_are_refused():
    with pytest.raises(ConfigError, match=r"no TargetVocabulary .*among the stages.*: words\. Received: "):
        seq2seq_attention(info(facts=(Vocabulary(WORDS),)))
    with pytest.raises(ConfigError, match=r"stages `words` and `translation_batch`.*Received: a batch of \(none\)"):
        seq2seq_attention(info(batch_spec=(tf.TensorSpec([2, 3]), None, None)))
    with pytest.raises(ComponentError, match=r"`make_search_step` .*seq2seq_attention, .*Received: model Sequential"):
        GreedySearch(info(), keras.Sequential())
    with pytest.raises(ValueError, match="beam_size=0"):
        BeamSearch(info(), seq2seq_attention(info()), beam_size=0)
