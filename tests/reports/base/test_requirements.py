"""What reports need is checked on a run that is built and has not trained."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError, DataError, Tfd2lError
from tfd2l.registry import find
from tfd2l.reports.base.requirements import BuiltRun, check_requirements, requires

SIZES = {"train": 9, "validation": 3}
IMAGES = (tf.TensorSpec([4, 8, 8, 3]), tf.TensorSpec([4], tf.int32))
TEXTS = ({"token_ids": tf.TensorSpec([4, 5], tf.int32)}, tf.TensorSpec([4], tf.int32))


class Many(keras.Model):
    """Has every method that a report may ask for."""

    grid = (2, 2)

    def attention_weights(self, inputs, data): ...
    def word_vectors(self, data): ...
    def contextual_vectors(self, inputs): ...


def built(model=None, answers=("label", "probability"), spec=TEXTS, classes=("a", "b"), vocabulary=("dog", "cat")):
    data = DataInfo(
        ("text",), {}, SIZES, "test", "0", batch_spec=spec, class_names=classes, facts=(Vocabulary(vocabulary),)
    )

    def model_inputs(inputs):
        (texts,) = inputs.values()
        ids = [[0, *(5 + vocabulary.index(word) for word in text.split()), 1] for text in texts]
        return {"token_ids": np.array(ids), "padding_mask": np.ones_like(ids)}

    return BuiltRun(model or Many(), data, lambda: answers, model_inputs)


def check(report, run, **options):
    check_requirements(find("report", report).load(), run, options)


@pytest.mark.parametrize(
    ("report", "options"),
    [
        ("confusion_matrix", {}), ("prediction_table", {"split": "train"}), ("attention_heatmaps", {}),
        ("schedule", {}),
        ("attended_patches", {}), ("projector", {}), ("nearest_words", {"words": ["Dog"]}), ("word_analogies", {}),
        ("words_in_context", {"word": "dog", "sentences": ["dog cat", "cat dog"]}), ("learning_curves", {}),
    ],
)  # fmt: skip
def test_what_a_run_has_is_enough(report, options):
    check(report, built(), **options)


@pytest.mark.parametrize(
    ("report", "run", "options", "told"),
    [
        (
            "confusion_matrix",
            {},
            {"split": "test"},
            r"no examples of the split 'test'\. They have: train 9, validation 3",
        ),
        ("confusion_matrix", {"classes": ()}, {}, r"the data have none"),
        (
            "prediction_table",
            {"answers": ("label",)},
            {},
            r"gives label, probability.*Received: a run that answers with",
        ),
        ("segmented_images", {}, {}, r"`decoder=segmentation`"),
        ("detected_objects", {}, {}, r"`decoder=detections`"),
        ("precision_recall", {}, {}, r"`decoder=detections`"),
        ("translations", {}, {}, r"`decoder=beam_search`"),
        (
            "translations",
            {"answers": ("translation",)},
            {"phrases": [{"source": "go"}]},
            r"Received: \{'source': 'go'\}",
        ),
        ("submission", {}, {"form": "probabilities"}, r"gives classes, probabilities"),
        (
            "attention_heatmaps",
            {"model": keras.Sequential()},
            {},
            r"`attention_weights`.*bert_.*model Sequential",
        ),
        ("attended_patches", {}, {"max_heads": 0}, r"Received: max_heads=0"),
        ("attention_pooling", {}, {}, r"models that have it: nadaraya_watson\. .*Received: model Many"),
        ("descent_trace", {}, {}, r"`trace` and `objective`.* point\."),
        ("style_images", {}, {}, r"`to_bytes`.* style_transfer\."),
        ("anchor_boxes", {"model": keras.Sequential()}, {}, r"anchor boxes of a detector"),
        ("augmented_images", {}, {}, r"about images.*Received: \['token_ids'\]"),
        ("feature_maps", {"model": keras.Sequential()}, {"layers": ["pool"]}, r"no layer 'pool'"),
        ("learning_curves", {}, {"loss_range": [2.0, 1.0]}, r"Received: loss_range=\[2.0, 1.0\]"),
        ("nearest_words", {}, {"words": ["dgo"]}, r"not in the vocabulary: dgo\. Did you mean 'dog'"),
        ("nearest_words", {}, {"k": 0}, r"Received: k=0"),
        ("vector_map", {}, {"words": ["bird"]}, r"vector_map\.words: not in the vocabulary: bird"),
        ("words_in_context", {}, {"word": "dog", "sentences": ["dog"]}, r"two sentences or more"),
        ("words_in_context", {}, {"word": "dog", "sentences": ["dog", "cat"]}, r"looks for 'dog'.*Received: 'cat'"),
        ("save_vectors", {"model": keras.Sequential()}, {}, r"gives vector: `decoder=nearest_words`"),
    ],
)
def test_what_is_missing_is_told(report, run, options, told):
    with pytest.raises(Tfd2lError, match=told):
        check(report, built(**run), **options)


@pytest.mark.parametrize(("report", "line"), [("word_similarity", "dog cat"), ("word_analogies", "dog cat bird")])
def test_files_of_a_report_are_read_before_training(tmp_path, report, line):
    file = tmp_path / "suite.txt"
    file.write_text(f"{line}\n")
    with pytest.raises(DataError, match=r"suite\.txt:1: "):
        check(report, built(), path=file)


def test_images_and_answers_that_are_not_known_yet_pass():
    check("augmented_images", built(spec=IMAGES))
    check("confusion_matrix", built(answers=None))


def test_a_report_of_a_plugin_declares_what_it_needs_or_nothing():
    def refuses(run, options):
        raise ComponentError(f"no. Received: {options}")

    @requires(refuses)
    def mine(run, size: int = 3): ...

    with pytest.raises(ComponentError, match=r"Received: \{.*'size': 3.*\}"):
        check_requirements(mine, built(), {})
    check_requirements(lambda run: None, built(), {})
