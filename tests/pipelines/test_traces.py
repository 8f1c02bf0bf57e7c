"""Runs that train a point: the engine takes the very steps of the optimizer by itself, however it takes them."""

from __future__ import annotations

import json
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

import tfd2l
from tfd2l.models.point import Point
from tfd2l.optimizers.sgd import SGD
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.stored_files import fetch_model
from tfd2l.tracking.tracked_run import NOTE_TAG


def experiment(tmp_path, *overrides):
    config = tfd2l.compose(*overrides, f"tracking.uri=sqlite:///{tmp_path}/mlflow.db")
    return tfd2l.Experiment.from_config(config)


def trained(tmp_path, *overrides):
    run = experiment(tmp_path, *overrides)
    return run.fit(run.build(run.prepare()))


def test_a_run_logs_the_trace_of_the_book(tmp_path):
    result = experiment(tmp_path, "+experiment=gradient_descent_2d").run()
    client = mlflow.MlflowClient(result.tracking_uri)
    run = client.get_run(result.run_id)
    final = [run.data.metrics[f"report/final/{name}"] for name in ("x1", "x2")]
    assert final == pytest.approx([-0.057646, -0.000073], abs=6e-7)
    assert {item.path for item in client.list_artifacts(result.run_id)} >= {"figures", "tables"}
    assert result.model_uri is None
    table = json.loads(Path(client.download_artifacts(result.run_id, "tables/trace.json")).read_text())
    assert len(table["data"]) == 21
    losses = [metric.value for metric in client.get_metric_history(result.run_id, "train/loss")]
    assert losses == pytest.approx([row[table["columns"].index("f")] for row in table["data"][:-1]], rel=1e-5)
    page = run.data.tags[NOTE_TAG]
    assert "Figures and tables are under *Artifacts*." in page
    assert "| report/final/x1 | -0.0576 |" in page
    assert "tfd2l predict" not in page


def test_the_rate_of_a_trace_is_the_one_its_optimizer_has_in_the_book():
    """Adadelta has none there, which is a rate of 1; what was typed counts."""
    rates = {
        typed: tfd2l.compose("+experiment=optimizer_traces", *typed.split()).optimizer.learning_rate
        for typed in (
            "optimizer=sgd",
            "optimizer=adadelta",
            "optimizer=adagrad",
            "optimizer=lion",
            "optimizer=adadelta optimizer.learning_rate=0.5",
        )
    }
    assert list(rates.values()) == [0.4, 1.0, 0.4, 0.4, 0.5]


def test_a_trace_of_adadelta_ends_where_the_formula_does(tmp_path):
    run = trained(tmp_path, "+experiment=optimizer_traces", "optimizer=adadelta")
    np.testing.assert_allclose(run.model.trace[-1], [-4.78249, -1.78759], atol=2e-5)


@pytest.mark.parametrize("overrides", [(), ("trainer.steps_per_execution=7",), ("trainer.xla=true",)])
def test_the_noise_of_an_example_is_that_of_its_step(tmp_path, overrides):
    run = trained(tmp_path, "+experiment=dynamic_rate_sgd", "schedule=constant", *overrides)
    noise = np.stack([example["noise"] for example in run.prepared.splits["train"].as_numpy_iterator()])
    expected = Point([-5.0, -2.0], 50).descend(SGD(0.1), noise)
    assert np.abs(noise).mean() > 0.5
    np.testing.assert_allclose(run.model.trace, expected, atol=1e-5)


def test_a_run_that_stopped_remembers_where_it_has_been(tmp_path):
    whole = trained(tmp_path, "+experiment=optimizer_traces", "optimizer=momentum").model.trace
    stopping = ("+experiment=optimizer_traces", "optimizer=momentum", "trainer.checkpoint_every=6", "reports={}")
    first = experiment(tmp_path, *stopping)
    fit = first.fit

    def stopped(built, run, checkpointing):
        state, taken = checkpointing.after_step, []

        def after_step(step, *arguments):
            state(step, *arguments)
            taken.append(step)
            if step == 12:
                raise KeyboardInterrupt

        checkpointing.after_step = after_step
        fit(built, run, checkpointing)

    first.fit = stopped
    with pytest.raises(KeyboardInterrupt):
        first.run()
    again = experiment(tmp_path, *stopping, "resume=auto").run().trained
    assert int(again.built.optimizer.iterations) == 20
    np.testing.assert_array_equal(again.model.trace, whole)


def test_examples_without_a_target_are_predicted(tmp_path):
    run = trained(tmp_path, "+experiment=gradient_descent_2d", "dataset.deviation=1")
    predictions = run.predictions("train", 3)
    assert len(predictions.targets) == 0
    noise, position = np.array(predictions.inputs["noise"]), run.model.trace[-1]
    expected = position[0] ** 2 + 2 * position[1] ** 2 + noise @ position
    np.testing.assert_allclose(predictions.decoded["outputs"], expected, rtol=1e-4, atol=1e-6)


def test_a_point_that_is_exported_serves(tmp_path):
    result = experiment(tmp_path, "+experiment=gradient_descent_2d", "tracking.log_model=true", "reports={}").run()
    folder = fetch_model(client_of(result.tracking_uri), result.run_id)
    served = mlflow.pyfunc.load_model(str(folder)).predict(pd.DataFrame({"noise": [[0.0, 0.0], [1.0, 0.0]]}))
    low, moved = served["outputs"]
    assert moved - low == pytest.approx(-0.057646, abs=1e-5)


def test_newton_gets_the_point(tmp_path):
    run = trained(tmp_path, "+experiment=newton", "model.objective=cosine_product")
    assert run.model.trace[-1] == pytest.approx([26.834133], abs=2e-6 * 27)
