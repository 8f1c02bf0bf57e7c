"""What reports see of a trained and evaluated experiment."""

from __future__ import annotations

from tfd2l.config.build import build
from tfd2l.pipelines.experiment.evaluated import Evaluated
from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.tracking.tracked_run import TrackedRun


def finish_run(trained: Trained, evaluated: Evaluated, run: TrackedRun) -> FinishedRun:
    """Returns the run as reports take it.

    Args:
        trained: the model.
        evaluated: its results.
        run: where reports log their figures and tables.
    """
    return FinishedRun(
        artifacts=run,
        model=trained.model,
        data=trained.prepared.info,
        history=trained.history,
        test=evaluated.test,
        predict=trained.predictions,
        serve=trained.serving,
        model_inputs=trained.serving.model_inputs,
        training_sample=trained.prepared.batches.sample,
        curve=trained.validations,
        optimizer=trained.built.optimizer,
        steps_per_epoch=trained.built.plan.steps_per_epoch,
        total_steps=trained.built.plan.total_steps,
        build=build,
    )
