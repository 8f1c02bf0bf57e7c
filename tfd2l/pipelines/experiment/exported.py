"""Keeps the trained model in the store, and exports the graph that serves it."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tfd2l.pipelines.experiment.next_steps import save_example
from tfd2l.pipelines.experiment.raw_examples import read_examples
from tfd2l.pipelines.experiment.stored_files import CHECKPOINT
from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.temporary import temporary_prefix
from tfd2l.tracking.model_export import log_served_model
from tfd2l.tracking.tracked_run import TrackedRun

log = logging.getLogger("tfd2l")

EXAMPLE_ROWS = 3  # of the exported model's inputs; one image, which is long as text


@dataclass(frozen=True)
class Exported:
    """The exported model of a run.

    Args:
        model_uri: of the MLflow model.
        example: name -> value of each input, as one types it after `tfd2l predict`.
    """

    model_uri: str
    example: Mapping[str, Any]


def save_model(trained: Trained, run: TrackedRun) -> None:
    """Keeps the trained Keras model as `checkpoint/model.keras`."""
    folder, _, file = CHECKPOINT.rpartition("/")
    with run.writing(folder) as path:
        trained.model.save(path / file)


def export_model(trained: Trained, run: TrackedRun) -> Exported:
    """Keeps the Keras model first, then logs the serving graph as an MLflow model.

    Args:
        trained: the model.
        run: where it is kept.
    """
    save_model(trained, run)
    try:
        return _export_graph(trained, run)
    except Exception:
        log.error(
            "the graph that serves could not be exported; the trained weights are kept in run %s, artifact %s",
            run.run_id,
            CHECKPOINT,
        )
        raise


def _export_graph(trained: Trained, run: TrackedRun) -> Exported:
    prepared, raw = trained.prepared, trained.prepared.raw
    count = 1 if any(raw.example_spec[key].shape.rank > 1 for key in raw.inputs) else EXAMPLE_ROWS
    rows = read_examples(prepared.splits[prepared.measured_on], count)
    inputs = {key: rows[key] for key in raw.inputs}
    example = save_example(run, {name: rows[key][0] for name, key in raw.served_inputs.items()})
    with tempfile.TemporaryDirectory(prefix=temporary_prefix()) as temporary:
        trained.serving.save(Path(temporary))
        uri = log_served_model(run, Path(temporary), inputs, trained.serving(inputs), raw.served_inputs)
    return Exported(uri, example)
