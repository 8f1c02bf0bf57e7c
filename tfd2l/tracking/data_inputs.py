"""The data of a run as MLflow's datasets, and what a model measured on them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric

from tfd2l.data.info import DataInfo
from tfd2l.tracking.names import escape_key
from tfd2l.tracking.tracked_run import TrackedRun

CONTEXT = "mlflow.data.context"
MAX_SOURCE = 60_000  # characters; MLflow takes 65,535 bytes
KIND = "tfd2l"


def dataset_name(name: str, split: str) -> str:
    """Returns the name of a split; MLflow takes datasets of one name and digest for one."""
    return f"{name} ({split})"


def log_datasets(run: TrackedRun, name: str, data: DataInfo) -> None:
    """Logs each split as an input of the run: name, fingerprint, source, number of examples.

    Args:
        run: the run.
        name: of the dataset component.
        data: what is known of the data.
    """
    source = json.dumps({"uri": data.source}, ensure_ascii=False)[:MAX_SOURCE]
    inputs = [
        DatasetInput(
            Dataset(
                dataset_name(name, split),
                data.fingerprint,
                KIND,
                source,
                profile=json.dumps({"num_rows": size, "classes": len(data.class_names)}),
            ),
            [InputTag(CONTEXT, split)],
        )
        for split, size in data.sizes.items()
    ]
    run.client.log_inputs(run.run_id, inputs)


def log_model_metrics(run: TrackedRun, model_uri: str, metrics: Mapping[str, float], dataset: str, digest: str) -> None:
    """Logs what was measured to the exported model too, so that the UI's list of models shows it.

    Args:
        run: the run; it has logged the metrics.
        model_uri: `models:/ID`.
        metrics: name -> value, of which those that the run has logged are taken.
        dataset: name of the split that they were measured on.
        digest: of its data.
    """
    model = model_uri.removeprefix("models:/")
    entries = []
    for key in map(escape_key, metrics):
        logged = run.client.get_metric_history(run.run_id, key)
        if logged:
            last = max(logged, key=lambda metric: (metric.step, metric.timestamp))
            entries.append(
                Metric(key, last.value, last.timestamp, last.step, model, dataset, digest, run_id=run.run_id)
            )
    run.client.log_batch(run.run_id, metrics=entries, synchronous=True)
