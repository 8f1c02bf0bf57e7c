"""Every stage does the same in training, in another process and when the model is served, as `check_stage` has it."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.registry import entries, find
from tfd2l.testing import check_stage
from tfd2l.text.wordpiece import SPECIAL_TOKENS

RNG = np.random.default_rng(0)
TEXTS = {
    "text": ["( A man ) runs . he falls", "a dog sleeps . it  barks", "the man sleeps . the dog runs"],
    "label": [0, 1, 0],
}
PAIRS = {
    "source": ["go on .", "i see you .", "you see me ."],
    "target": ["va .", "je te vois .", "tu me vois ."],
}
BYTES = {"image": RNG.integers(0, 256, (4, 12, 10, 3)).astype(np.uint8), "label": [0, 1, 0, 1]}
IMAGES = {**BYTES, "image": BYTES["image"].astype(np.float32) / 255}
NUMBERS = {"x": RNG.normal(size=4).astype(np.float32), "y": RNG.normal(size=4).astype(np.float32)}
TOKENS = ("<unk>", "<pad>", "<bos>", "<eos>", *SPECIAL_TOKENS, *"abcdefghijklm")
IDS = [[5, 6], [7], [8, 9, 5]]


def ids(**columns):
    """A dataset of vectors of ids of several lengths, and a label."""
    rows = len(next(iter(columns.values())))
    ragged = {key: tf.ragged.constant(values, dtype=tf.int32) for key, values in columns.items()}
    ds = tf.data.Dataset.from_tensor_slices({**ragged, "label": list(range(rows))})
    return ds.map(lambda example: {key: tf.convert_to_tensor(value) for key, value in example.items()})


def data(*inputs):
    """What is known of examples of ids."""
    facts = (Vocabulary(TOKENS), TargetVocabulary(TOKENS))
    return DataInfo(inputs, {}, {"train": 3}, "a test", "0" * 16, facts=facts)


# stage -> its options, examples, and what `check_stage` needs beside them
STAGES = {
    "batch": ({"inputs": ["image"], "batch_size": 3}, IMAGES, {"inputs": ["image"]}),
    "bpe": ({"keys": ["text"], "vocabulary_size": 40, "min_frequency": 1}, TEXTS, {"inputs": ["text"]}),
    "bucket_batch": (
        {"batch_size": 2, "boundaries": [4, 6]},
        lambda: ids(token_ids=[[2, 5, 3], [2, 6, 7, 8, 3], [2, 9]], segment_ids=[[0, 0, 1], [0, 0, 0, 1, 1], [0, 1]]),
        {"inputs": ["token_ids", "segment_ids"]},
    ),
    "cache": ({}, NUMBERS, {}),
    "center_crop": ({"height": 6, "width": 8}, IMAGES, {}),
    "clean_text": ({"keys": ["text"]}, TEXTS, {}),
    "color_jitter": ({"brightness": 0.5, "hue": 0.1}, IMAGES, {}),
    "flip": ({}, IMAGES, {}),
    "language_model_batch": (
        {"batch_size": 2, "boundaries": [6, 9]},
        lambda: ids(text=IDS),
        {"data": data("text"), "inputs": ["text"]},
    ),
    "leave_one_out": ({}, NUMBERS, {"inputs": ["x"]}),
    "normalize_channels": ({}, IMAGES, {}),
    "pack_pair": (
        {"max_length": 6},
        lambda: ids(premise=IDS, hypothesis=[[6], [7, 8], [9]]),
        {"data": data("premise", "hypothesis"), "inputs": ["premise", "hypothesis"]},
    ),
    "phrases": ({"threshold": 0.1, "min_frequency": 1}, TEXTS, {"inputs": ["text"]}),
    "prefetch": ({}, NUMBERS, {}),
    "rand_augment": ({}, IMAGES, {}),
    "random_crop": ({"padding": 2}, IMAGES, {}),
    "random_resized_crop": ({"height": 6, "width": 6}, IMAGES, {}),
    "resize": ({"height": 6, "width": 8}, IMAGES, {}),
    "scale_pixels": ({}, BYTES, {"inputs": ["image"]}),
    "shuffle": ({}, NUMBERS, {}),
    "standardize": ({"keys": ["x", "y"]}, NUMBERS, {"inputs": ["x"]}),
    "subset": ({"fraction": 0.5}, NUMBERS, {}),
    "translation_batch": (
        {"batch_size": 2, "num_steps": 5},
        lambda: ids(source=IDS, target=[[6], [7, 8], [9]]),
        {"data": data("source"), "inputs": ["source"]},
    ),
    "word_ids": ({"keys": ["text"], "min_frequency": 1}, TEXTS, {"inputs": ["text"]}),
    "word_lookup": ({}, {"text": ["a", "b", "c"]}, {"data": data("text")}),
    "wordpiece": ({"keys": ["text"], "vocabulary_size": 60, "min_frequency": 1}, TEXTS, {"inputs": ["text"]}),
    "words": ({"min_frequency": 1}, PAIRS, {"inputs": ["source"]}),
}
# Those that take what another stage has made, or make several elements of an example: their own tests see both sides.
ELSEWHERE = {
    "all_words", "context_windows", "cooccurrences", "cutmix", "huffman_paths", "log_counts", "mixup",
    "negative_samples", "pretraining_batch", "rebatch", "sentence_chunks", "sentences", "shared_negatives", "subsample",
    "subwords", "word_rows",
}  # fmt: skip


def test_every_stage_is_checked():
    built_in = {entry.name for entry in entries("stage") if entry.distribution == "tfd2l"}
    assert built_in == set(STAGES) | ELSEWHERE


@pytest.mark.parametrize("name", STAGES)
def test_does_the_same_in_training_and_when_served(name):
    options, examples, known = STAGES[name]
    make = find("stage", name).load()
    check_stage(lambda: make(**options), examples() if callable(examples) else examples, **known)
