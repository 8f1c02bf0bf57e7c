"""The figure and the table of a trace show where the point has been."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ComponentError
from tfd2l.models.point import Point
from tfd2l.optimizers.sgd import SGD
from tfd2l.reports.descent_trace import descent_trace
from tfd2l.schedules.polynomial import Polynomial


def walked(start, steps, optimizer, *objective):
    model = Point(start, steps, *objective)
    model.descend(optimizer, tf.zeros([steps, len(start)]))
    return model


def test_in_two_dimensions_it_is_drawn_over_contours(illustrated):
    optimizer = SGD(0.1)
    model = walked([-5.0, -2.0], 20, optimizer)
    figure, table, metrics = illustrated(descent_trace, model=model, optimizer=optimizer)
    over, down = figure.axes
    np.testing.assert_allclose(np.transpose(over.lines[0].get_data()), model.trace)
    assert over.collections  # contours
    np.testing.assert_allclose(np.transpose([table["x1"], table["x2"]]), model.trace)
    values = model.trace[:, 0] ** 2 + 2 * model.trace[:, 1] ** 2
    np.testing.assert_allclose(table["f"], values, rtol=1e-5)
    np.testing.assert_allclose(down.lines[0].get_ydata(), values, rtol=1e-5)
    assert metrics == {"final/x1": table["x1"][-1], "final/x2": table["x2"][-1], "final/objective": table["f"][-1]}
    assert figure.get_suptitle() == "sgd, learning rate 0.1: x = (-0.05765, -7.312e-05) after 20 steps"


def test_in_one_dimension_it_is_drawn_over_the_curve(illustrated):
    optimizer = SGD(Polynomial(0.2, power=0.5, decay=0.1))
    model = walked([10.0], 5, optimizer, "square")
    figure, table, metrics = illustrated(descent_trace, model=model, optimizer=optimizer)
    curve, trace, *_ = figure.axes[0].lines
    np.testing.assert_allclose(curve.get_ydata(), curve.get_xdata() ** 2, rtol=1e-5)
    np.testing.assert_allclose(trace.get_xdata(), table["x"])
    np.testing.assert_allclose(trace.get_ydata(), np.square(table["x"]), rtol=1e-5)
    assert list(metrics) == ["final/x", "final/objective"]
    assert "learning rate 0.2 to 0.169" in figure.get_suptitle()  # 0.2 / sqrt(1.4)


def test_a_trace_that_leaves_is_told_and_the_picture_stays_readable(illustrated):
    optimizer = SGD(0.6)
    model = walked([-5.0, -2.0], 20, optimizer, "quadratic", {"a": 0.1, "b": 2})
    figure, *_ = illustrated(descent_trace, model=model, optimizer=optimizer)
    over = figure.axes[0]
    assert max(map(abs, over.get_ylim())) < 20 < abs(model.trace[-1, 1])
    assert [text.get_text() for text in over.get_legend().get_texts()] == ["start", "end: outside"]


def test_another_model_is_refused(illustrated):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ComponentError, match=r"have it: point\. .*Received: model Sequential"):
        illustrated(descent_trace, model=model)
