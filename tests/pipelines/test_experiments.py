"""Every experiment runs, two steps of everything, as a user starts it."""

from __future__ import annotations

import mlflow
import pytest

import tfd2l
from tfd2l.config.check import trains
from tfd2l.config.paths import option_files


@pytest.mark.parametrize("experiment", sorted(option_files("experiment")))
def test_runs_in_debug_fast(experiment, tmp_path):
    config = tfd2l.compose(f"+experiment={experiment}", "debug=fast", f"tracking.uri=sqlite:///{tmp_path}/mlflow.db")
    pipeline = tfd2l.Pipeline.from_config(config)
    result = pipeline.run()
    if not trains(pipeline.config):
        kept = mlflow.MlflowClient(result.tracking_uri).list_artifacts(result.run_id, "figures")
        assert kept  # an illustration is its figures
        return
    assert int(pipeline.optimizer.iterations) == 2
    assert result.model_uri is not None
    assert any(name.startswith(("test/", "validation/")) for name in result.metrics)
