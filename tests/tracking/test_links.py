"""Addresses of pages of the MLflow UI."""

from __future__ import annotations

import pytest

from tfd2l.tracking.links import local_ui, run_page, runs_page, server_of


def test_pages_are_those_of_model_training():
    assert runs_page("3") == "#/experiments/3/runs?workflowType=machine_learning"
    assert run_page("3", "abc") == "#/experiments/3/runs/abc?workflowType=machine_learning"
    assert run_page("3", "abc", "artifacts/figures") == (
        "#/experiments/3/runs/abc/artifacts/figures?workflowType=machine_learning"
    )


@pytest.mark.parametrize(
    ("uri", "server"),
    [
        ("http://host:5000", "http://host:5000/"),
        ("https://user:secret@host/mlflow/", "https://host/mlflow/"),
        ("sqlite:////x/mlflow.db", None),
    ],
)
def test_a_server_shows_its_own_pages(uri, server):
    assert server_of(uri) == server


def test_a_local_store_is_shown_by_the_ui():
    assert local_ui() == "http://127.0.0.1:5000/"
    assert local_ui("0.0.0.0", 5001) == "http://127.0.0.1:5001/"
    assert local_ui("::1", 5001) == "http://[::1]:5001/"
