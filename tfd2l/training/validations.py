"""A callback that keeps the results of every validation."""

from __future__ import annotations

from typing import Any

import keras

from tfd2l.training.position import Position


class Validations(keras.callbacks.Callback):
    """Keeps the results of every validation of a run, also of those inside epochs.

    Args:
        position: the loop's own, for the global step.

    `rows` is public: a checkpoint keeps it. A row holds `step` and what was measured (`val_loss`, ...).
    """

    def __init__(self, position: Position) -> None:
        super().__init__()
        self.position = position
        self.rows: list[dict[str, float]] = []

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        self.rows.append({"step": self.position.step, **(logs or {})})
