"""The figure and the table show the modelled times."""

from __future__ import annotations

from types import SimpleNamespace

import keras
import pytest

from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.reports.communication_times import communication_times


@pytest.fixture
def run():
    figures, tables = {}, {}

    def log_figure(figure, path):
        figure.draw_without_rendering()
        figures[path] = figure

    def log_table(table, path):
        tables[path] = table

    artifacts = SimpleNamespace(log_figure=log_figure, log_table=log_table, figures=figures, tables=tables)
    model = keras.Sequential([keras.Input((250,)), keras.layers.Dense(1000, use_bias=False)])  # 1 MB
    return FinishedRun(artifacts, model)


def test_the_book_example_is_in_figure_and_table(run):
    communication_times(run, max_devices=8)
    table = run.artifacts.tables["tables/communication_times.json"]
    four = {name: column[table["devices"].index(4)] for name, column in table.items()}
    assert (four["through one device, ms"], four["through the CPU, ms"], four["direct, ms"]) == (60, 80, 15)
    (axes,) = run.artifacts.figures["figures/communication_times.png"].axes
    assert axes.get_title() == "Exchange of 160 MB over 16 GB/s"
    drawn = {line.get_label(): list(line.get_ydata()) for line in axes.lines}
    assert drawn["ring"] == pytest.approx(table["ring, ms"], abs=5e-4)
    assert len(drawn) == len(table) - 1


def test_without_a_size_it_is_that_of_the_model(run):
    communication_times(run, megabytes=None, bandwidth=1.0, max_devices=2)
    assert run.artifacts.tables["tables/communication_times.json"]["ring, ms"] == [1.0]
