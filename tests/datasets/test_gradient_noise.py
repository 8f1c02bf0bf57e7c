"""Noise on gradients: as many steps, dimensions and as much as asked for."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.datasets.gradient_noise import gradient_noise
from tfd2l.errors import DataError


def noise(**options):
    splits, info = gradient_noise(**options)
    assert list(splits) == ["train"]
    return np.array([example["noise"] for example in splits["train"].as_numpy_iterator()]), info


def test_without_deviation_it_is_constant():
    values, info = noise(num_steps=7, dimensions=3)
    np.testing.assert_array_equal(values, np.zeros((7, 3)))
    assert (info.inputs, info.sizes) == (("noise",), {"train": 7})
    assert info.example_spec["noise"].shape == (3,)


def test_it_is_normal_and_depends_on_the_seed():
    values, info = noise(num_steps=4000, deviation=2.0, seed=1)
    assert values.dtype == np.float32
    assert values.mean() == pytest.approx(0, abs=4 * 2 / np.sqrt(8000))
    assert values.std() == pytest.approx(2, rel=4 / np.sqrt(2 * 8000))
    again, same = noise(num_steps=4000, deviation=2.0, seed=1)
    np.testing.assert_array_equal(again, values)
    other, another = noise(num_steps=4000, deviation=2.0, seed=2)
    assert not np.array_equal(other, values)
    assert same.fingerprint == info.fingerprint != another.fingerprint


@pytest.mark.parametrize(("option", "value"), [("num_steps", 0), ("dimensions", 0), ("deviation", -1.0)])
def test_nonsense_is_refused(option, value):
    with pytest.raises(DataError, match=rf"dataset\.{option} is at least .*Received: dataset\.{option}={value}"):
        gradient_noise(**{option: value})
