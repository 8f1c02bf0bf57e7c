"""The figures show the curves and weights that a transcription gives."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ComponentError
from tfd2l.models.nadaraya_watson import KernelRegression
from tfd2l.reports.attention_pooling import attention_pooling
from tfd2l.reports.base.finished_run import FinishedRun, Predictions

KEYS, VALUES = np.array([2.0, 0.0, 1.0]), np.array([5.0, 1.0, 3.0])
QUERIES, TRUTH = [1.5, 0.5], [4.0, 2.0]  # not in their order


def finished(model):
    figures = {}

    def log_figure(figure, path):
        figure.draw_without_rendering()
        figures[path] = figure

    def predict(split, limit):
        x, y = (KEYS.tolist(), VALUES.tolist()) if split == "train" else (QUERIES, TRUTH)
        return Predictions({"x": x}, y, {"value": [0.0] * len(x)})

    def model_inputs(inputs):
        queries = tf.constant(inputs["x"], tf.float32)
        keys, values = (tf.constant(np.tile(column, (len(inputs["x"]), 1)), tf.float32) for column in (KEYS, VALUES))
        return {"queries": queries, "keys": keys, "values": values}

    artifacts = SimpleNamespace(log_figure=log_figure, figures=figures)
    return FinishedRun(artifacts, model, predict=predict, model_inputs=model_inputs)


def weights(w):
    powers = np.exp(-(((np.sort(QUERIES)[:, None] - np.sort(KEYS)) * w) ** 2) / 2)
    return powers / powers.sum(1, keepdims=True)


def test_all_three_ways_are_drawn():
    model = KernelRegression()
    model.build()
    model.set_weights([np.float32(-4.0)])
    run = finished(model)
    attention_pooling(run)
    curves, heatmaps = run.artifacts.figures.values()
    lines = {line.get_label().partition(",")[0]: line for line in curves.axes[0].lines}
    assert list(lines) == ["truth", "average pooling (w = 0)", "non-parametric (w = 1)", "learned (w = 4)"]
    for line in lines.values():
        np.testing.assert_allclose(line.get_xdata(), [0.5, 1.5])
    np.testing.assert_allclose(lines["truth"].get_ydata(), [2, 4])
    maps = [axes for axes in heatmaps.axes if axes.images]
    assert [axes.get_title() for axes in maps] == list(lines)[1:]
    for axes, (name, w) in zip(maps, zip(list(lines)[1:], (0, 1, 4), strict=True), strict=True):
        np.testing.assert_allclose(axes.images[0].get_array(), weights(w), atol=1e-6)
        np.testing.assert_allclose(lines[name].get_ydata(), weights(w) @ np.array([1, 3, 5]), atol=1e-5)
    (points,) = curves.axes[0].collections
    np.testing.assert_allclose(points.get_offsets(), np.stack([KEYS, VALUES], axis=1))


@pytest.mark.parametrize(("w", "ways"), [(0.0, 2), (1.0, 2), (2.5, 3)])
def test_a_width_that_was_not_learned_is_drawn_once(w, ways):
    run = finished(KernelRegression(w))
    attention_pooling(run)
    curves, _ = run.artifacts.figures.values()
    labels = [line.get_label() for line in curves.axes[0].lines]
    assert len(labels) == 1 + ways
    assert any(label.startswith("this run (w = 2.5)") for label in labels) == (ways == 3)


def test_another_model_is_refused():
    with pytest.raises(ComponentError, match=r"attention_pooling needs .*: nadaraya_watson\. .*Received: model object"):
        attention_pooling(finished(object()))
