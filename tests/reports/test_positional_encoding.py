"""The report on positional encodings: what it draws and lists, against their definition."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.positional_encoding import positional_encoding


class Kept:
    """Artifacts in memory."""

    def __init__(self):
        self.figures, self.tables = {}, {}

    def log_figure(self, figure, path):
        self.figures[path] = figure

    def log_table(self, columns, path):
        self.tables[path] = columns


def report(**options):
    kept = Kept()
    positional_encoding(FinishedRun(kept), **options)
    return kept


def test_waves_and_heatmaps_are_the_definition():
    (figure,) = report().figures.values()
    waves, heatmap, likeness, *_ = figure.axes
    for line, column in zip(waves.lines, range(6, 10), strict=True):
        wave = math.cos if column % 2 else math.sin
        expected = [wave(p / 10000 ** (2 * (column // 2) / 32)) for p in range(60)]
        np.testing.assert_allclose(line.get_ydata(), expected, atol=1e-5)
    drawn = np.asarray(heatmap.images[0].get_array())
    assert drawn.shape == (60, 32)
    products = np.asarray(likeness.images[0].get_array())
    np.testing.assert_allclose(np.diag(products), 16, rtol=1e-5)  # sin^2 + cos^2 for each pair
    np.testing.assert_allclose(products[0, :-1], products[1, 1:], atol=1e-4)  # the distance alone counts


def test_an_offset_is_the_same_rotation_everywhere():
    table = report(offset=7).tables["tables/rotation.json"]
    np.testing.assert_allclose(table["radians, first"], table["radians, last"], atol=2e-3)
    expected = [(7 / 10000 ** (2 * pair / 32)) % (2 * math.pi) for pair in range(16)]
    np.testing.assert_allclose(table["radians, first"], expected, atol=2e-3)


def test_binary_numbers():
    bits = report().tables["tables/binary_numbers.json"]
    told = ["".join(map(str, row)) for row in zip(bits["bit 2"], bits["bit 1"], bits["bit 0"], strict=True)]
    assert told == ["000", "001", "010", "011", "100", "101", "110", "111"]


@pytest.mark.parametrize("options", [{"width": 8}, {"width": 31}, {"offset": 0}, {"offset": 60}])
def test_options_that_make_no_sense(options):
    with pytest.raises(ValueError, match="Received"):
        report(**options)
