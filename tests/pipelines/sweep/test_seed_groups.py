"""Runs that differ in their seed alone are one group with mean, standard deviation and their number."""

from __future__ import annotations

import pytest

from tfd2l.pipelines.sweep.seed_groups import group_by_seed, group_figure, group_page, group_table, is_seed
from tfd2l.tracking.tracked_run import OVERRIDES_TAG, STEPS_TAG, TrackedRun

MEASURED = {("adam", "0"): 0.5, ("adam", "1"): 0.7, ("adam", "2"): 0.9, ("sgd", "0"): 0.25}


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A client, and the runs of a sweep over two optimizers and three seeds: one has failed, one was never started."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    made = []
    for (optimizer, seed), loss in {**MEASURED, ("sgd", "1"): 100.0}.items():
        tags = {OVERRIDES_TAG: f"+experiment=x\noptimizer={optimizer}\nseed={seed}", STEPS_TAG: "2"}
        run = TrackedRun.start(uri, "test", "a run", tags, None)
        run.log_metric_rows([(step, 1, {"validation/loss": loss + 4 - step}) for step in (2, 4)])
        run.log_metrics({"test/loss": loss, "train/loss": 7.0})
        run.end("FAILED" if loss > 1 else "FINISHED")
        made.append(run.stored())
    return run.client, made


@pytest.mark.parametrize(
    ("key", "seed"), [("seed", True), ("dataset.seed", True), ("seeds", False), ("model.seed_of", False)]
)
def test_a_key_that_ends_in_seed_is_one(key, seed):
    assert is_seed(key) is seed


def test_groups_have_mean_deviation_and_number_of_their_finished_runs(runs):
    _, made = runs
    groups = group_by_seed(made, ["seed", "optimizer"])
    table = group_table(groups)
    assert table["optimizer"] == ["adam", "sgd"]
    assert table["n"] == [3, 1]
    assert table["test/loss (mean)"] == pytest.approx([0.7, 0.25])
    assert table["test/loss (standard deviation)"] == [pytest.approx(0.2), None]
    assert "train/loss (mean)" not in table
    page = group_page(groups)
    assert "| optimizer | n | test/loss | validation/loss |" in page
    assert "| adam | 3 | 0.7000 ± 0.2000 | 0.7000 ± 0.2000 |" in page
    assert "| sgd | 1 | 0.2500 | 0.2500 |" in page


def test_seeds_alone_are_one_group(runs):
    _, made = runs
    (group,) = group_by_seed(made[:3], ["seed"])
    assert (group.label, group.values, len(group.runs)) == ("mean", {}, 3)


def test_without_seeds_there_are_no_groups(runs):
    _, made = runs
    assert group_by_seed(made, ["optimizer"]) == []


def test_the_figure_has_a_curve_of_means_with_bars_a_group(runs):
    client, made = runs
    figure = group_figure(client, group_by_seed(made, ["seed", "optimizer"]))
    (axes,) = figure.axes
    curves = [line for line in axes.lines if len(line.get_xdata()) and line.get_linestyle() != "None"]
    assert [list(line.get_xdata()) for line in curves] == [[1, 2], [1, 2]]
    assert [list(line.get_ydata()) for line in curves] == [pytest.approx([2.7, 0.7]), pytest.approx([2.25, 0.25])]
    assert len(axes.containers) == 2
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend == ["adam (n = 3): 0.7 ± 0.2", "sgd (n = 1): 0.25"]


def test_the_number_of_seeds_stands_in_the_title_if_all_groups_have_it(runs):
    client, made = runs
    legend = group_figure(client, group_by_seed(made[:3], ["seed"])).axes[0].get_legend()
    assert legend.get_title().get_text() == "last loss (n = 3)"
    assert [text.get_text() for text in legend.get_texts()] == ["mean: 0.7 ± 0.2"]


def test_runs_without_losses_have_no_figure(runs, monkeypatch):
    client, made = runs
    monkeypatch.setattr("tfd2l.pipelines.sweep.seed_groups.CURVES", ())
    assert group_figure(client, group_by_seed(made, ["seed", "optimizer"])) is None
