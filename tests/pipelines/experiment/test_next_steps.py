"""The last lines of a run: commands that can be copied."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pytest

from tfd2l.pipelines.experiment.next_steps import format_example, format_predict_command, list_next_steps, save_example
from tfd2l.tracking.tracked_run import TrackedRun


@pytest.mark.parametrize(
    ("inputs", "options"),
    [
        ({"premise": "It's a dog.", "Frage (2)": ""}, ["--premise", "It's a dog.", "--Frage (2)", ""]),
        (
            {"frequency": 800, "chord": 0.30480000376701355, "x": -1e-3},
            ["--frequency", "800", "--chord", "0.3048", "--x", "-0.001"],
        ),
        ({"features": np.array([1.5, 2.0, -3.0], np.float32)}, ["--features", "1.5,2,-3"]),
        ({"words": ["a", "b c"]}, ["--words", '["a", "b c"]']),
        ({"text": "word " * 100}, ["--text", ("word " * 32).strip()]),
        ({"grid": [[0.5] * 100] * 100}, ["--grid", "JSON"]),
    ],
)
def test_an_example_is_typed_as_a_shell_takes_it(inputs, options):
    assert shlex.split(format_example(inputs)) == options


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return TrackedRun.start(f"sqlite:///{tmp_path_factory.mktemp('c#')}/mlflow.db", "mine", "a run", {}, None)


def test_an_image_becomes_a_file_of_the_run(run):
    pixels = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    example = save_example(run, {"image": pixels.tolist(), "text": "a"})
    assert example["text"] == "a"
    import tensorflow as tf

    np.testing.assert_array_equal(tf.io.decode_png(Path(example["image"]).read_bytes()), pixels)


def test_the_last_lines_name_folder_page_and_command(run, monkeypatch):
    uri = run.client.tracking_uri
    number = run.client.get_experiment_by_name("mine").experiment_id
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)
    look, use = list_next_steps(run.run_id, uri, {"premise": "a b"})
    run.log_text("a figure", "figures/a.txt")
    figures, *others = list_next_steps(run.run_id, uri, {"premise": "a b"})
    assert others == [look, use]
    short, store = run.run_id[:8], shlex.quote(uri)
    folder = Path(uri.removeprefix("sqlite:///")).parent
    assert figures == f"figures: {folder}/artifacts/mine/{run.run_id}/artifacts/figures"
    page = f"http://127.0.0.1:5000/#/experiments/{number}/runs/{run.run_id}?workflowType=machine_learning"
    assert look == f"look at it: `tfd2l ui {short} --uri {store}`, then {page}"
    assert use == f"use it: tfd2l predict {short} --uri {store} --premise 'a b'"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert format_predict_command(short, {"x": 1}, uri) == f"tfd2l predict {short} --x 1"
    assert len(list_next_steps(run.run_id, uri, None)) == 2
