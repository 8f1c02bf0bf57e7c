"""What every schedule shares: the unit of its time, the warm-up, and that it remembers nothing."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

import tfd2l
from tfd2l.schedules.constant import Constant
from tfd2l.schedules.cosine import Cosine
from tfd2l.schedules.multi_factor import MultiFactor
from tfd2l.schedules.sqrt import Sqrt


def values(schedule, steps):
    return [float(schedule(step)) for step in steps]


def test_warm_up_and_cosine_are_the_books():
    schedule = Cosine(0.3, 20, 0.01, warmup=5)
    assert values(schedule, (0, 1, 4, 5, 20, 29)) == pytest.approx([0, 0.06, 0.24, 0.3, 0.01, 0.01])
    # the cosine runs over the 15 units that are left: half of them later it is halfway down
    assert float(schedule(12)) > 0.155 > float(schedule(13))
    assert values(Cosine(0.3, 20, 0.01, warmup=6), [13]) == pytest.approx([0.155])


def test_a_warm_up_begins_at_warmup_begin():
    assert values(Constant(0.5, warmup=4, warmup_begin=0.1), range(6)) == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.5])
    assert values(Constant(0.1, warmup=2, warmup_begin=0.3), range(3)) == pytest.approx([0.3, 0.2, 0.1])


def test_a_decay_begins_after_the_warm_up_and_milestones_count_from_the_start():
    assert values(Sqrt(0.1, warmup=2), (1, 2, 5, 26)) == pytest.approx([0.05, 0.1, 0.05, 0.02])
    assert values(MultiFactor(0.4, [4, 6], warmup=2), range(8)) == pytest.approx([0, 0.2, 0.4, 0.4, 0.2, 0.2, 0.1, 0.1])
    assert values(MultiFactor(0.4, [2], warmup=2), (1, 2)) == pytest.approx([0.2, 0.2])


def test_an_epoch_has_one_rate_unless_time_is_continuous():
    by_epoch = Cosine(0.3, 20, 0.01, steps_per_epoch=7, unit="epoch", warmup=5)
    by_step = Cosine(0.3, 20, 0.01, warmup=5)
    assert values(by_epoch, range(7 * 25)) == values(by_step, np.arange(7 * 25) // 7)
    assert values(by_epoch, range(8)) == pytest.approx([0.0] * 7 + [0.06])  # a whole epoch at 0
    continuous = Cosine(0.3, 20, 0.01, steps_per_epoch=7, unit="epoch", continuous=True, warmup=5)
    assert values(continuous, (0, 1, 7, 35, 140)) == pytest.approx([0, 0.06 / 7, 0.06, 0.3, 0.01])
    assert float(continuous(8)) > float(by_epoch(8))


def test_epochs_are_counted_exactly_however_long_the_run():
    schedule = MultiFactor(1.0, [10**6], 0.5, steps_per_epoch=1001, unit="epoch")
    boundary = 1001 * 10**6  # float32 cannot tell it from the step before
    assert values(schedule, [tf.constant(boundary - 1, tf.int64), tf.constant(boundary, tf.int64)]) == [1.0, 0.5]


def test_the_order_of_calls_makes_no_difference():
    schedule = MultiFactor(0.5, [15, 30])
    forward = values(schedule, range(40))
    shuffled = np.random.default_rng(0).permutation(40)
    assert values(schedule, shuffled) == [forward[step] for step in shuffled]
    assert values(schedule, range(40)) == forward


def test_many_steps_are_answered_at_once():
    schedule = Cosine(0.3, 20, 0.01, steps_per_epoch=3, unit="epoch", warmup=5)
    np.testing.assert_allclose(schedule(tf.range(90)), values(schedule, range(90)), rtol=1e-6)
    np.testing.assert_array_equal(Constant(0.5)(tf.range(3)), [0.5] * 3)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"learning_rate": -0.1}, r"Received: learning_rate=-0\.1"),
        ({"warmup": -1}, "Received: warmup=-1"),
        ({"warmup_begin": -0.5}, r"Received: warmup_begin=-0\.5"),
        ({"unit": "epochs"}, "Received: unit='epochs'"),
        ({"unit": "epoch"}, "Received: steps_per_epoch=None"),
        ({"unit": "epoch", "steps_per_epoch": 0}, "Received: steps_per_epoch=0"),
        ({"continuous": True}, "Received: continuous=True"),
    ],
)
def test_arguments_out_of_range_are_refused(options, said):
    with pytest.raises(ValueError, match=said):
        Constant(**{"learning_rate": 0.1, **options})


@pytest.mark.parametrize("continuous", [False, True])
def test_a_run_trains_at_the_rates_of_its_schedule(continuous):
    overrides = ["dataset.num_images=400", "stages.batch.batch_size=64", "trainer.epochs=4", "~callbacks.progress"]
    warm = [f"schedule.continuous={str(continuous).lower()}", "schedule.duration=3", "schedule.warmup=2"]
    config = tfd2l.compose("+experiment=lr_schedules", "schedule=lenet_warmup_cosine", *overrides, *warm)
    experiment = tfd2l.Experiment.from_config(config)
    built = experiment.build(experiment.prepare())
    seen = []

    class Watch(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(logs["learning_rate"])

    tfd2l.register("callback", "watch")(Watch)
    experiment.config["callbacks"]["watch"] = {"name": "watch"}
    try:
        experiment.fit(built)
    finally:
        tfd2l.registry.unregister("callback", "watch")
    steps = built.prepared.batches.steps_per_epoch
    t = np.arange(4 * steps) / steps if continuous else np.arange(4 * steps) // steps
    expected = np.where(t < 2, 0.15 * t, 0.01 + 0.145 * (1 + np.cos(np.pi * np.clip(t - 2, 0, 1))))
    assert steps > 1
    np.testing.assert_allclose(seen, expected, rtol=1e-5, atol=1e-7)
