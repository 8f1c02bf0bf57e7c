"""Callbacks of our own: what is shown, and what a trace leaves behind."""

from __future__ import annotations

import io
import os
import sys

import keras
import pytest
import tensorflow as tf
from rich.console import Console

from tfd2l import registry
from tfd2l.callbacks.early_stopping import early_stopping
from tfd2l.callbacks.profiler import Profiler
from tfd2l.callbacks.progress_bar import LogConsole, ProgressBar
from tfd2l.errors import ConfigError

LOGS = {
    "loss": 0.5,
    "accuracy": 0.75,
    "examples": 8.0,
    "learning_rate": 0.1,
    "input_seconds": 0.0,
    "compute_seconds": 0.1,
}


def watched(terminal: bool) -> str:
    bar, out = ProgressBar(), io.StringIO()
    bar.console = Console(file=out, force_terminal=terminal, width=120)
    bar.set_params({"epochs": 2, "steps": 3})
    for epoch in range(2):
        bar.on_epoch_begin(epoch)
        for step in range(3):
            bar.on_train_batch_end(step, LOGS)
        bar.on_epoch_end(epoch, {"loss": 0.5, "accuracy": 0.75, "val_loss": 0.6})
    bar.on_train_end()
    return out.getvalue()


def test_without_a_terminal_there_is_one_line_an_epoch():
    lines = watched(terminal=False).splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("epoch 1/2  loss 0.5000  accuracy 0.7500  val_loss 0.6000  ")


def test_a_terminal_shows_loss_metric_speed_and_time_left():
    shown = watched(terminal=True)
    for part in ("epoch 2/2", "loss 0.5000", "accuracy 0.7500", "examples/s", "1/3"):
        assert part in shown


class Kept:
    def __init__(self):
        self.folders = {}

    def log_folder(self, folder, path):
        self.folders[path] = [file.name for file in folder.rglob("*") if file.is_file()]


def profile(last_step: int, steps: int) -> Kept:
    kept = Kept()
    profiler = Profiler(run=kept, first_step=2, last_step=last_step)
    for step in range(steps):
        profiler.on_train_batch_begin(step)
        tf.matmul(tf.ones([8, 8]), tf.ones([8, 8]))
        profiler.on_train_batch_end(step)
    profiler.on_train_end()
    return kept


@pytest.mark.parametrize(("last_step", "steps"), [(3, 5), (9, 4)], ids=["within the run", "the run ends before"])
def test_a_trace_is_kept(last_step, steps):
    kept = profile(last_step, steps)
    assert any(name.endswith(".xplane.pb") for name in kept.folders["profile"])


def test_no_trace_where_the_first_step_is_never_reached():
    assert profile(last_step=3, steps=1).folders == {}


def test_profiler_refuses_steps_in_the_wrong_order():
    with pytest.raises(ValueError, match="Received: 5, 4"):
        Profiler(run=Kept(), first_step=5, last_step=4)


def test_early_stopping_is_keras_own():
    callback = early_stopping("val_accuracy", patience=3, mode="max")
    assert isinstance(callback, keras.callbacks.EarlyStopping)
    assert (callback.monitor, callback.patience, callback.restore_best_weights) == ("val_accuracy", 3, True)


@pytest.mark.parametrize(("monitor", "way"), [("val_accuracy", "max"), ("val_loss", "min")])
def test_early_stopping_asks_the_metric_which_way_is_better(monitor, way):
    measures = {"val_loss": "min", "val_accuracy": "max"}
    assert early_stopping(monitor, measures=measures).mode == way
    assert early_stopping(monitor, mode="min", measures=measures).mode == "min"


def test_early_stopping_refuses_what_nothing_measures_and_what_may_go_either_way():
    with pytest.raises(ConfigError, match=r"watches 'val_loss', which this run does not measure .*Received: monitor"):
        early_stopping(measures={"loss": "min"})
    with pytest.raises(ConfigError, match=r"'odd' does not say .* `mode=min` or `mode=max`\. Received: mode=auto"):
        early_stopping("odd", measures={"odd": None})


@pytest.mark.parametrize("name", sorted(e.name for e in registry.entries("metric") if e.distribution == "tfd2l"))
def test_every_metric_says_which_way_it_gets_better(name):
    component = registry.find("metric", name).load()
    made = {"accuracy": "Accuracy", "mean_iou": "MeanIoU"}.get(name)
    cls = getattr(sys.modules[component.__module__], made) if made else component
    assert issubclass(cls, keras.metrics.SparseCategoricalAccuracy) or cls._direction in ("up", "down")


def test_the_reader_of_the_log_may_go_away(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        monkeypatch.setattr(sys, "stderr", stream)
        console = LogConsole(stderr=True)
        for _ in range(2):
            console.print("nobody reads it")
