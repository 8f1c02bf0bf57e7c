"""Every exact figure of chapter 11, computed by the public components."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.models.point import Point
from tfd2l.ops.optimization.conditioning import compute_condition_number, scale_to_unit_diagonal
from tfd2l.ops.optimization.convexity import compute_chord_gap, is_convex, is_convex_at
from tfd2l.ops.optimization.hessian import compute_hessian
from tfd2l.ops.optimization.leaky_average import (
    compute_effective_window,
    compute_leaky_weights,
    compute_remaining_error,
)
from tfd2l.ops.optimization.matrix_product import compute_gigaflops
from tfd2l.ops.optimization.objectives import make_objective
from tfd2l.ops.optimization.sampling_with_replacement import (
    compute_inclusion_probability,
    compute_single_draw_probability,
)
from tfd2l.ops.optimization.stationary_points import compute_derivative, find_stationary_points
from tfd2l.optimizers.adadelta import Adadelta
from tfd2l.optimizers.adagrad import Adagrad
from tfd2l.optimizers.adam import Adam
from tfd2l.optimizers.momentum import Momentum
from tfd2l.optimizers.newton import Newton
from tfd2l.optimizers.rmsprop import RMSprop
from tfd2l.optimizers.sgd import SGD
from tfd2l.optimizers.yogi import Yogi
from tfd2l.schedules.cosine import Cosine
from tfd2l.schedules.exponential import Exponential
from tfd2l.schedules.factor import Factor
from tfd2l.schedules.multi_factor import MultiFactor
from tfd2l.schedules.polynomial import Polynomial
from tfd2l.schedules.sqrt import Sqrt

FAR = (-5.0, -2.0)


def trace(objective, start, optimizer, steps):
    """Every point of an optimizer (a function of the model that makes one), (steps + 1, d)."""
    name, coefficients = objective
    model = Point(start, steps, name, coefficients)
    return model.descend(optimizer(model), tf.zeros((steps, len(start))))


def test_11_1_minima_saddles_and_a_vanishing_gradient(figure):
    risk = make_objective("cosine_product", {"c": 1.0})
    x = tf.constant([[-0.7], [0.4]])
    figure("11.1", "x cos(pi x) at -.7 and .4", x[:, 0] * np.cos(np.pi * x[:, 0]), risk(x), 1e-6)
    empirical = make_objective("empirical_risk")(x) - risk(x)
    figure("11.1", "empirical less true risk: .2 cos(5 pi x)", 0.2 * np.cos(5 * np.pi * x[:, 0]), empirical, 1e-6)
    minima = [point.x for point in find_stationary_points(risk, -1, 2) if point.kind == "minimum"]
    figure(
        "11.1",
        "slope of x cos(pi x) at its minima on [-1, 2]",
        [0, 0],
        compute_derivative(risk, tf.constant(minima)),
        1e-4,
    )
    cube = make_objective("cube")
    flat = tf.constant([0.0])
    figure(
        "11.1",
        "first and second derivative of x^3 at 0: a saddle",
        [0, 0],
        [*compute_derivative(cube, flat), compute_hessian(cube, flat)[0, 0]],
    )
    saddle = compute_hessian(make_objective("quadratic", {"a": 1, "b": -1}), tf.zeros(2))
    figure("11.1", "eigenvalues of the Hessian of x1^2 - x2^2 at 0", [-2, 2], tf.linalg.eigvalsh(saddle), 1e-6)
    slope = compute_derivative(make_objective("hyperbolic_tangent"), tf.constant([4.0], tf.float64))
    figure("11.1", "slope of tanh at 4 (book: .0013)", [0.00134095], slope, 5e-9)


def test_11_2_convexity(figure):
    kinds = {
        ".5 x^2": (make_objective("square", {"scale": 0.5}), True),
        "exp(.5 x)": (make_objective("exponential", {"c": 0.5}), True),
        "cos(pi x)": (make_objective("cosine", {"c": 1.0}), False),
    }
    for text, (function, convex) in kinds.items():
        gap = compute_chord_gap(function, tf.constant([-1.5]), tf.constant([1.0]))
        figure("11.2", f"the chord of {text} from -1.5 to 1 lies nowhere below it", convex, bool(np.all(gap > -1e-6)))
        figure("11.2", f"{text} is convex on [-2, 2]", convex, bool(is_convex(function, -2, 2)))
    bowl = make_objective("quadratic", {"a": 1, "b": 1})
    figure(
        "11.2", "Hessian of x1^2 + x2^2 (notes: I)", 2 * np.eye(2), compute_hessian(bowl, tf.constant([0.3, 2.0])), 1e-6
    )
    half = make_objective("quadratic", {"a": 0.5, "b": 0.5})
    figure("11.2", "Hessian of .5 (x1^2 + x2^2)", np.eye(2), compute_hessian(half, tf.constant([0.3, 2.0])), 1e-6)
    figure(
        "11.2",
        "second derivative of .5 x^2 (notes: 2)",
        [[1]],
        compute_hessian(kinds[".5 x^2"][0], tf.constant([3.0])),
        1e-6,
    )
    figure(
        "11.2",
        "x1^2 - x2^2 is convex at 0",
        False,
        bool(is_convex_at(make_objective("quadratic", {"a": 1, "b": -1}), tf.zeros(2))),
    )


TRACES = [
    ("11.3", "x^2 from 10, rate .2", ("square", {}), [10.0], lambda _: SGD(0.2), 10, [0.060466]),
    ("11.3", "x^2 from 10, rate .05", ("square", {}), [10.0], lambda _: SGD(0.05), 10, [10 * 0.9**10]),
    ("11.3", "x^2 from 10, rate 1.1", ("square", {}), [10.0], lambda _: SGD(1.1), 10, [10 * 1.2**10]),
    ("11.3", "x cos(.15 pi x) from 10, rate 2", ("cosine_product", {}), [10.0], lambda _: SGD(2.0), 10, [-1.528165]),
    ("11.3", "x1^2 + 2 x2^2, rate .1", ("quadratic", {}), FAR, lambda _: SGD(0.1), 20, [-0.057646, -0.000073]),
    ("11.3", "Newton, cosh(.5 x) from 10", ("hyperbolic_cosine", {}), [10.0], Newton, 10, [0.0]),
    ("11.3", "Newton, x cos(.15 pi x) from 10", ("cosine_product", {}), [10.0], Newton, 10, [26.834133]),
]
VALLEYS = [
    ("11.6", "gradient descent, rate .4", lambda _: SGD(0.4), [-0.943467, -0.000073]),
    ("11.6", "gradient descent, rate .6", lambda _: SGD(0.6), [-0.387814, -1673.365109]),
    ("11.6", "momentum .5, rate .6", lambda _: Momentum(0.6, beta=0.5), [0.007188, 0.002553]),
    ("11.7", "Adagrad, rate .4", lambda _: Adagrad(0.4), [-2.382563, -0.158591]),
    ("11.8", "RMSProp, rate .4, gamma .9", lambda _: RMSprop(0.4, gamma=0.9), [-0.010599, 0.0]),
]


@pytest.mark.parametrize(("section", "what", "objective", "start", "optimizer", "steps", "expected"), TRACES)
def test_11_3_traces(figure, section, what, objective, start, optimizer, steps, expected):
    points = trace(objective, start, optimizer, steps)
    figure(section, f"{what}, {steps} steps", expected, points[-1], 6e-7 + 2e-6 * np.abs(expected).max())


@pytest.mark.parametrize(("section", "what", "optimizer", "expected"), VALLEYS)
def test_11_6_to_11_8_traces(figure, section, what, optimizer, expected):
    points = trace(("quadratic", {"a": 0.1, "b": 2}), FAR, optimizer, 20)
    figure(section, f".1 x1^2 + 2 x2^2, 20 steps: {what}", expected, points[-1], 6e-7 + 2e-6 * np.abs(expected).max())


def test_11_3_newton_comes_ever_faster(figure):
    points = trace(("hyperbolic_cosine", {}), [10.0], Newton, 10)[1:7, 0]
    figure(
        "11.3", "Newton's points on cosh(.5 x)", [8.00018, 6.00152, 4.01140, 2.08254, 0.525763, 0.011786], points, 6e-6
    )


def float64_trace(rule, steps=20):
    """x after so many steps on .1 x1^2 + 2 x2^2; rule(g, t, state) -> what is taken from x."""
    x, state = np.array(FAR), {}
    for t in range(1, steps + 1):
        x = x - rule(np.array([0.2, 4.0]) * x, t, state)
    return x


def adadelta(g, t, state, rho=0.9, epsilon=1e-5):
    s = state["s"] = rho * state.get("s", 0) + (1 - rho) * g**2
    change = np.sqrt(state.get("dx", 0) + epsilon) / np.sqrt(s + epsilon) * g
    state["dx"] = rho * state.get("dx", 0) + (1 - rho) * change**2
    return change


def adam(g, t, state, yogi=False, rate=0.4, epsilon=1e-6):
    v = state["v"] = 0.9 * state.get("v", 0) + 0.1 * g
    s = state.get("s", np.zeros(2))
    state["s"] = s = s + 0.001 * (g**2 * np.sign(g**2 - s) if yogi else g**2 - s)
    return rate * v / (1 - 0.9**t) / (np.sqrt(s / (1 - 0.999**t)) + epsilon)


@pytest.mark.parametrize(
    ("section", "what", "optimizer", "rule"),
    [
        ("11.9", "Adadelta, rho .9 (notes: x1 near 0; it is -4.78)", lambda _: Adadelta(rho=0.9), adadelta),
        ("11.10", "Adam, rate .4", lambda _: Adam(0.4), adam),
        ("11.10", "Yogi, rate .4", lambda _: Yogi(0.4), lambda g, t, s: adam(g, t, s, yogi=True, epsilon=1e-3)),
    ],
)
def test_11_9_and_11_10_traces_that_the_book_does_not_print(figure, section, what, optimizer, rule):
    points = trace(("quadratic", {"a": 0.1, "b": 2}), FAR, optimizer, 20)
    figure(section, f".1 x1^2 + 2 x2^2, 20 steps: {what}, float64", float64_trace(rule), points[-1], 2e-5)


def test_11_4_sampling_with_replacement(figure):
    many = tf.constant(10**7)
    figure("11.4", "share chosen at all, 1 - 1/e", 0.632, compute_inclusion_probability(many), 5e-4)
    figure("11.4", "share chosen exactly once, 1/e", 0.368, compute_single_draw_probability(many), 5e-4)


def test_11_4_rates(figure):
    steps = tf.range(50)
    t = np.arange(50)
    figure("11.4", "rates .1 exp(-.1 t)", 0.1 * np.exp(-0.1 * t), Exponential(0.1, decay=0.1)(steps), 1e-7)
    figure(
        "11.4",
        "rates .1 (1 + .1 t)^-.5",
        0.1 * (1 + 0.1 * t) ** -0.5,
        Polynomial(0.1, power=0.5, decay=0.1)(steps),
        1e-7,
    )


def test_11_5_operations_of_a_product(figure):
    figure("11.5", "GFLOP of 256 x 256 x 256 (book: 2)", 0.03355, compute_gigaflops(256, 1.0), 5e-6)
    figure("11.5", "the book's figure is too high by", 59.6, 2 / compute_gigaflops(256, 1.0), 0.05)


def test_11_6_leaky_averages(figure):
    figure("11.6", "effective window at .9", 10, compute_effective_window(0.9), 1e-9)
    weights = compute_leaky_weights(0.9, 10, normalized=True)
    figure("11.6", "share of ten steps at .9 (11.8 of the notes: 95 %)", 0.6513, tf.reduce_sum(weights), 5e-5)
    for rate in (0.1, 1, 10, 19):
        expected = (1 - 0.1 * rate) ** np.arange(20)
        figure("11.6", f"(1 - .1 x {rate})^t, t < 20", expected, compute_remaining_error(0.1, rate, 20), 1e-9)
    for gamma in (0.95, 0.9, 0.8, 0.7):
        expected = (1 - gamma) * gamma ** np.arange(40)
        figure(
            "11.8",
            f"(1 - {gamma}) {gamma}^t, t < 40",
            expected,
            compute_leaky_weights(gamma, 40, normalized=True),
            1e-9,
        )


def test_11_7_preconditioner(figure):
    q = tf.constant([[1.0, 0.3], [0.3, 9.0]], tf.float64)
    scaled = scale_to_unit_diagonal(q)
    figure("11.7", "diagonal of Q~", [1, 1], tf.linalg.diag_part(scaled), 1e-12)
    low, high = np.linalg.eigvalsh(q)
    figure("11.7", "condition number of [[1, .3], [.3, 9]]", high / low, compute_condition_number(q), 1e-9)


def test_11_8_a_mean_that_never_moves_is_not_adagrad(figure):
    """gamma = 1 keeps s at 0: the step is lr g / sqrt(epsilon). The range of gamma ends below 1."""
    with pytest.raises(ValueError, match="Received: gamma=1"):
        RMSprop(0.4, gamma=1.0)
    points = trace(("quadratic", {"a": 0.1, "b": 2}), FAR, lambda _: RMSprop(0.4, gamma=1 - 1e-12), 1)
    figure("11.8", "x1 after one RMSProp step as gamma nears 1 (notes: Adagrad)", 395, points[-1, 0], 0.01)


def test_11_9_the_place_of_epsilon_decides_the_start(figure):
    first = trace(("square", {}), [0.5], lambda _: Adadelta(rho=0.9), 1)
    g = 1.0
    figure(
        "11.9",
        "first step of Adadelta, g = 1: .00316 / sqrt(.1 + 1e-5)",
        1e-5**0.5 / (0.1 * g**2 + 1e-5) ** 0.5,
        0.5 - first[-1, 0],
        1e-7,
    )


def test_11_10_the_first_step_of_adam_is_that_of_the_gradient(figure):
    first = trace(("square", {}), [0.5], lambda _: Adam(0.1), 1)
    figure(
        "11.10", "first step of Adam, rate .1, g = 1: .1 g / (|g| + 1e-6)", 0.1 / (1 + 1e-6), 0.5 - first[-1, 0], 1e-6
    )


def rates(schedule, steps):
    return [float(schedule(step)) for step in steps]


def test_11_11_schedules(figure):
    figure("11.11", "sqrt, .1, at 0, 3, 24", [0.1, 0.05, 0.02], rates(Sqrt(0.1), (0, 3, 24)), 1e-8)
    factor = Factor(2.0, factor=0.9, floor=0.01)
    figure(
        "11.11",
        "factor .9 of 2, floor .01: calls 1, 10, 50",
        [1.8, 0.697357, 0.010308],
        rates(factor, (0, 9, 49)),
        5e-7,
    )
    cosine = Cosine(0.3, duration=20, final_rate=0.01)
    figure(
        "11.11",
        "cosine .3 to .01, T = 20: at 0, 10, 20, 25",
        [0.3, 0.155, 0.01, 0.01],
        rates(cosine, (0, 10, 20, 25)),
        1e-6,
    )
    warm = Cosine(0.3, duration=20, final_rate=0.01, warmup=5)
    figure("11.11", "warm-up 5 and cosine: at 0, 1, 5, 20", [0, 0.06, 0.3, 0.01], rates(warm, (0, 1, 5, 20)), 1e-6)
    multi = MultiFactor(0.5, milestones=[15, 30], factor=0.5)
    figure(
        "11.11", "multi-factor .5 of .5: at 0, 14, 15, 29", [0.5, 0.5, 0.25, 0.25], rates(multi, (0, 14, 15, 29)), 1e-8
    )
