"""Logs the vanishing gradient of tanh."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from tfd2l.ops.optimization.objectives import make_objective
from tfd2l.ops.optimization.stationary_points import compute_derivative
from tfd2l.plots.figure import new_figure
from tfd2l.plots.landscape import draw_objective, evaluate_points
from tfd2l.plots.style import VERMILLION
from tfd2l.reports.base.finished_run import FinishedRun


def vanishing_gradient(run: FinishedRun, at: float = 4.0) -> dict[str, float]:
    """Logs tanh with its tangent at a point, and its derivative 1 - tanh^2.

    Args:
        run: The finished run; supplied by the experiment.
        at: the point.

    Returns:
        `gradient`: the derivative there.

    References:
        Section 11.1.
    """
    objective = make_objective("hyperbolic_tangent")
    ((low, high),) = objective.ranges
    x = np.linspace(low, high, 401)
    slope = float(compute_derivative(objective, tf.constant([at], tf.float64))[0])
    value = float(evaluate_points(objective, np.array([at])))
    figure = new_figure(10, 3.8)
    left, right = figure.subplots(1, 2)
    draw_objective(left, objective)
    left.plot(at, value, "o", color=VERMILLION)
    near = np.array([at - 1.2, at + 1.2])
    left.plot(near, value + slope * (near - at), color=VERMILLION, label=f"tangent at x = {at:g}")
    left.legend(loc="lower right")
    right.semilogy(x, compute_derivative(objective, tf.constant(x, tf.float64)), color="0.4")
    right.plot(at, slope, "o", color=VERMILLION)
    right.annotate(
        f"f'({at:g}) = {slope:.6f}",
        (at, slope),
        (-12, -4),
        textcoords="offset points",
        color=VERMILLION,
        ha="right",
        va="top",
    )
    right.set(xlabel="x", ylabel="f'(x)", title="Its derivative, on a logarithmic axis", xlim=(low, high))
    right.grid(alpha=0.3, which="both")
    run.artifacts.log_figure(figure, "figures/vanishing_gradient.png")
    return {"gradient": slope}
