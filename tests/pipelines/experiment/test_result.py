"""What a notebook takes from a run: just finished, or opened again."""

from __future__ import annotations

import numpy as np
import pytest

import tfd2l
from tfd2l.errors import ComponentError, DataError, TrackingError

PAIR = {"premise": ["A dog runs", "Nobody sleeps"], "hypothesis": ["An animal moves", "A man sleeps"]}


def test_a_result_has_model_history_figures_and_predictions(finished_run):
    trained, result, _ = finished_run
    assert [logs["loss"] for logs in result.history] == [logs["loss"] for logs in trained.history]
    assert result.model.count_params() == trained.built.model.count_params()
    assert "schedule" in result.figures
    assert all(file.suffix == ".png" and file.is_file() for file in result.figures.values())
    assert result.predict(PAIR) == trained.serving(PAIR)
    assert "trained" not in repr(result)


@pytest.mark.parametrize(
    ("inputs", "received"),
    [
        ({"premise": ["a"]}, r"Received: premise \(1\)$"),
        ({**PAIR, "text": ["a", "b"]}, r"Received: premise \(2\), hypothesis \(2\), text \(2\)$"),
        ({"premise": ["a"], "hypothesis": []}, r"Received: premise \(1\), hypothesis \(0\)$"),
        ({}, "Received: none$"),
    ],
)
def test_inputs_that_the_model_does_not_take_are_named(finished_run, inputs, received):
    with pytest.raises(DataError, match=rf"^The model takes hypothesis, premise, each with the same .* {received}"):
        finished_run[1].predict(inputs)


def test_a_run_that_trains_nothing_has_no_model(tmp_path):
    config = tfd2l.compose("+experiment=convexity", f"tracking.uri=sqlite:///{tmp_path}/mlflow.db")
    result = tfd2l.Experiment.from_config(config).run()
    assert result.history == ()
    assert result.figures
    with pytest.raises(ComponentError, match=rf"trains no model.*Received: run {result.run_id}$"):
        _ = result.model
    run = tfd2l.load_run("latest", result.tracking_uri)
    assert run.figures == result.figures
    with pytest.raises(TrackingError, match=r"has no artifact 'checkpoint/model\.keras'"):
        _ = run.model


def test_a_stored_run_is_opened_by_the_start_of_its_id(finished_run):
    trained, result, client = finished_run
    run = tfd2l.load_run(result.run_id[:10], result.tracking_uri)
    assert (run.run_id, run.status) == (result.run_id, "FINISHED")
    assert run.metrics == client.get_run(result.run_id).data.metrics
    assert run.config == trained.built.config
    assert run.figures == result.figures
    assert "config/config.yaml" in run.artifacts
    assert run.artifact("config/config.yaml").read_text().startswith("trainer:")
    for stored, now in zip(run.model.get_weights(), result.model.get_weights(), strict=True):
        np.testing.assert_array_equal(stored, now)
    predicted, expected = run.predict(PAIR), result.predict(PAIR)
    assert predicted.keys() == expected.keys()
    assert predicted["label"] == expected["label"]


def test_inputs_that_a_stored_model_does_not_take_are_one_error(finished_run):
    _, result, _ = finished_run
    with pytest.raises(DataError, match="hypothesis"):
        tfd2l.load_run(result.run_id, result.tracking_uri).predict({"premise": ["a"]})
