"""A tiny model on a little data: what every test of a whole run uses."""

from __future__ import annotations

from pathlib import Path

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
    """A function: further overrides, and the folder of a store -> a pipeline that has not run yet."""

    def pipeline(*overrides: str, store: Path | None = None) -> tfd2l.Pipeline:
        uri = [f"tracking.uri=sqlite:///{store}/mlflow.db"] if store else []
        return tfd2l.Pipeline.from_config(tfd2l.compose("+experiment=nli_bert", *TINY, *uri, *overrides))

    return pipeline


@pytest.fixture(scope="session")
def finished_run(tmp_path_factory):
    """One whole run of nli_bert, tiny, in a store of its own: (pipeline, result, client)."""
    import mlflow

    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    config = tfd2l.compose("+experiment=nli_bert", *TINY, "trainer.epochs=2", "seed=3", f"tracking.uri={uri}")
    pipeline = tfd2l.Pipeline.from_config(config)
    result = pipeline.run()
    return pipeline, result, mlflow.MlflowClient(uri)
