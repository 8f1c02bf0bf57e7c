"""Every exact figure of sections 14.8 to 14.10, computed by the public components."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import NO_DATA
from tfd2l.datasets.wikitext2 import wikitext2
from tfd2l.losses.sparse_categorical_crossentropy import SparseCategoricalCrossentropy
from tfd2l.models.bert_pretraining import bert_pretraining
from tfd2l.ops.text.masked_tokens import mask_tokens
from tfd2l.pipelines.experiment.prepare import prepare
from tfd2l.stages.pretraining_batch import PretrainingBatch
from tfd2l.stages.sentences import Sentences
from tfd2l.stages.word_ids import WordIds
from tfd2l.training.settings import TrainerSettings

BERT_TOKENS = ("<unk>", "[PAD]", "[CLS]", "[SEP]", "[MASK]")
LONG = 10_000  # 14.8's vocabulary
CRANE = ("a", "crane", "is", "flying", "driver", "came", "he", "just", "left")


def bert(vocabulary, *sizes):
    keras.utils.set_random_seed(0)
    return bert_pretraining(NO_DATA.with_fact(Vocabulary(tuple(vocabulary))), *sizes)


@pytest.fixture(scope="module")
def crane():
    """A BERT of 14.10's sizes, and a function: a text, [SEP] between two sentences -> its inputs."""
    tokens = (*BERT_TOKENS, *CRANE)
    info = dataclasses.replace(NO_DATA, inputs=("text",)).with_fact(Vocabulary(tokens))
    words, batch = WordIds(["text"], reserved=list(BERT_TOKENS)), PretrainingBatch()
    words.fit(tf.data.Dataset.from_tensors({"text": " ".join(CRANE * 5)}))
    assert words.bind(info).fact(Vocabulary).tokens == tokens
    batch.bind(info)
    return bert(tokens, 2, 128, 2, 256, 64), lambda text: batch.serve(words.transform({"text": tf.constant([text])}))


def test_14_8_shapes_of_bert_and_its_two_tasks(figure):
    model = bert(map(str, range(LONG)), 2, 768, 4, 1024, 64)
    rng = np.random.default_rng(0)
    x = {
        "token_ids": tf.constant(rng.integers(0, LONG, (2, 8)), tf.int32),
        "segment_ids": tf.constant([[0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 1, 1, 1, 1]]),
        "padding_mask": tf.ones((2, 8), tf.int32),
        "masked_positions": tf.constant([[1, 5, 2], [6, 1, 5]]),
    }
    figure("14.8", "encoded (2, 8) tokens", [2, 8, 768], model.contextual_vectors(x).shape)
    outputs = model(x)
    figure("14.8", "masked language modeling at (2, 3) positions", [2, 3, LONG], outputs["masked_ids"].shape)
    loss = SparseCategoricalCrossentropy(reduction="none")
    labels = tf.constant([7, 8, 9, 10, 20, 30])
    figure("14.8", "its losses", [6], loss(labels, tf.reshape(outputs["masked_ids"], [6, LONG])).shape)
    figure("14.8", "next sentence prediction", [2, 2], outputs["is_next"].shape)


def test_14_8_segments(figure, crane):
    _, inputs = crane
    segments = inputs("a crane is [SEP] flying just left")["segment_ids"]
    figure("14.8", "0 up to and with the first <sep>, then 1", [[0] * 5 + [1] * 4], segments)


def test_14_9_ways_of_masking(figure):
    rows = 20_000
    ids = tf.fill([rows, 64], 7)
    maskable = tf.tile(tf.range(64)[tf.newaxis] > 0, [rows, 1])
    masked = mask_tokens(
        ids, maskable, tf.fill([rows], 64), tf.constant([0, 0]), predictions=10, mask_id=4, replacements=tf.range(9, 99)
    )
    figure("14.9", "most predictions of 64 tokens", 10, int(tf.reduce_sum(masked.weights[0])))
    now = tf.gather(masked.token_ids, masked.positions, batch_dims=1).numpy()
    figure(
        "14.9",
        "masked, kept, replaced",
        [0.8, 0.1, 0.1],
        [(now == 4).mean(), (now == 7).mean(), (now > 8).mean()],
        5e-3,
    )
    lengths = [3, 4, 10, 17, 30, 50, 64]
    few = mask_tokens(
        ids[:7], maskable[:7] & (tf.range(64) < tf.constant(lengths)[:, tf.newaxis]), tf.constant(lengths),
        tf.constant([0, 0]), predictions=10, mask_id=4, replacements=tf.range(9, 99),
    )  # fmt: skip
    expected = [max(1, round(0.15 * length)) for length in lengths]
    figure("14.9", f"predictions of {lengths} tokens", expected, tf.reduce_sum(few.weights, axis=1))


def test_14_9_wikitext2_in_batches(figure, shared_data):
    splits, info = wikitext2(shared_data / "wikitext2" / "wikitext-2-v1.zip")
    words = WordIds(["text"], min_frequency=5, lowercase=True, reserved=list(BERT_TOKENS))
    words.fit(Sentences()(splits["train"], split="train", seed=0))
    figure("14.9", "vocabulary", 20256, len(words.bind(info).fact(Vocabulary)))
    few = {"train": splits["train"].take(600)}
    batches = prepare(few, info, [Sentences(), words, PretrainingBatch(512, 64)], TrainerSettings(), 0)
    x, y, _ = next(iter(batches.train(0)))
    shapes = [x["token_ids"], x["segment_ids"], tf.reduce_sum(x["padding_mask"], axis=1), x["masked_positions"]]
    shapes += [y["masked_weights"], y["masked_ids"], y["is_next"]]
    expected = [[512, 64], [512, 64], [512], [512, 10], [512, 10], [512, 10], [512]]
    for want, value in zip(expected, shapes, strict=True):
        figure("14.9", "batch", want, value.shape)
    figure("14.9", "share of real neighbours", 0.5, float(tf.reduce_mean(tf.cast(y["is_next"], tf.float32))), 0.1)


def test_14_10_a_crane_is_flying(figure, crane):
    model, inputs = crane
    single, pair = (
        model.contextual_vectors(inputs(t)) for t in ("a crane is flying", "a crane driver came [SEP] he just left")
    )
    figure("14.10", "a crane is flying", [1, 6, 128], single.shape)
    figure("14.10", "a crane driver came, he just left", [1, 10, 128], pair.shape)
    figure("14.10", "vectors of crane differ", True, bool(tf.reduce_max(tf.abs(single[0, 2] - pair[0, 2])) > 1e-3))
