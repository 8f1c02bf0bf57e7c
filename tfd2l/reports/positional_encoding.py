"""Logs sinusoidal positional encodings."""

from __future__ import annotations

import numpy as np

from tfd2l.config.ranges import PositiveInt
from tfd2l.layers.positional_encoding import sinusoidal_encodings
from tfd2l.plots.figure import new_figure
from tfd2l.reports.base.finished_run import FinishedRun

FIRST_COLUMN, NUM_COLUMNS = 6, 4  # whose waves are drawn: long enough to follow, short enough to turn
NUM_BITS = 3


def positional_encoding(run: FinishedRun, num_positions: int = 60, width: PositiveInt = 32, offset: int = 5) -> None:
    """Logs sinusoidal positional encodings: some columns, a heat map, and the similarity of positions.

    The columns of a pair, sin and cos, are one wave; from pair to pair it grows longer, as in a binary number the
    higher bits change more rarely (a table shows those of 0 to 7). The third picture is P P^T: how alike two positions
    are depends on their distance alone.

    Args:
        run: The finished run; supplied by the experiment.
        num_positions: of the encoding.
        width: its number of columns.
        offset: the table `rotation` shows, for every pair of columns, by how much P[p + offset] is P[p] turned,
            measured at p = 0 and at the last position that there is: the two are the same.

    Raises:
        ValueError: fewer columns than are drawn, or an offset beyond the positions.

    References:
        Section 10.6.3.
    """
    if width < FIRST_COLUMN + NUM_COLUMNS or width % 2:
        raise ValueError(
            f"an even width of {FIRST_COLUMN + NUM_COLUMNS} or more: columns {FIRST_COLUMN} to "
            f"{FIRST_COLUMN + NUM_COLUMNS - 1} are drawn. Received: width={width}"
        )
    if not 0 < offset < num_positions:
        raise ValueError(f"an offset is from 1 up, below num_positions={num_positions}. Received: offset={offset}")
    table = sinusoidal_encodings(num_positions, width)  # (positions, width)
    figure = new_figure(13, 3.6)
    waves, heatmap, likeness = figure.subplots(1, 3, width_ratios=[1.5, 1, 1])
    for column in range(FIRST_COLUMN, FIRST_COLUMN + NUM_COLUMNS):
        waves.plot(table[:, column], label=f"column {column} ({'cos' if column % 2 else 'sin'})")
    waves.set(xlabel="position", ylabel="P[position, column]", title="Some columns")
    waves.legend(loc="lower right", fontsize=7)
    waves.grid(alpha=0.3)
    image = heatmap.imshow(table, cmap="RdBu", vmin=-1, vmax=1, aspect="auto")
    heatmap.set(xlabel="column", ylabel="position", title="P")
    figure.colorbar(image, ax=heatmap)
    image = likeness.imshow(table @ table.T, cmap="viridis")
    likeness.set(xlabel="position", ylabel="position", title="P Pᵀ")
    figure.colorbar(image, ax=likeness)
    run.artifacts.log_figure(figure, "figures/positional_encoding.png")
    numbers = range(2**NUM_BITS)
    bits = {f"bit {bit}": [number >> bit & 1 for number in numbers] for bit in reversed(range(NUM_BITS))}
    run.artifacts.log_table({"number": list(numbers), **bits}, "tables/binary_numbers.json")
    first, last = (_turned(table, position, offset) for position in (0, num_positions - offset - 1))
    run.artifacts.log_table(
        {"pair of columns": list(range(width // 2)), "radians, first": first, "radians, last": last},
        "tables/rotation.json",
    )


def _turned(table: np.ndarray, position: int, offset: int) -> list[float]:
    """Angle of each pair of columns from one position to one further on, in [0, 2 pi)."""
    angles = [np.arctan2(table[p, 0::2], table[p, 1::2]) for p in (position, position + offset)]
    return [round(float(angle), 4) for angle in (angles[1] - angles[0]) % (2 * np.pi)]
