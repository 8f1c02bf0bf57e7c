"""A tiny model on a little data: what every test of a whole run uses."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import tfd2l

TINY = (
    "dataset.num_pairs=240",
    "model.num_layers=1",
    "model.hidden_dim=16",
    "model.num_heads=2",
    "model.intermediate_dim=16",
    "stages.batch.batch_size=8",
)


@pytest.fixture(scope="session")
def tiny_overrides():
    """Overrides that make nli_bert small enough for a test."""
    return TINY


@pytest.fixture
def tiny():
    """A function: further overrides, and the folder of a store -> an experiment that has not run yet."""

    def experiment(*overrides: str, store: Path | None = None) -> tfd2l.Experiment:
        uri = [f"tracking.uri=sqlite:///{store}/mlflow.db"] if store else []
        return tfd2l.Experiment.from_config(tfd2l.compose("+experiment=nli_bert", *TINY, *uri, *overrides))

    return experiment


@dataclass
class Notebook:
    """A process that uses MLflow itself, and its state before and after a run of ours."""

    uri: str
    run_id: str = ""
    states: list[dict[str, Any]] = field(default_factory=list)

    def look(self):
        """Note the state that MLflow keeps for the process."""
        import mlflow

        variables = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW_")}
        active = mlflow.active_run()
        registry, uri = mlflow.get_registry_uri(), mlflow.get_tracking_uri()
        level = logging.getLogger("mlflow").level
        self.states.append(
            {
                "tracking_uri": uri,
                "registry_uri": registry,
                "active_run": active and active.info.run_id,
                "variables": variables,
                "level": level,
            }
        )


@pytest.fixture(scope="session")
def notebook(tmp_path_factory):
    return Notebook(f"sqlite:///{tmp_path_factory.mktemp('theirs')}/mlflow.db")


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory, notebook):
    """One whole run of nli_bert, tiny, in a store of its own: (trained, result, client).

    It is made in a process in which MLflow has another store, experiment and active run.
    """
    import mlflow

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_URI", "sqlite:///unused.db")  # what MLflow changes is undone
        mlflow.set_tracking_uri(notebook.uri)
        mlflow.set_experiment("mine")
        patch.setenv("MLFLOW_EXPERIMENT_NAME", "theirs")
        with mlflow.start_run() as theirs:
            patch.setenv("MLFLOW_RUN_ID", theirs.info.run_id)
            notebook.run_id = theirs.info.run_id
            notebook.look()
            run = _finished_run(tmp_path_factory)
            notebook.look()
        mlflow.set_tracking_uri(None)
    return run


def _finished_run(tmp_path_factory):
    import mlflow

    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    config = tfd2l.compose("+experiment=nli_bert", *TINY, "trainer.epochs=2", "seed=3", f"tracking.uri={uri}")
    experiment = tfd2l.Experiment.from_config(config)
    result = experiment.run()
    return result.trained, result, mlflow.MlflowClient(uri)
