"""A point: its traces are the book's, and those of NumPy under the same noise."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.models.point import Point, point
from tfd2l.optimizers.adadelta import Adadelta
from tfd2l.optimizers.adam import Adam
from tfd2l.optimizers.newton import Newton
from tfd2l.optimizers.sgd import SGD
from tfd2l.optimizers.yogi import Yogi
from tfd2l.schedules.exponential import Exponential
from tfd2l.schedules.polynomial import Polynomial

FAR = (-5.0, -2.0)
BOWL, VALLEY = ("quadratic", {}), ("quadratic", {"a": 0.1, "b": 2})


def descend(objective, start, optimizer, steps, noise=None):
    model = Point(start, steps, *objective)
    chosen = optimizer(model) if optimizer is Newton else optimizer
    return model.descend(chosen, np.zeros((steps, len(start))) if noise is None else noise)


def adadelta(x, slope, steps):
    s, dx = np.zeros(2), np.zeros(2)
    for _ in range(steps):
        g = slope(x)
        s = 0.9 * s + 0.1 * g**2
        change = np.sqrt(dx + 1e-5) / np.sqrt(s + 1e-5) * g
        x = x - change
        dx = 0.9 * dx + 0.1 * change**2
    return x


def adam(x, slope, steps, yogi=False, epsilon=1e-6):
    v, s = np.zeros(2), np.zeros(2)
    for t in range(1, steps + 1):
        g = slope(x)
        v = 0.9 * v + 0.1 * g
        s = s + 0.001 * (np.sign(g**2 - s) * g**2 if yogi else g**2 - s)
        x = x - 0.4 * v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + epsilon)
    return x


@pytest.mark.parametrize(
    ("optimizer", "reference"),
    [
        (lambda: Adadelta(), adadelta),
        (lambda: Adam(0.4), adam),
        (lambda: Yogi(0.4), lambda *arguments: adam(*arguments, yogi=True, epsilon=1e-3)),
    ],
)
def test_traces_that_the_book_does_not_print(optimizer, reference):
    """Adadelta's is nowhere near the minimum after 20 steps, whatever the notes say."""
    expected = reference(np.array(FAR), lambda x: np.array([0.2, 4]) * x, 20)
    np.testing.assert_allclose(descend(VALLEY, FAR, optimizer(), 20)[-1], expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("rate", "formula"),
    [
        (0.1, lambda t: 0.1),
        (Exponential(0.1, decay=0.1), lambda t: 0.1 * np.exp(-0.1 * t)),
        (Polynomial(0.1, power=0.5, decay=0.1), lambda t: 0.1 * (1 + 0.1 * t) ** -0.5),
    ],
)
def test_noise_is_added_to_the_gradient_of_its_step(rate, formula):
    noise = np.random.default_rng(0).normal(size=(50, 2))
    expected = [np.array(FAR)]
    for t, extra in enumerate(noise):
        expected.append(expected[-1] - formula(t) * (np.array([2, 4]) * expected[-1] + extra))
    np.testing.assert_allclose(descend(BOWL, FAR, SGD(rate), 50, noise), expected, atol=2e-5)


def test_exponential_decay_stalls_where_the_book_says():
    """About 0.75 to 1 from the minimum with the book's rates, which begin at t = 2; the sum of the rates is bounded."""
    still = descend(BOWL, FAR, SGD(Exponential(0.1 * np.exp(-0.2), decay=0.1)), 300)
    assert -1.0 < still[-1, 0] < -0.7
    np.testing.assert_allclose(still[-1], still[-100], atol=1e-4)


def test_outputs_are_the_function_and_what_the_noise_adds_and_only_training_moves_on():
    model = Point(FAR, 3)
    noise = tf.constant([[1.0, 0.0], [0.0, 10.0]])
    np.testing.assert_allclose(model(noise), [33 - 5, 33 - 20])
    assert len(model.trace) == 1
    model(noise, training=True)
    assert len(model.trace) == 2
    assert [variable.name for variable in model.trainable_variables] == ["position"]
    assert model.objective(tf.constant([1.0, 1.0])).shape == ()


def test_it_is_loaded_as_it_was_saved(tmp_path):
    model = Point(FAR, 4, *VALLEY)
    trace = model.descend(SGD(0.4), np.zeros((4, 2)))
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.trace, trace)
    noise = tf.ones([1, 2])
    np.testing.assert_array_equal(loaded(noise), model(noise))


def info(dimensions):
    spec = tf.TensorSpec([1, dimensions], tf.float32)
    return DataInfo(("noise",), {}, {}, "test", "0", batch_spec=(spec, spec, tf.TensorSpec([1], tf.float32)))


def test_as_a_component_it_fits_its_noise():
    model = point(info(1), total_steps=5, objective="square", start=[3.0])
    assert model.visited.shape == (5, 1)


@pytest.mark.parametrize(
    ("options", "dimensions", "said"),
    [
        (
            {"objective": "square", "start": [1.0, 2.0]},
            2,
            r"'square' has 1 coordinates\. Received: model\.start=\[1\.0, 2\.0\]",
        ),
        ({}, 1, r"has 1 coordinates \(dataset\.dimensions\), the point has 2\. Received"),
        ({"objective": "quadric"}, 2, r"no objective 'quadric'.*'quadratic'"),
    ],
)
def test_images_that_do_not_fit_are_refused(options, dimensions, said):
    with pytest.raises(ConfigError, match=said):
        point(info(dimensions), total_steps=5, **options)
