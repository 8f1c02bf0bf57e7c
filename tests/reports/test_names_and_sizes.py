"""Reports of classes and words as users have them: any characters in names, many of them, vectors of NaN."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text

from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.plots.figure import MOST_INCHES
from tfd2l.reports.attention_heatmaps import draw_attention
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.confusion_matrix import confusion_matrix, most_confused
from tfd2l.reports.prediction_table import prediction_table
from tfd2l.reports.segmented_images import segmented_images
from tfd2l.reports.vector_map import vector_map
from tfd2l.reports.words_in_context import words_in_context

NAMES = ("$50_$100_", r"C:\new^{2", "_background", "a" * 300, "猫\x00", "accuracy")


def classified(kept, names, targets, labels, **inputs):
    data = DataInfo(("text",), {}, {}, "test", "0", class_names=tuple(names))
    decoded = {"label": [names[label] for label in labels], "probability": [0.5] * len(labels)}
    predictions = Predictions(inputs, targets, decoded)
    return FinishedRun(kept, data=data, predict=lambda split, limit: predictions)


def visible(figure):
    return {text.get_text() for text in figure.findobj(Text) if text.get_visible()}


def test_names_of_classes_are_drawn_as_they_are(kept):
    images = list(np.zeros((6, 8, 8, 3), np.uint8))
    run = classified(kept, NAMES, range(6), [1, 1, 2, 3, 4, 0], image=images)
    confusion_matrix(run)
    prediction_table(run)
    texts = visible(kept.figures["figures/confusion_matrix_test.png"])
    assert {"$50_$100_", r"C:\new^{2", "_background", "猫␀", "accuracy"} <= texts
    assert "0: $50_$100_\nC:\\new^{2 (50%)" in visible(kept.figures["figures/predictions_test.png"])
    assert kept.tables["tables/classes_test.json"]["class"] == list(NAMES)


def test_a_class_that_starts_with_an_underscore_is_in_the_legend(kept):
    names = ("_background_", "_person_", "cat")
    mask = np.array([[0, 1], [2, 255]], np.uint8)
    data = DataInfo(("image",), {}, {}, "test", "0", class_names=names)
    predictions = Predictions({"image": [np.zeros((2, 2, 3), np.uint8)]}, [mask], {"mask": [mask]})
    segmented_images(FinishedRun(kept, data=data, predict=lambda split, limit: predictions))
    (legend,) = kept.figures["figures/segmented_images_test.png"].legends
    assert [text.get_text() for text in legend.get_texts()] == ["_person_", "cat", "not counted"]


def test_of_many_classes_the_most_confused_are_drawn_and_all_are_in_the_table(kept):
    names = [f"class {number}" for number in range(1000)]
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 1000, 3000)
    labels = np.where(rng.uniform(size=3000) < 0.3, rng.integers(0, 1000, 3000), targets)
    labels[:40], targets[:40] = 7, 993
    confusion_matrix(classified(kept, names, targets.tolist(), labels.tolist(), text=[""] * 3000))
    figure = kept.figures["figures/confusion_matrix_test.png"]
    assert max(figure.get_size_inches()) < MOST_INCHES
    assert {"class 7", "class 993", "976 others"} <= visible(figure)
    assert len(figure.axes[0].texts) < 25 * 25
    pairs = kept.tables["tables/confusions_test.json"]
    assert (pairs["true"][0], pairs["predicted"][0], pairs["count"][0]) == ("class 993", "class 7", 40)
    assert sum(pairs["count"]) == 3000


def test_what_is_not_shown_stands_together():
    counts = np.array([[5, 3, 0, 1], [2, 9, 0, 0], [0, 0, 4, 0], [0, 0, 1, 7]])
    merged, names = most_confused(counts, ["a", "b", "c", "d"], 2)
    assert names == ["a", "b", "2 others"]
    assert merged.tolist() == [[5, 3, 1], [2, 9, 0], [0, 0, 12]]


def test_heat_maps_of_long_sequences_are_bounded():
    tokens = [f"$word{number}_" for number in range(700)]
    figure = draw_attention(
        {"layer": np.eye(700)[None].repeat(4, 0)}, tokens, tokens, "x " * 3000, 4, ("target", "source")
    )
    figure.draw_without_rendering()
    assert max(figure.get_size_inches()) <= MOST_INCHES
    axes = figure.axes[0]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("source", "target")
    assert len(axes.get_xticklabels()) <= 64


def with_vectors(kept, matrix, words):
    class Vectors:
        def word_vectors(self, data):
            return matrix

    data = DataInfo(("word",), {}, {}, "test", "0", facts=(Vocabulary(tuple(words)),))
    return FinishedRun(kept, model=Vectors(), data=data)


@pytest.mark.parametrize("method", ["pca", "tsne"])
def test_words_without_finite_vectors_are_left_out_of_the_map(kept, method):
    matrix = np.random.default_rng(0).normal(size=(12, 4))
    matrix[3], matrix[5, 0] = np.nan, np.inf
    vector_map(with_vectors(kept, matrix, [f"$w_{number}" for number in range(12)]), method=method)
    (figure,) = kept.figures.values()
    assert figure.axes[0].get_title().startswith("10 words")
    assert "2 without finite vectors are left out" in figure.axes[0].get_title()
    assert [text.get_text() for text in figure.axes[0].texts][:2] == ["$w_0", "$w_1"]


def test_a_map_of_nothing_but_nan_is_refused_with_the_reason(kept):
    with pytest.raises(ConfigError, match=r"Received: \[\], and 9 words whose vectors are not finite"):
        vector_map(with_vectors(kept, np.full((9, 4), np.nan), [f"w{number}" for number in range(9)]))


def test_more_words_than_have_room_are_dots(kept):
    words = [f"w{number}" for number in range(900)]
    vector_map(with_vectors(kept, np.random.default_rng(0).normal(size=(900, 4)), words), num_words=900, method="pca")
    (figure,) = kept.figures.values()
    assert len(figure.axes[0].texts) == 300
    assert len(figure.axes[0].collections[0].get_offsets()) == 900


def test_words_in_context_with_nan_are_drawn(kept):
    class Contextual:
        def contextual_vectors(self, inputs):
            return np.full((1, 3, 4), np.nan)

    data = DataInfo(("text",), {}, {}, "test", "0")
    inputs = {"token_ids": np.array([[2, 7, 3]]), "padding_mask": np.ones((1, 3), int)}
    run = FinishedRun(kept, model=Contextual(), data=data, model_inputs=lambda raw: inputs)
    words_in_context(run, "$bank_", [f"the $bank_ of river_{number}" for number in range(30)])
    (figure,) = kept.figures.values()
    assert "in the first 24 of 30 sentences" in figure.axes[0].get_title()
    assert max(figure.get_size_inches()) < MOST_INCHES


def test_images_beyond_the_limit_of_a_figure_are_in_the_table_alone(kept):
    images = list(np.zeros((300, 4, 4, 1), np.uint8))
    run = classified(kept, ("a", "b"), [0] * 300, [0, 1] * 150, image=images)
    prediction_table(run, max_rows=300, max_images=300)
    (figure,) = kept.figures.values()
    assert sum(len(axes.images) for axes in figure.axes) == 120
    assert [len(axes.patches) for axes in figure.axes[:2]] == [1, 1]  # the wrong ones are framed
    assert len(kept.tables["tables/predictions_test.json"]["label"]) == 300
