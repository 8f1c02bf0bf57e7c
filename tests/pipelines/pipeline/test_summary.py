"""What the steps of a pipeline came to, on runs in a store that are written by hand."""

from __future__ import annotations

import pytest
from mlflow import MlflowClient

from tfd2l.pipelines.pipeline.steps import Step
from tfd2l.pipelines.pipeline.summary import draw_learning_curve, draw_losses, format_summary, tabulate_steps
from tfd2l.tracking.tracked_run import TrackedRun

PART = "stages.subset.fraction"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory):
    """A function: (step, values, metrics, fingerprint of the data) each -> parent, steps, runs."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"

    def make(*given):
        parent = TrackedRun.start(uri, "test", "a pipeline", {}, None)
        steps, runs = [], {}
        for name, values, metrics, data in given:
            step = Step(name, values, ())
            run = TrackedRun.start(uri, "test", "a run", {"data.fingerprint": data, "steps_per_epoch": "1"}, None)
            run.log_params({"loss.name": "some_loss"})
            run.log_metrics(metrics, 1)
            run.end("FINISHED")
            steps.append(step)
            runs[step.label] = MlflowClient(uri).get_run(run.run_id)
        return parent, steps, runs

    return make


def fractions(name, accuracies, **more):
    for value, accuracy in accuracies.items():
        measured = {"test/accuracy": accuracy, "validation/loss": 1 - accuracy, "train/loss": 0.0, "epoch/loss": 0.0}
        yield name, {PART: value, **more}, measured, "12ab"


def lines(axes):
    return {line.get_label(): (list(line.get_xdata()), list(line.get_ydata())) for line in axes.lines}


def test_the_table_has_a_row_for_each_run_with_its_values_and_last_results(pipeline):
    pretrain = ("pretrain", {}, {"validation/perplexity": 9.0, "similarity/wordsim": 0.5}, "34cd")
    _, steps, runs = pipeline(pretrain, *fractions("scratch", {"0.05": 0.25, "1": 0.75}))
    missing = Step("scratch", {PART: "9"}, ())
    table = tabulate_steps([*steps, missing], runs, {"pretrain"})
    ids = [runs[step.label].info.run_id for step in steps]
    assert table == {
        "step": ["pretrain", "scratch", "scratch"],
        "run": ids,
        "status": ["FINISHED (used again)", "FINISHED", "FINISHED"],
        PART: [None, "0.05", "1"],
        "similarity/wordsim": [0.5, None, None],
        "test/accuracy": [None, 0.25, 0.75],
        "validation/loss": [None, 0.75, 0.25],
        "validation/perplexity": [9.0, None, None],
    }
    experiment = runs["pretrain"].info.experiment_id
    row = format_summary(table, runs).splitlines()[2]
    assert row == (
        f"| pretrain | [{ids[0][:8]}](#/experiments/{experiment}/runs/{ids[0]}?workflowType=machine_learning) | "
        "FINISHED (used again) |  | 0.5000 |"
        "  |  | 9.0000 |"
    )


def test_the_learning_curve_has_a_line_for_each_step(pipeline):
    scratch = fractions("scratch", {"1": 0.75, "0.05": 0.25, "0.2": 0.5})
    parent, steps, runs = pipeline(
        ("pretrain", {}, {"test/loss": 9.0}, "34cd"), *scratch, *fractions("tuned", {"0.2": 0.625})
    )
    figure = draw_learning_curve(steps, runs)
    (axes,) = figure.axes  # of the test split, since there is one
    assert lines(axes) == {"scratch": ([0.05, 0.2, 1.0], [0.25, 0.5, 0.75]), "tuned": ([0.2], [0.625])}
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_xscale()) == (PART, "test accuracy", "log")
    assert [text.get_text() for text in axes.get_xticklabels()] == ["0.05", "0.2", "1"]
    parent.log_figure(figure, "figures/learning_curve.png")


def test_seeds_are_one_line_with_their_range_and_other_values_are_lines_of_their_own(pipeline):
    runs_of = [
        run
        for optimizer, shift in (("sgd", 0.0), ("adam", 0.125))
        for seed, spread in (("0", 0.0), ("1", 0.25))
        for run in fractions(
            "a", {"1": 0.25 + shift + spread, "2": 0.5 + shift + spread}, optimizer=optimizer, seed=seed
        )
    ]
    _, steps, runs = pipeline(*runs_of)
    (axes,) = draw_learning_curve(steps, runs).axes
    assert lines(axes) == {"a, sgd": ([1.0, 2.0], [0.375, 0.625]), "a, adam": ([1.0, 2.0], [0.5, 0.75])}
    assert axes.get_xscale() == "linear"
    low, high = axes.collections[0].get_paths()[0].get_extents().intervaly
    assert (low, high) == (0.25, 0.75)


def test_without_a_step_that_is_repeated_over_numbers_there_is_no_learning_curve(pipeline):
    names = [("a", {"optimizer": name}, {"test/loss": 1.0}, "12ab") for name in ("sgd", "adam")]
    _, steps, runs = pipeline(("b", {}, {"test/loss": 1.0}, "12ab"), *names)
    assert draw_learning_curve(steps, runs) is None
    assert draw_learning_curve([Step("a", {"seed": "0"}, ()), Step("a", {"seed": "1"}, ())], {}) is None


def test_losses_are_compared_of_steps_with_the_same_loss_and_data_alone(pipeline):
    pretrain = ("pretrain", {}, {"validation/loss": 9.0}, "34cd")
    parent, steps, runs = pipeline(pretrain, *fractions("scratch", {"0.05": 0.25, "1": 0.75}))
    (axes,) = draw_losses(parent, steps, runs).axes
    assert list(lines(axes)) == ["scratch, fraction 0.05: 0.75", "scratch, fraction 1: 0.25"]
    assert draw_losses(parent, steps[:2], runs) is None
