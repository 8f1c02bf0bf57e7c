"""A multirun: one parent, a child a job, a comparison; and no folder is left in the working directory."""

from __future__ import annotations

import json
from pathlib import Path

import matplotlib.image
import mlflow


def test_a_multirun_has_a_parent_with_a_comparison_and_leaves_no_folders(python, tmp_path):
    """One child fails; and each is in an MLflow experiment of its own."""
    command = ["-m", "tfd2l.pipelines", "-m", "+experiment=nadaraya_watson", "stages.batch.batch_size=50,25,7"]
    small = [
        "trainer.epochs=2",
        "trainer.micro_batches=5",
        "reports=null",
        "tracking.log_model=false",
        "name=of_${stages.batch.batch_size}",
    ]
    done = python(*command, *small)
    assert done.code == 2, done.err
    assert "shared out to 5 micro-batches" in done.err
    assert list((tmp_path / "here").iterdir()) == []
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/store/mlflow.db")
    runs = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
    (parent,) = [run for run in runs if "mlflow.parentRunId" not in run.data.tags]
    assert parent.info.status == "FAILED"
    assert parent.info.run_name == "sweep stages.batch.batch_size=50,25,7"
    children = {run.data.params["stages.batch.batch_size"]: run for run in runs if run is not parent}
    assert {run.data.tags["mlflow.parentRunId"] for run in children.values()} == {parent.info.run_id}
    assert {size: run.info.status for size, run in children.items()} == {
        "50": "FINISHED",
        "25": "FINISHED",
        "7": "FAILED",
    }
    table = json.loads(Path(client.download_artifacts(parent.info.run_id, "comparison.json")).read_text())
    assert table["columns"][:3] == ["run", "status", "stages.batch.batch_size"]
    assert {"test/loss", "validation/loss"} <= set(table["columns"])
    assert [row[0] for row in table["data"]] == [children[size].info.run_id for size in ("50", "25", "7")]
    assert "multirun.yaml" in [
        item.path.rpartition("/")[2] for item in client.list_artifacts(parent.info.run_id, "config")
    ]
    losses = [run.data.metrics["test/loss"] for run in children.values() if "test/loss" in run.data.metrics]
    assert len(losses) == 2
    assert parent.data.metrics["min/test/loss"] == min(losses)
    picture = client.download_artifacts(parent.info.run_id, "figures/comparison.png")
    assert matplotlib.image.imread(picture).std() > 0
