"""The figure of the learning rate shows the optimizer's own rates."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import numpy as np
import pytest

from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.schedule import MOST_POINTS, schedule
from tfd2l.schedules.cosine import Cosine
from tfd2l.training.linear_scaling import LinearScaling


def drawn(optimizer, steps_per_epoch, total_steps, epochs=None):
    """The axes, and the rate that they show for every step."""
    figures = {}

    def log_figure(figure, path):
        figure.draw_without_rendering()  # what cannot be drawn must fail here
        figures[path] = figure

    epochs = total_steps // steps_per_epoch if epochs is None else epochs
    schedule(
        FinishedRun(
            SimpleNamespace(log_figure=log_figure),
            history=[{"loss": 1.0}] * epochs,
            optimizer=optimizer,
            steps_per_epoch=steps_per_epoch,
            total_steps=total_steps,
        )
    )
    (axes,) = figures["figures/schedule.png"].axes
    (stairs,) = [patch for patch in axes.patches if hasattr(patch, "get_data")]
    rates, edges, _ = stairs.get_data()
    return axes, rates[np.searchsorted(edges, np.arange(total_steps), "right") - 1]


def test_every_step_is_drawn_with_its_rate():
    chosen = Cosine(0.3, 4, 0.01, steps_per_epoch=10, unit="epoch", warmup=2)
    axes, rates = drawn(keras.optimizers.SGD(chosen), 10, 50)
    np.testing.assert_allclose(rates, [float(chosen(step)) for step in range(50)])
    assert axes.get_title() == "SGD · Cosine"
    (above,) = axes.child_axes
    assert (above.get_xlabel(), above.get_xlim()) == ("epoch", (0.0, 5.0))
    assert [line.get_xdata()[0] for line in axes.lines] == [10, 20, 30, 40]
    assert axes.get_legend() is None


def test_a_number_is_a_flat_line():
    axes, rates = drawn(keras.optimizers.AdamW(0.25), 4, 8)
    assert rates.tolist() == [0.25] * 8
    assert axes.get_title() == "AdamW"


def test_the_optimizer_inside_a_loss_scale_is_shown():
    chosen = LinearScaling(Cosine(0.3, 20), 2.0)
    axes, rates = drawn(keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(chosen)), 10, 20)
    assert axes.get_title() == "SGD · LinearScaling"
    assert rates[0] == pytest.approx(0.6)


def test_a_long_run_is_sampled_from_its_first_to_its_last_step():
    total = 100_000
    axes, rates = drawn(keras.optimizers.SGD(Cosine(0.3, total, 0.01)), 500, total)
    (stairs,) = [patch for patch in axes.patches if hasattr(patch, "get_data")]
    assert len(stairs.get_data().values) == MOST_POINTS
    expected = 0.01 + 0.145 * (1 + np.cos(np.pi * np.arange(total) / total))
    np.testing.assert_allclose(rates, expected, atol=0.3 * np.pi / MOST_POINTS)
    assert len(axes.lines) == 0  # 200 epochs would be a grey surface


def test_what_was_not_trained_is_told():
    axes, _ = drawn(keras.optimizers.SGD(0.1), 10, 50, epochs=3)
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["not trained: stopped at step 30"]


def test_less_than_an_epoch_can_be_drawn():
    _, rates = drawn(keras.optimizers.SGD(0.1), 63, 2, epochs=1)
    assert len(rates) == 2


def test_a_run_that_trains_nothing_has_no_figure():
    schedule(FinishedRun(SimpleNamespace()))  # it would log, and cannot
