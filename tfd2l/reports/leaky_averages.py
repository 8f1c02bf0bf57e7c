"""Logs the weights of past gradients in momentum and RMSProp, and convergence by curvature."""

from __future__ import annotations

from matplotlib.ticker import MaxNLocator

from tfd2l.config.ranges import NonNegativeFloat
from tfd2l.ops.optimization.leaky_average import (
    compute_effective_window,
    compute_leaky_weights,
    compute_remaining_error,
    compute_weight_within_window,
)
from tfd2l.plots.figure import new_figure
from tfd2l.plots.text import Formula
from tfd2l.reports.base.finished_run import FinishedRun


def leaky_averages(
    run: FinishedRun,
    betas: list[float] | None = None,
    gammas: list[float] | None = None,
    curvatures: list[float] | None = None,
    learning_rate: NonNegativeFloat = 0.1,
) -> None:
    """Logs the weights of past gradients in momentum and RMSProp, and convergence by curvature.

    beta^t              a gradient of t steps ago in momentum
    (1 - gamma) gamma^t the same, squared, in RMSProp
    (1 - eta lambda)^t  what is left of an error after t steps of gradient descent where the curvature is lambda

    A table holds the effective window w = 1 / (1 - beta) of each, in steps, and the share 1 - beta^w of all weight that
    lies within it; w is no whole number in general (2.5 at 0.6, 3.33 at 0.7).

    Args:
        run: The finished run; supplied by the experiment.
        betas: of momentum; None is the book's .95, .9, .6, 0.
        gammas: of RMSProp; None is the book's .95, .9, .8, .7.
        curvatures: lambda; None is the book's .1, 1, 10, 19.
        learning_rate: eta.

    References:
        Sections 11.6, 11.8.
    """
    betas = betas or [0.95, 0.9, 0.6, 0.0]
    gammas = gammas or [0.95, 0.9, 0.8, 0.7]
    curvatures = curvatures or [0.1, 1.0, 10.0, 19.0]
    figure = new_figure(14, 4)
    momentum, rmsprop, errors = figure.subplots(1, 3)
    for beta in betas:
        momentum.plot(
            compute_leaky_weights(beta, 40),
            label=Formula(rf"$\beta$ = {beta:g}, window {compute_effective_window(beta):.3g}"),
        )
    for gamma in gammas:
        weights = compute_leaky_weights(gamma, 40, normalized=True)
        rmsprop.plot(weights, label=Formula(rf"$\gamma$ = {gamma:g}, window {compute_effective_window(gamma):.3g}"))
    for curvature in curvatures:
        errors.plot(
            compute_remaining_error(learning_rate, curvature, 20),
            label=Formula(rf"$\lambda$ = {curvature:g}"),
            marker="o",
            markersize=3,
        )
    momentum.set(xlabel="steps ago", ylabel="weight", title=Formula(r"Momentum: $\beta^t$"))
    rmsprop.set(xlabel="steps ago", ylabel="weight", title=Formula(r"RMSProp: $(1 - \gamma)\gamma^t$"))
    errors.set(
        xlabel="steps",
        ylabel="part of the error left",
        title=Formula(rf"Gradient descent: $(1 - \eta\lambda)^t$, $\eta$ = {learning_rate:g}"),
    )
    for axes in (momentum, rmsprop, errors):
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(alpha=0.3)
        axes.legend()
    run.artifacts.log_figure(figure, "figures/leaky_averages.png")
    kept = sorted({*betas, *gammas}, reverse=True)
    table = {
        "kept from step to step": kept,
        "effective window": [compute_effective_window(beta) for beta in kept],
        "weight within the window": [round(compute_weight_within_window(beta), 4) for beta in kept],
    }
    run.artifacts.log_table(table, "tables/windows.json")
