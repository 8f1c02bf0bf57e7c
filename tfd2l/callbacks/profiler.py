"""Profiling of some steps for TensorBoard."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from tfd2l.artifacts import Artifacts
from tfd2l.config.ranges import PositiveInt
from tfd2l.temporary import temporary_prefix


class Profiler(keras.callbacks.Callback):
    """Records a TensorBoard trace of some steps, as the run's artifact `profile/`.

    Open it with `tensorboard --logdir FOLDER` and the profile plugin.

    Args:
        run: keeps the trace; supplied by the experiment.
        first_step: the first step to trace, counted from 1; the very first one also holds the compilation.
        last_step: the last step to trace.

    Raises:
        ValueError: the last step comes before the first.
    """

    def __init__(self, run: Artifacts, first_step: PositiveInt = 5, last_step: PositiveInt = 10) -> None:
        super().__init__()
        if not 1 <= first_step <= last_step:
            raise ValueError(f"1 <= first_step <= last_step. Received: {first_step}, {last_step}")
        self.run = run
        self.first_step = first_step
        self.last_step = last_step
        self._folder: Path | None = None
        self._step = 0

    def on_train_batch_begin(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self._step += 1
        if self._step == self.first_step:
            self._folder = Path(tempfile.mkdtemp(prefix=temporary_prefix()))
            tf.profiler.experimental.start(str(self._folder))

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        if self._step == self.last_step:
            self._save()

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        self._save()

    def _save(self) -> None:
        if self._folder is not None:
            tf.profiler.experimental.stop()
            self.run.log_folder(self._folder, "profile")
            self._folder = None
