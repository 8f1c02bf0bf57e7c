"""The illustrations of chapter 11: what is drawn and listed is the book's."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.reports.adagrad_preconditioner import adagrad_preconditioner
from tfd2l.reports.convexity import convexity
from tfd2l.reports.leaky_averages import leaky_averages
from tfd2l.reports.minibatch_timing import minibatch_timing
from tfd2l.reports.minima_and_saddles import minima_and_saddles
from tfd2l.reports.sampling_with_replacement import sampling_with_replacement
from tfd2l.reports.vanishing_gradient import vanishing_gradient


def test_minima_and_saddles(illustrated):
    figure, table, _ = illustrated(minima_and_saddles)
    assert len(figure.axes) == 4
    assert table["is"] == [
        "global minimum", "global minimum", "local minimum", "local maximum", "global minimum", "saddle", "saddle",
    ]  # fmt: skip
    risk, empirical_risk = (float(x) for x in table["x"][:2])
    assert (risk, empirical_risk) == pytest.approx((1.0904, 1.0170), abs=1e-3)


def test_vanishing_gradient(illustrated):
    figure, _, metrics = illustrated(vanishing_gradient)
    assert metrics == {"gradient": pytest.approx(0.00134095, rel=1e-5)}
    assert figure.axes[1].get_yscale() == "log"


def test_convexity(illustrated):
    figure, jensen, _ = illustrated(convexity)
    titles = [axes.get_title() for axes in figure.axes]
    assert [title.rpartition(": ")[2] for title in titles[:3]] == ["convex", "not convex", "convex"]
    assert "not convex" in titles[4]
    assert jensen["convex on [-2, 2]"] == ["yes", "no", "yes"]
    assert (jensen["E[f(X)] >= f(E[X])"][0], jensen["E[f(X)] >= f(E[X])"][2]) == ("yes", "yes")


def test_leaky_averages(illustrated):
    figure, table, _ = illustrated(leaky_averages)
    momentum, rmsprop, errors = figure.axes
    np.testing.assert_allclose(momentum.lines[1].get_ydata(), 0.9 ** np.arange(40))
    np.testing.assert_allclose(rmsprop.lines[3].get_ydata(), 0.3 * 0.7 ** np.arange(40))
    np.testing.assert_allclose(errors.lines[3].get_ydata(), (-0.9) ** np.arange(20))
    row = table["kept from step to step"].index(0.9)
    assert table["effective window"][row] == pytest.approx(10)
    assert table["weight within the window"][row] == 0.6513
    shares = dict(zip(table["kept from step to step"], table["weight within the window"], strict=True))
    assert (shares[0.6], shares[0.7], shares[0.0]) == (0.7211, 0.6954, 1.0)  # of 2.5, 3.33 and 1 steps


def test_sampling_with_replacement(illustrated):
    _, table, metrics = illustrated(sampling_with_replacement, sizes=[1, 10, 1000], trials=100)
    assert table["chosen at all, exact"] == [1.0, 0.6513, 0.6323]  # 1 - .9^10
    assert metrics == {"chosen_at_all": pytest.approx(0.632, abs=0.01), "exactly_once": pytest.approx(0.368, abs=0.01)}
    assert table["exactly once, drawn"][2] == pytest.approx(metrics["exactly_once"], abs=5e-5)


def test_adagrad_preconditioner(illustrated):
    _, table, metrics = illustrated(adagrad_preconditioner)
    assert metrics["condition/before"] == pytest.approx(30)
    assert 1 < metrics["condition/after"] < 10
    assert eval(table["first row"][1])[0] == eval(table["second row"][1])[1] == 1.0
    with pytest.raises(ValueError, match=r"above 0\. Received: eigenvalues=\[0\.0, 1\.0\]"):
        illustrated(adagrad_preconditioner, eigenvalues=[0.0, 1.0])


def test_minibatch_timing(illustrated):
    sizes = {"element": 4, "column": 8, "full": 16, "block": 128}
    figure, table, metrics = illustrated(minibatch_timing, sizes=sizes, repetitions=1)
    assert dict(zip(table["way"], table["n"], strict=True)) == sizes
    for way, rate, milliseconds, n in zip(*(table[k] for k in ("way", "GFLOP/s", "milliseconds", "n")), strict=True):
        assert metrics[f"gigaflops/{way}"] == pytest.approx(rate, abs=5e-5)
        assert rate == pytest.approx(2 * n**3 / milliseconds / 1e6, rel=0.05, abs=1e-4)
    assert figure.axes[0].get_yscale() == "log"
    with pytest.raises(ConfigError, match=r"Did you mean 'column'\?.*Received: sizes="):
        illustrated(minibatch_timing, sizes={"columns": 3})
