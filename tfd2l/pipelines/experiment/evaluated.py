"""Measures a trained model on the test split."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.tracking.metric_names import TEST, TRAIN, group_metrics, validation_metrics
from tfd2l.tracking.tracked_run import TrackedRun

log = logging.getLogger("tfd2l")

MEASURED_TAG = "data.measured_on"  # of a run without a test split


@dataclass(frozen=True)
class Evaluated:
    """What a trained model came to.

    Args:
        test: loss and metrics on the test split; empty if the data have none.
        metrics: the results by their names in the store: `test/...`; without that split the last `validation/...`,
            else the last `train/...`.
    """

    test: Mapping[str, float]
    metrics: Mapping[str, float]


def evaluate(trained: Trained, run: TrackedRun | None = None) -> Evaluated:
    """Measures the test split.

    Args:
        trained: the model.
        run: where the results are logged; None logs nothing.
    """
    test: dict[str, float] = {}
    prepared = trained.prepared
    if prepared.measured_on == "test":
        test = trained.built.evaluation(prepared.batches.evaluation["test"])
        log.info("test: %s", ", ".join(f"{name} {value:.4f}" for name, value in test.items()))
        if run is not None:
            run.log_metrics(group_metrics(TEST, test), trained.built.plan.total_steps)
    else:
        log.info("there is no test split: results and reports are of %s", prepared.measured_on)
        if run is not None:
            run.log_tags({MEASURED_TAG: prepared.measured_on})
    return collect_results(trained, test)


def collect_results(trained: Trained, test: Mapping[str, float]) -> Evaluated:
    """Returns the results of a run.

    Args:
        trained: the model, with the logs of its epochs.
        test: loss and metrics on the test split; empty if there is none.
    """
    if test:
        return Evaluated(test, group_metrics(TEST, test))
    last = trained.history[-1] if trained.history else {}
    return Evaluated(test, validation_metrics(last) or group_metrics(TRAIN, last))
