"""A run whose figures and tables are kept in memory."""

from __future__ import annotations

import pytest


class Kept:
    """Artifacts in memory; what cannot be drawn fails."""

    def __init__(self):
        self.figures, self.tables, self.files = {}, {}, {}

    def log_figure(self, figure, path):
        figure.draw_without_rendering()
        self.figures[path] = figure

    def log_table(self, columns, path):
        assert len({len(column) for column in columns.values()}) == 1
        self.tables[path] = columns

    def log_folder(self, folder, path):
        self.files |= {f"{path}/{file.name}": file.read_bytes() for file in folder.iterdir()}


@pytest.fixture
def illustrated():
    """A function: a report and its options -> (figure, table, numbers), of the only figure and its first table."""
    from tfd2l.config.build import build
    from tfd2l.reports.base.finished_run import FinishedRun

    def run(report, *, model=None, optimizer=None, **options):
        kept = Kept()
        numbers = report(FinishedRun(kept, model=model, optimizer=optimizer, build=build), **options)
        (figure,) = kept.figures.values()
        return figure, next(iter(kept.tables.values()), None), numbers

    return run


@pytest.fixture
def kept():
    """Artifacts in memory, to give to a `FinishedRun`."""
    return Kept()
