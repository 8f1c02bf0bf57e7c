"""Reports: what they log, and that the figures show the numbers."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.reports.attention_heatmaps import attention_heatmaps, draw_attention
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.confusion_matrix import confusion_matrix
from tfd2l.reports.learning_curves import learning_curves
from tfd2l.reports.prediction_table import prediction_table

NAMES = ("yes", "no")
TEXTS = ["one", "two", "three", "four"]
PREDICTIONS = Predictions(
    inputs={"text": TEXTS},
    targets=[0, 1, 1, 0],
    decoded={"label": ["yes", "yes", "no", "no"], "probability": [0.9, 0.6, 0.7, 0.8]},
)


class Kept:
    """Artifacts in memory."""

    def __init__(self):
        self.figures, self.tables = {}, {}

    def log_figure(self, figure, path):
        figure.draw_without_rendering()  # what cannot be drawn must fail here
        self.figures[path] = figure

    def log_table(self, columns, path):
        self.tables[path] = columns


class Attending:
    """Two layers of two heads whose weights tell layer and head."""

    def attention_weights(self, inputs, data):
        tokens = [[data.fact(Vocabulary).tokens[token] for token in row] for row in inputs["token_ids"].numpy()]
        padded = len(tokens[0]) + 2
        layers = {f"layer_{n}": tf.fill([1, 2, padded, padded], (n + 1) / 10) for n in range(3)}
        return AttentionWeights(layers, tokens, [[*tokens[0][:2]]])


def finished(model=None, history=(), test=None, predictions=PREDICTIONS, **options) -> FinishedRun:
    info = DataInfo(("text",), {}, {}, "test", "0", class_names=NAMES, facts=(Vocabulary(("[CLS]", "one", "two")),))
    return FinishedRun(
        artifacts=Kept(),
        model=model,
        data=info,
        history=list(history),
        test=test or {},
        predict=lambda split, limit: predictions,
        model_inputs=lambda inputs: {"token_ids": tf.constant([[0, 1, 2]])},
        **options,
    )


def test_confusion_matrix_counts_true_by_predicted():
    run = finished()
    confusion_matrix(run)
    axes = run.artifacts.figures["figures/confusion_matrix_test.png"].axes[0]
    assert [text.get_text() for text in axes.texts] == ["1\n50%", "1\n50%", "1\n50%", "1\n50%"]
    assert axes.get_title() == "test: 2 of 4 right"
    table = run.artifacts.tables["tables/classes_test.json"]
    assert table["class"] == ["yes", "no"]
    assert table["precision"] == table["recall"] == [0.5, 0.5]


def test_prediction_table_has_the_wrong_ones_first_the_surest_at_the_top():
    run = finished()
    prediction_table(run, max_rows=3)
    table = run.artifacts.tables["tables/predictions_test.json"]
    assert table["text"] == ["four", "two", "one"]
    assert table["right"] == ["NO", "NO", "yes"]
    assert table["label"] == ["yes", "no", "yes"]
    assert table["predicted"] == ["no", "yes", "yes"]


@pytest.mark.parametrize("channels", [1, 3])
def test_prediction_table_draws_images_and_numbers_them(channels):
    images = list(np.full((4, 5, 6, channels), np.arange(4)[:, None, None, None] * 60, np.uint8))
    run = finished(predictions=dataclasses.replace(PREDICTIONS, inputs={"image": images, "text": TEXTS}))
    prediction_table(run, max_rows=3, max_images=2)
    table = run.artifacts.tables["tables/predictions_test.json"]
    assert list(table) == ["example", "text", "label", "predicted", "probability", "right"]
    assert table["example"] == [3, 1, 0]
    (figure,) = run.artifacts.figures.values()
    drawn = [axes for axes in figure.axes if axes.images]
    assert [axes.get_title() for axes in drawn] == ["3: yes\nno (80%)", "1: no\nyes (60%)"]
    assert [int(axes.images[0].get_array().max()) for axes in drawn] == [180, 60]


def test_prediction_table_draws_no_image_if_none_is_wanted():
    run = finished(predictions=dataclasses.replace(PREDICTIONS, inputs={"image": [np.zeros((5, 6, 1), np.uint8)] * 4}))
    prediction_table(run, max_images=0)
    assert run.artifacts.figures == {}


def test_learning_curves_draw_train_validation_and_test():
    history = [
        {"loss": 1.0, "val_loss": 1.2, "accuracy": 0.3},
        {"loss": 0.5, "val_loss": 0.9, "accuracy": 0.6},
    ]
    curve = [{"step": 5, "val_loss": 1.3}, {"step": 10, "val_loss": 1.2}, {"step": 20, "val_loss": 0.9}]
    run = finished(history=history, test={"loss": 0.8}, curve=curve, steps_per_epoch=10)
    learning_curves(run)
    loss, accuracy = run.artifacts.figures["figures/learning_curves.png"].axes
    assert [list(line.get_ydata()) for line in loss.lines[:2]] == [[1.0, 0.5], [1.3, 1.2, 0.9]]
    assert [list(line.get_xdata()) for line in loss.lines[:2]] == [[1, 2], [0.5, 1, 2]]  # epochs
    assert [text.get_text() for text in loss.get_legend().get_texts()] == [
        "train",
        "validation",
        "test 0.800",
    ]
    assert len(accuracy.lines) == 1


def test_learning_curves_show_a_range_of_losses_if_one_is_wanted():
    run = finished(history=[{"loss": 1.0, "accuracy": 0.3}], steps_per_epoch=10)
    learning_curves(run, loss_range=[0.22, 0.35])
    loss, accuracy = run.artifacts.figures["figures/learning_curves.png"].axes
    assert loss.get_ylim() == (0.22, 0.35)
    assert accuracy.get_ylim() != (0.22, 0.35)
    for wrong in ([0.35, 0.22], [1.0]):
        with pytest.raises(ComponentError, match=r"Received: loss_range=\["):
            learning_curves(run, loss_range=wrong)


def test_a_heatmap_of_the_identity_is_the_identity():
    names = [str(number) for number in range(10)]
    axes = draw_attention({"eye": np.eye(10)[None]}, names, names, "section 10.1", 1).axes[0]
    np.testing.assert_array_equal(axes.images[0].get_array(), np.eye(10))
    assert [label.get_text() for label in axes.get_xticklabels()] == names


def test_learning_curves_of_a_run_without_epochs_draw_nothing():
    run = finished()
    learning_curves(run)
    assert run.artifacts.figures == {}


def test_attention_heatmaps_draw_the_last_layers_with_tokens_on_the_axes():
    run = finished(model=Attending())
    attention_heatmaps(run, num_examples=1, max_layers=2, max_heads=2)
    (figure,) = run.artifacts.figures.values()
    maps = [axes for axes in figure.axes if axes.images and axes.get_title()]
    assert [axes.get_title() for axes in maps] == [f"layer_{n}, head {h}" for n in (1, 2) for h in (0, 1)]
    assert [label.get_text() for label in maps[0].get_xticklabels()] == ["[CLS]", "one"]
    assert [label.get_text() for label in maps[0].get_yticklabels()] == ["[CLS]", "one", "two"]
    assert maps[0].images[0].get_array().shape == (3, 2)  # padding is not drawn
    np.testing.assert_allclose(maps[2].images[0].get_array(), 0.3)
    assert figure.get_suptitle() == "yes, predicted yes (90%)"


def test_attention_heatmaps_say_what_they_need():
    with pytest.raises(ComponentError, match=r"attention_weights.*Received: model object"):
        attention_heatmaps(finished(model=object()))
