"""The toy data of section 10.2."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.datasets.kernel_regression import compute_truth, kernel_regression
from tfd2l.errors import DataError


def columns(ds):
    rows = list(ds.as_numpy_iterator())
    return tuple(np.array([row[key] for row in rows]) for key in ("x", "y"))


def test_the_sizes_places_and_truth_are_the_books():
    splits, info = kernel_regression()
    assert info.sizes == {"train": 50, "validation": 50, "test": 50}
    assert (info.inputs, info.source) == (("x",), "embedded")
    x, y = columns(splits["test"])
    np.testing.assert_allclose(x, np.arange(0, 5, 0.1), atol=1e-6)
    np.testing.assert_allclose(y, 2 * np.sin(x) + x**0.8, atol=1e-5)
    for one, other in zip((x, y), columns(splits["validation"]), strict=True):
        np.testing.assert_array_equal(one, other)


def test_train_is_sorted_and_noisy():
    x, y = columns(kernel_regression(num_train=4000, noise=0.5)[0]["train"])
    assert (np.diff(x) >= 0).all()
    assert 0 <= x.min() < 0.01 < 4.99 < x.max() < 5
    noise = y - compute_truth(x)
    assert noise.mean() == pytest.approx(0, abs=0.03)
    assert noise.std() == pytest.approx(0.5, abs=0.03)
    x, y = columns(kernel_regression(noise=0.0)[0]["train"])
    np.testing.assert_allclose(y, compute_truth(x), atol=1e-5)


def test_it_is_a_function_of_the_seed():
    prints = [kernel_regression(seed=seed)[1].fingerprint for seed in (0, 0, 1)]
    assert prints[0] == prints[1] != prints[2]


@pytest.mark.parametrize("wrong", [{"num_train": 1}, {"num_queries": 0}, {"noise": -0.1}])
def test_a_wrong_option_is_refused(wrong):
    with pytest.raises(DataError, match=r"two points or more.*Received: dataset\.num_train="):
        kernel_regression(**wrong)
