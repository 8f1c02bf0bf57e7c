"""A competition from its files to what is sent."""

from __future__ import annotations

import csv

import mlflow
import pytest

import tfd2l
from tfd2l.datasets.cifar10 import CLASS_NAMES


@pytest.mark.slow
def test_a_run_ends_in_a_submission(shared_data, tmp_path, monkeypatch):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path / "cache"))
    path = shared_data / "kaggle_cifar10_tiny"
    config = tfd2l.compose(
        *("+experiment=kaggle_cifar10", "debug=fast", "dataset=kaggle_cifar10", f"dataset.path={path}"),
        f"tracking.uri=sqlite:///{tmp_path}/mlflow.db",
    )
    result = tfd2l.Experiment.from_config(config).run()
    client = mlflow.MlflowClient(result.tracking_uri)
    file = client.download_artifacts(result.run_id, "submission.csv", str(tmp_path))
    with open(file) as stream:
        header, *lines = csv.reader(stream)
    assert header == ["id", "label"]
    ((name, label),) = lines
    assert name == "1"
    assert label in CLASS_NAMES
