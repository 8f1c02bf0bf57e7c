"""What a competition is sent: a line an image, in its order, as each competition asks."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.unlabelled import UnlabelledExamples
from tfd2l.data.info import NO_DATA
from tfd2l.errors import ConfigError
from tfd2l.reports import submission as module
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.submission import submission

NAMES = ("cat", "dog")


class Kept:
    def __init__(self):
        self.texts = {}

    def log_text(self, text, path):
        self.texts[path] = text


def serve(inputs):
    """An image that is bright is a dog."""
    dog = [float(np.mean(image) / 255) for image in inputs["image"]]
    return {
        "label": [NAMES[round(share)] for share in dog],
        "classes": [list(NAMES)] * len(dog),
        "probabilities": [[1 - share, share] for share in dog],
    }


def finished(unlabelled, serve=serve):
    data = replace(NO_DATA, inputs=("image",), class_names=NAMES)
    data = data if unlabelled is None else data.with_fact(UnlabelledExamples(unlabelled))
    images = [np.full((2, 2, 3), value, np.uint8) for value in (255, 0, 255)]

    def predict(split, limit):
        assert (split, limit) == (None, None)
        return Predictions({"image": images}, [0, 0, 0], serve({"image": images}))

    return FinishedRun(Kept(), data=data, serve=serve, predict=predict)


@pytest.fixture
def unlabelled():
    """Of two sizes, darker and darker."""

    def examples():
        for number in range(5):
            yield {"id": str(7 + number), "image": np.full((2 + number % 2, 2, 3), 255 - 51 * number, np.uint8)}

    spec = {"id": tf.TensorSpec([], tf.string), "image": tf.TensorSpec([None, None, 3], tf.uint8)}
    return tf.data.Dataset.from_generator(examples, output_signature=spec)


def rows(run, **options):
    submission(run, **options)
    (text,) = run.artifacts.texts.values()
    assert list(run.artifacts.texts) == ["submission.csv"]
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("chunk", [2, 256])
def test_labels_in_the_order_of_the_ids(unlabelled, monkeypatch, chunk):
    monkeypatch.setattr(module, "CHUNK", chunk)
    found = rows(finished(unlabelled))
    assert found == [["id", "label"], ["7", "dog"], ["8", "dog"], ["9", "dog"], ["10", "cat"], ["11", "cat"]]


def test_probabilities_of_every_class(unlabelled):
    found = rows(finished(unlabelled), form="probabilities", id_column="image")
    assert found[:3] == [["image", "cat", "dog"], ["7", "0", "1"], ["8", "0.2", "0.8"]]
    assert len(found) == 6


def test_without_unlabelled_examples_a_split_is_numbered(unlabelled):
    assert rows(finished(None), label_column="breed") == [["id", "breed"], ["1", "dog"], ["2", "cat"], ["3", "dog"]]


def test_a_decoder_that_does_not_tell_is_named(unlabelled):
    run = finished(unlabelled, lambda inputs: {"mask": [0] * len(inputs["image"])})
    with pytest.raises(ConfigError, match=r"form=label needs a decoder.*`decoder=class_probabilities`.*tells mask"):
        submission(run)
