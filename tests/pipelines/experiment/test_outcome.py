"""Which weights were measured, and whether the numbers of a run are results."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tfd2l.pipelines.experiment.outcome import describe_shortening, describe_weights
from tfd2l.training.position import Plan, Position
from tfd2l.training.settings import TrainerSettings


@pytest.mark.parametrize(
    ("settings", "best_weights", "told"),
    [
        ({}, None, "after the last step (40; epoch 4)"),
        ({"ema_momentum": 0.99}, None, "the moving average (momentum 0.99) after the last step (40; epoch 4)"),
        ({}, [1.0], "of epoch 2 of 4, the best by val_loss"),
    ],
)
def test_the_weights_that_are_measured_are_told(settings, best_weights, told):
    stopping = SimpleNamespace(restore_best_weights=True, best_weights=best_weights, best_epoch=1, monitor="val_loss")
    callbacks = [SimpleNamespace(), stopping]
    position = Position(epoch=4, step=40)
    assert describe_weights(position, TrainerSettings(**settings), callbacks) == told


@pytest.mark.parametrize(
    ("settings", "overrides", "told"),
    [
        ({}, [], None),
        ({"max_steps": 10}, [], None),  # an epoch
        (
            {"max_steps": 2, "max_eval_steps": 2},
            ["+experiment=nli_bert", "debug=fast"],
            "trained for 2 steps of 30, measured on at most 2 batches a split: debug=fast; its numbers are no results",
        ),
        ({"max_steps": 1}, [], "trained for 1 step of 30; its numbers are no results"),
        (
            {"overfit_batches": 1},
            [],
            "trained for 30 steps of 30, on the same 1 batch again and again; its numbers are no results",
        ),
    ],
)
def test_numbers_of_a_shortened_run_are_told_to_be_no_results(settings, overrides, told):
    trainer = TrainerSettings(epochs=3, **settings)
    plan = Plan(trainer.epochs, 10, trainer.max_steps)
    assert describe_shortening(trainer, plan, overrides) == told
