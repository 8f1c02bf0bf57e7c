"""Every experiment runs, two steps of everything, as a user starts it."""

from __future__ import annotations

import mlflow
import pytest

import tfd2l
from tfd2l.config.check import trains
from tfd2l.config.paths import option_files

REAL_DATA = {"fra_eng": "fra_eng/fra-eng.zip"}  # datasets of experiments that no generated data can stand for


@pytest.mark.parametrize("experiment", sorted(option_files("experiment")))
def test_runs_in_debug_fast(experiment, tmp_path, request):
    overrides = [f"+experiment={experiment}", "debug=fast", f"tracking.uri=sqlite:///{tmp_path}/mlflow.db"]
    config = tfd2l.compose(*overrides)
    real = REAL_DATA.get(config.dataset.name) if config.get("dataset") else None
    if real is not None:
        config = tfd2l.compose(*overrides, f"dataset.path={request.getfixturevalue('shared_data') / real}")
    pipeline = tfd2l.Pipeline.from_config(config)
    result = pipeline.run()
    if not trains(pipeline.config):
        kept = mlflow.MlflowClient(result.tracking_uri).list_artifacts(result.run_id, "figures")
        assert kept  # an illustration is its figures
        return
    assert int(pipeline.optimizer.iterations) == 2
    assert (result.model_uri is not None) == config.tracking.log_model
    assert any(name.startswith(("test/", "validation/")) for name in result.metrics) == (len(pipeline.splits) > 1)
