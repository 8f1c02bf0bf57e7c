"""What a sweep compares, on runs in a store that are written by hand."""

from __future__ import annotations

import math

import pytest
from mlflow import MlflowClient

from tfd2l.pipelines.sweep.comparison import draw_comparison, format_table, labels_of, tabulate_runs
from tfd2l.tracking.tracked_run import TrackedRun


@pytest.fixture(scope="module")
def sweep(tmp_path_factory):
    """A function: a run each (typed, params, metric -> [(step, value)], steps an epoch, status) -> client, runs."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"

    def make(*runs):
        ids = []
        for typed, params, metrics, steps_per_epoch, status in runs:
            tags = {"steps_per_epoch": str(steps_per_epoch), "tfd2l.overrides": "\n".join(typed)}
            run = TrackedRun.start(uri, "test", "a name", tags, None)
            run.log_params(params)
            for name, history in metrics.items():
                run.log_metric_rows([(step, 0, {name: value}) for step, value in sorted(history)])
            run.end(status)
            ids.append(run.run_id)
        client = MlflowClient(uri)
        return client, [client.get_run(run_id) for run_id in ids]

    return make


def sgd(rate, history, status="FINISHED", steps_per_epoch=10):
    params = {"optimizer.name": "sgd", "optimizer.learning_rate": rate, "schedule.learning_rate": rate, "seed": 0}
    typed = ["+experiment=a", "optimizer=sgd", f"optimizer.learning_rate={rate}", "tracking.tags.note=b=c"]
    return typed, params, {"validation/loss": history}, steps_per_epoch, status


def test_every_run_is_a_curve_over_its_epochs(sweep):
    client, runs = sweep(sgd(0.1, [(5, 4.0), (10, 3.0), (20, 2.0)]), sgd(0.2, [(2, 5.0)], steps_per_epoch=4))
    figure = draw_comparison(client, runs, labels_of(runs, ["optimizer.learning_rate"]))
    (axes,) = figure.axes
    assert [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines] == [
        ([0.5, 1.0, 2.0], [4.0, 3.0, 2.0]),
        ([0.5], [5.0]),
    ]
    assert [text.get_text() for text in axes.get_legend().get_texts()] == [
        "learning_rate 0.1: 2",
        "learning_rate 0.2: 5",
    ]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_yscale()) == ("epoch", "validation loss", "linear")


def test_runs_that_failed_break_nothing(sweep):
    early = ([], {}, {}, 10, "FAILED")  # before it said what it is
    nan = sgd(9.0, [(10, 3.0), (20, math.nan)], "FAILED")
    client, runs = sweep(sgd(0.1, [(10, 4.0), (20, 2.0)]), early, nan)
    figure = draw_comparison(client, runs, labels_of(runs, ["optimizer.learning_rate"]))
    figure.draw_without_rendering()
    lines = figure.axes[0].lines
    assert [len(line.get_xdata()) for line in lines] == [2, 0, 2]
    assert [line.get_label() for line in lines] == [
        "learning_rate 0.1: 2",
        "a name: (failed)",
        "learning_rate 9.0: nan (failed)",
    ]
    table = tabulate_runs(runs, ["optimizer.learning_rate"])
    assert table["status"] == ["FINISHED", "FAILED", "FAILED"]
    assert table["optimizer.learning_rate"] == ["0.1", None, "9.0"]
    assert table["validation/loss"][:2] == [2.0, None]


def test_losses_far_apart_are_drawn_on_a_logarithmic_axis(sweep):
    client, runs = sweep(sgd(0.1, [(1, 4.0), (2, 0.1)]), sgd(0.2, [(1, 4.0), (2, 3.0)]))
    assert draw_comparison(client, runs, labels_of(runs, [])).axes[0].get_yscale() == "log"


def test_without_validation_it_is_the_loss_of_training_and_without_that_there_is_no_figure(sweep):
    client, runs = sweep(([], {"a": 1}, {"train/loss": [(1, 2.0)], "time/x": [(1, 1.0)]}, 1, "FINISHED"))
    assert draw_comparison(client, runs, labels_of(runs, [])).axes[0].get_ylabel() == "train loss"
    client, runs = sweep(([], {"a": 1}, {}, 1, "FINISHED"), ([], {"a": 2}, {}, 1, "FINISHED"))
    assert draw_comparison(client, runs, labels_of(runs, [])) is None


def test_labels_and_table_hold_what_was_swept(sweep):
    params = {"optimizer.name": "adam", "optimizer.beta_1": 0.9, "optimizer.learning_rate": 0.1}
    params |= {"schedule.learning_rate": 0.1, "seed": 0}
    metrics = {"validation/loss": [(1, 0.25)], "test/loss": [(1, 0.5)]}
    adam = (["optimizer=adam", "optimizer.learning_rate=0.1"], params, metrics, 1, "FINISHED")
    _, runs = sweep(sgd(0.2, []), adam)
    swept = ["optimizer", "optimizer.learning_rate"]
    assert labels_of(runs, swept) == ["sgd, learning_rate 0.2", "adam, learning_rate 0.1"]
    assert labels_of(runs, swept[:1]) == ["sgd", "adam"]
    assert labels_of(runs, ["tracking.tags.note"]) == ["note b=c", "a name"]
    assert labels_of(runs, []) == ["a name", "a name"]
    table = tabulate_runs(runs, swept)
    del table["run"], table["status"]
    assert table == {  # sgd has no beta_1
        "optimizer": ["sgd", "adam"],
        "optimizer.learning_rate": ["0.2", "0.1"],
        "schedule.learning_rate": ["0.2", "0.1"],
        "test/loss": [None, 0.5],
        "validation/loss": [None, 0.25],
    }
    assert format_table({"a": [0.123456, None], "b": ["x", "y"]}) == "| a | b |\n|---|---|\n| 0.1235 | x |\n|  | y |"
