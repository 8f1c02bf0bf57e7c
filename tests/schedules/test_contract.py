"""Every schedule is a pure function of the step, as `check_schedule` has it."""

from __future__ import annotations

import pytest

from tfd2l.registry import entries, find
from tfd2l.testing import check_schedule

SCHEDULES = {
    "constant": {"warmup": 3},
    "cosine": {"duration": 20, "final_rate": 0.01, "warmup": 3},
    "exponential": {"decay": 0.1},
    "factor": {"unit": "epoch", "steps_per_epoch": 4},
    "inverse_time": {"decay": 0.1},
    "linear_decay": {"duration": 20},
    "multi_factor": {"milestones": [5, 12]},
    "piecewise": {"boundaries": [5, 12], "values": [0.05, 0.01]},
    "polynomial": {"power": 0.5},
    "sqrt": {"unit": "epoch", "steps_per_epoch": 4, "continuous": True},
    "warmup_linear_decay": {"total_steps": 20},
}


def test_every_schedule_is_checked():
    assert {entry.name for entry in entries("schedule") if entry.distribution == "tfd2l"} == set(SCHEDULES)


@pytest.mark.parametrize("name", SCHEDULES)
def test_is_a_pure_function_of_the_step(name):
    check_schedule(find("schedule", name).load()(0.1, **SCHEDULES[name]), steps=25)
