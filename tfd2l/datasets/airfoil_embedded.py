"""Generated airfoil self-noise regression dataset."""

from __future__ import annotations

from itertools import product

import numpy as np

from tfd2l.config.ranges import PositiveInt, Seed
from tfd2l.data.info import DataInfo, Splits
from tfd2l.datasets.airfoil import MeasuredOn, Row, make_airfoil_splits

ROWS = 1503
THIRD_OCTAVES = "200 250 315 400 500 630 800 1000 1250 1600 2000 2500 3150 4000 5000 6300 8000 10000 12500 16000 20000"
BANDS = tuple(map(float, THIRD_OCTAVES.split()))  # Hz
BANDS_MEASURED = 14  # of neighboring ones, in each setting of the tunnel
ANGLES = np.linspace(0, 22.5, 16)  # degrees
CHORDS = (0.0254, 0.0508, 0.1016, 0.1524, 0.2286, 0.3048)  # m
VELOCITIES = (31.7, 39.6, 55.5, 71.3)  # m/s
PEAK = 0.08  # frequency times thickness over velocity, where a spectrum is loudest
NOISE = 4.3  # dB, standard deviation


def airfoil_embedded(
    num_rows: PositiveInt | None = 1500, measured_on: MeasuredOn = "train", split_seed: Seed = 0, seed: Seed = 0
) -> tuple[Splits, DataInfo]:
    """Generated airfoil self-noise regression dataset, with the features of `airfoil` in their ranges: not NASA's.

    A spectrum has one hump, whose place goes with velocity / thickness; it is louder at high velocity and softer at
    large chords and angles, and every measurement has noise. So no linear model of the features can get below a half
    mean squared error of about 0.24 (standardized; 0.20 to 0.26 by the seed), as with the real data.

    Args:
        num_rows: The first so many; None takes all.
        measured_on: "train", or "held_out" (80/10/10 by the setting of the tunnel): see `airfoil`.
        split_seed: Of "held_out"; another seed splits otherwise.
        seed: Another seed draws other settings, bands and noise.

    Raises:
        DataError: Too few or too many rows.
    """
    return make_airfoil_splits(_rows(seed), num_rows, measured_on, split_seed, source="embedded")


def _rows(seed: int) -> list[Row]:
    rng = np.random.default_rng(seed)
    settings = list(product(ANGLES, CHORDS, VELOCITIES))
    rows: list[Row] = []
    for index in rng.permutation(len(settings))[: -(-ROWS // BANDS_MEASURED)]:
        angle, chord, velocity = map(float, settings[index])
        thickness = 0.009 * chord * 10 ** (0.055 * angle) * (50 / velocity) ** 0.2
        start = rng.integers(len(BANDS) - BANDS_MEASURED + 1)
        for frequency in BANDS[start : start + BANDS_MEASURED]:
            away = np.log10(frequency * thickness / velocity / PEAK)  # decades from the peak
            hump = -14 * away**2 / (1 + abs(away))
            level = 132 + 12 * np.log10(velocity / 50) - 7 * np.log10(chord / 0.1) - 0.25 * angle + hump
            level += NOISE * rng.standard_normal()
            rows.append((frequency, angle, chord, velocity, thickness, float(level)))
    return rows[:ROWS]
