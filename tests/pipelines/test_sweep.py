"""A multirun: one parent, a child a job, a comparison; and no folder is left in the working directory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import mlflow


def test_a_multirun_has_a_parent_with_a_comparison_and_leaves_no_folders(tiny_overrides, tmp_path):
    uri = f"sqlite:///{tmp_path}/store/mlflow.db"
    here = tmp_path / "here"
    here.mkdir()
    command = [sys.executable, "-m", "tfd2l.pipelines", "-m", "+experiment=nli_bert", "debug=fast", *tiny_overrides]
    command += [
        "optimizer.learning_rate=0.001,0.002",
        "reports=null",
        "tracking.log_model=false",
        f"tracking.uri={uri}",
    ]
    environment = {key: value for key, value in os.environ.items() if key != "MLFLOW_TRACKING_URI"}
    done = subprocess.run(command, cwd=here, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert list(here.iterdir()) == []
    client = mlflow.MlflowClient(uri)
    runs = client.search_runs([client.get_experiment_by_name("nli_bert").experiment_id])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    children = [run for run in runs if run.data.tags.get("mlflow.parentRunId") == parent.info.run_id]
    assert {run.info.status for run in runs} == {"FINISHED"}
    assert sorted(run.data.params["optimizer.learning_rate"] for run in children) == ["0.001", "0.002"]
    table = json.loads(Path(client.download_artifacts(parent.info.run_id, "comparison.json")).read_text())
    assert table["columns"][:2] == ["run", "status"]
    assert "optimizer.learning_rate" in table["columns"]
    assert "test/accuracy" in table["columns"]
    assert [row[0] for row in table["data"]] == [run.info.run_id for run in reversed(children)]
    assert "multirun.yaml" in [
        item.path.rpartition("/")[2] for item in client.list_artifacts(parent.info.run_id, "config")
    ]
    losses = [run.data.metrics["test/loss"] for run in children]
    assert parent.data.metrics["min/test/loss"] == min(losses)
