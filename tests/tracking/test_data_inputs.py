"""Data and measures of a run, as the lists of datasets and models in the UI show them."""

from __future__ import annotations

import dataclasses

from tfd2l.data.info import NO_DATA
from tfd2l.tracking.data_inputs import dataset_name, log_datasets, log_model_metrics
from tfd2l.tracking.tracked_run import TrackedRun


def test_each_split_is_an_input_and_the_model_has_the_measures(tmp_path):
    run = TrackedRun.start(f"sqlite:///{tmp_path}/mlflow.db", "test", "a run", {}, None)
    data = dataclasses.replace(
        NO_DATA, sizes={"train": 8, "test": 2}, source="/data/ü.csv", fingerprint="0123456789abcdef"
    )
    for _ in range(2):  # a run that goes on says it again
        log_datasets(run, "mine", data)
    inputs = run.client.get_run(run.run_id).inputs.dataset_inputs
    told = {(i.dataset.name, i.dataset.digest, i.dataset.source, i.dataset.profile, i.tags[0].value) for i in inputs}
    assert told == {
        (
            f"mine ({split})",
            "0123456789abcdef",
            '{"uri": "/data/ü.csv"}',
            f'{{"num_rows": {size}, "classes": 0}}',
            split,
        )
        for split, size in data.sizes.items()
    }
    number = run.client.get_experiment_by_name("test").experiment_id
    model = run.client.create_logged_model(number, "model", run.run_id)
    run.log_metrics({"test/a, b": 0.25}, 3)
    run.log_metrics({"test/a, b": 0.5}, 7)
    log_model_metrics(
        run,
        f"models:/{model.model_id}",
        {"test/a, b": 0.5, "loss": 1.0},
        dataset_name("mine", "test"),
        data.fingerprint,
    )
    (metric,) = run.client.get_logged_model(model.model_id).metrics
    assert (metric.key, metric.value, metric.step) == ("test/a_x2c_ b", 0.5, 7)
    assert (metric.dataset_name, metric.dataset_digest) == ("mine (test)", data.fingerprint)
    assert len(run.client.get_metric_history(run.run_id, metric.key)) == 2  # none is doubled
