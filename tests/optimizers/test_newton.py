"""Newton's method: the book's points, and a saddle."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError
from tfd2l.optimizers.newton import Newton
from tfd2l.pipelines.experiment.optimizer import build_optimizer
from tfd2l.training.position import Plan
from tfd2l.training.settings import TrainerSettings


def test_walks_as_in_the_book_on_a_convex_function(descend):
    points = descend(lambda x: tf.reduce_sum(tf.cosh(0.5 * x)), [10.0], Newton, 6)
    np.testing.assert_allclose(points[:, 0], [8.00018, 6.00152, 4.01140, 2.08254, 0.525763, 0.011786], rtol=1e-4)


def test_goes_the_wrong_way_as_in_the_book_where_it_is_not_convex(descend):
    def objective(x):
        return tf.reduce_sum(x * tf.cos(0.15 * np.pi * x))

    assert descend(objective, [10.0], Newton, 10)[-1, 0] == pytest.approx(26.834133, rel=1e-5)
    values = [objective(tf.constant(p)) for p in descend(objective, [10.0], lambda m: Newton(m, 0.5, True), 10)]
    assert (np.diff(values) < 1e-6).all()  # with |H| it always goes down


def test_one_step_ends_at_the_minimum_of_a_parabola(descend):
    hessian = tf.constant([[3.0, 1.0], [1.0, 2.0]])
    objective = lambda x: 0.5 * tf.tensordot(x, tf.linalg.matvec(hessian, x), 1) + x[0]  # noqa: E731
    expected = np.linalg.solve(hessian, [-1.0, 0.0])
    for absolute in (False, True):
        points = descend(objective, [5.0, -4.0], lambda m, absolute=absolute: Newton(m, absolute=absolute), 1)
        np.testing.assert_allclose(points[0], expected, rtol=1e-5)


def test_with_absolute_curvature_it_leaves_a_saddle(descend):
    saddle = lambda x: x[0] ** 2 - x[1] ** 2  # noqa: E731
    np.testing.assert_allclose(descend(saddle, [1.0, 0.5], Newton, 1)[0], [0, 0], atol=1e-6)
    points = descend(saddle, [1.0, 0.5], lambda model: Newton(model, absolute=True), 3)
    np.testing.assert_allclose(points, [[0, 1], [0, 2], [0, 4]], atol=1e-5)


def test_a_model_that_is_no_point_is_refused():
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)], name="net")
    with pytest.raises(
        ComponentError, match=r"newton evaluates .*`objective\(position\)`.*net \(Sequential\) with 2 weights"
    ):
        Newton(model)


def test_a_negative_rate_is_refused(descend):
    with pytest.raises(ValueError, match=r"learning_rate must be at least 0\. Received: learning_rate=-1"):
        descend(tf.reduce_sum, [0.0], lambda model: Newton(model, -1), 1)


def test_the_experiment_supplies_the_model(descend):
    def made(model):
        config = {"optimizer": {"name": "newton", "learning_rate": 0.5}}
        optimizer = build_optimizer(config, TrainerSettings(), Plan(1, 1), NO_DATA, model)
        assert optimizer.get_config()["learning_rate"] == 0.5
        return optimizer

    np.testing.assert_allclose(descend(lambda x: x[0] ** 2, [4.0], made, 1), [[2.0]])
