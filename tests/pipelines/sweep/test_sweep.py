"""A multirun: one parent, a child a job, a comparison; and no folder is left in the working directory."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import matplotlib.image
import mlflow
import pytest

from tfd2l.errors import EXIT_INTERRUPTED
from tfd2l.tracking.tracked_run import PARENT_TAG


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


@pytest.mark.slow
def test_with_auto_finished_jobs_count_as_they_are_and_the_sweep_goes_on(python, tmp_path):
    """One job fails, and begins again under its id; a seed more is another sweep, which uses the finished runs."""
    command = ["-m", "tfd2l.pipelines", "-m", "+experiment=nadaraya_watson", "trainer.epochs=2", "reports=null"]
    command += ["tracking.log_model=false", "trainer.micro_batches=5", "seed=0,1"]
    client = None
    made, tables = [], []
    sizes = "stages.batch.batch_size=50,7"  # 7 rows are not shared out to 5 micro-batches
    for more in ([sizes], [sizes, "resume=auto"]):
        done = python(*command, *more)
        assert done.code == 2, done.err
        client = client or mlflow.MlflowClient(f"sqlite:///{tmp_path}/store/mlflow.db")
        runs = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
        (parent,) = [run for run in runs if PARENT_TAG not in run.data.tags]
        made.append({run.info.run_id for run in runs})
        tables.append(
            {
                name: json.loads(Path(client.download_artifacts(parent.info.run_id, name)).read_text())
                for name in ("comparison.json", "seeds.json")
            }
        )
    assert f"resume=auto: goes on with sweep {parent.info.run_id}" in done.err + done.out
    assert (done.err + done.out).count("which is not run again") == 2
    assert made[0] == made[1]
    assert tables[0] == tables[1]
    assert [row[:2] for row in tables[0]["seeds.json"]["data"]] == [["50", 2]]
    other = python(*command[:-1], "seed=0,1,2", "stages.batch.batch_size=50", "resume=auto")
    assert other.code == 0, other.err
    (page,) = re.findall(r"compares its 3 runs.*", other.err + other.out, re.DOTALL)
    assert page.count("FINISHED (used again)") == 2
    assert "| 3 |" in page


@pytest.mark.slow
def test_a_sweep_that_is_asked_to_stop_starts_no_further_job_and_goes_on_with_auto(tmp_path):
    uri = f"sqlite:///{tmp_path}/mlflow.db"
    long = ["trainer.epochs=100000", "trainer.checkpoint_every=1", "reports=null", "tracking.log_model=false"]
    command = [sys.executable, "-m", "tfd2l.pipelines", "-m", "+experiment=nadaraya_watson", "seed=0,1", *long]
    process = subprocess.Popen([*command, f"tracking.uri={uri}"], stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not list(tmp_path.glob("checkpoints/*/step-*.checkpoint")):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, told = process.communicate()
    assert process.returncode == EXIT_INTERRUPTED, told
    assert "The same command with `resume=auto` goes on there." in told
    client = mlflow.MlflowClient(uri)
    runs = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
    assert [run.info.status for run in runs] == ["KILLED", "KILLED"]  # the sweep, and its first job
    assert len(list(tmp_path.glob("checkpoints/*"))) == 1
