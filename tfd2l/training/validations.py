"""What validation has measured so far."""

from __future__ import annotations

from typing import Any

import keras

from tfd2l.training.position import Position


class Validations(keras.callbacks.Callback):
    """Keeps every validation of a run, those inside epochs too.

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
