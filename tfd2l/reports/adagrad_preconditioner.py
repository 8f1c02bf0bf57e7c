"""Logs the effect of diagonal preconditioning on an ill-conditioned quadratic function."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from matplotlib.axes import Axes

from tfd2l.ops.optimization.conditioning import compute_condition_number, make_rotated_quadratic, scale_to_unit_diagonal
from tfd2l.plots.figure import new_figure
from tfd2l.plots.style import BLUE
from tfd2l.plots.text import Formula
from tfd2l.reports.base.finished_run import FinishedRun

GRID = 161
TICKS = (-1, -0.5, 0, 0.5, 1)
LEVELS = np.linspace(0, 1, 9)[1:] ** 2


def adagrad_preconditioner(
    run: FinishedRun, eigenvalues: tuple[float, float] = (1.0, 30.0), degrees: float = 15.0
) -> dict[str, float]:
    """Logs contours of x^T Q x / 2 before and after diagonal preconditioning, with condition numbers.

    diag(Q)^(-1/2) Q diag(Q)^(-1/2) is what Adagrad comes near to. A third picture shows the condition number that is
    left, by how far the bowl is turned against the coordinates.

    Args:
        run: The finished run; supplied by the experiment.
        eigenvalues: of Q, both above 0.
        degrees: by how much the bowl is turned.

    Returns:
        The condition numbers `condition/before` and `condition/after`.

    Raises:
        ValueError: an eigenvalue that is not above 0.

    References:
        Section 11.7.
    """
    low, high = sorted(eigenvalues)
    if low <= 0:
        raise ValueError(f"the eigenvalues of a bowl are above 0. Received: eigenvalues={list(eigenvalues)}")
    before = make_rotated_quadratic((low, high), degrees)
    after = scale_to_unit_diagonal(before)
    numbers = {"before": float(compute_condition_number(before)), "after": float(compute_condition_number(after))}
    figure = new_figure(14, 4.4)
    left, middle, right = figure.subplots(1, 3)
    _draw_bowl(left, before, Formula(rf"Q, $\kappa$ = {numbers['before']:.3g}"))
    _draw_bowl(middle, after, Formula(rf"diag(Q)$^{{-1/2}}$ Q diag(Q)$^{{-1/2}}$, $\kappa$ = {numbers['after']:.3g}"))
    angles = np.linspace(0, 90, 91)
    left_over = [
        float(compute_condition_number(scale_to_unit_diagonal(make_rotated_quadratic((low, high), a)))) for a in angles
    ]
    right.semilogy(angles, np.full_like(angles, high / low), label="before", color="0.5")
    right.semilogy(angles, left_over, label="after", color=BLUE)
    right.plot(degrees, numbers["after"], "o", color=BLUE)
    right.set(
        xlabel="degrees between the bowl's axes and the coordinates",
        ylabel=Formula(r"condition number $\kappa$"),
        title="It helps as far as the axes agree",
    )
    right.grid(alpha=0.3, which="both")
    right.legend(loc="lower center")
    run.artifacts.log_figure(figure, "figures/adagrad_preconditioner.png")
    named = {"Q": before, "scaled": after}
    rows = {name: [[round(float(v), 4) for v in row] for row in np.asarray(matrix)] for name, matrix in named.items()}
    run.artifacts.log_table(
        {
            "matrix": list(rows),
            "first row": [str(r[0]) for r in rows.values()],
            "second row": [str(r[1]) for r in rows.values()],
            "condition number": [round(value, 4) for value in numbers.values()],
        },
        "tables/condition_numbers.json",
    )
    return {f"condition/{name}": value for name, value in numbers.items()}


def _draw_bowl(axes: Axes, q: tf.Tensor, title: str) -> None:
    x1, x2 = np.meshgrid(*[np.linspace(-1, 1, GRID)] * 2)
    x = np.stack([x1, x2], axis=-1)
    height = np.einsum("...i,ij,...j->...", x, np.asarray(q), x) / 2
    axes.contour(x1, x2, height, levels=height.max() * LEVELS, cmap="Blues_r")
    axes.set(xlabel=Formula("$x_1$"), ylabel=Formula("$x_2$"), title=title, aspect="equal", xticks=TICKS, yticks=TICKS)
