"""Every loss can be differentiated, weighted and compiled, as `check_loss` has it."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.registry import entries, find
from tfd2l.testing import check_loss

RNG = np.random.default_rng(0)
LABELS = np.array([0, 2, 1, 1], np.int32)
LOGITS = RNG.normal(size=(4, 3)).astype(np.float32)
PIXELS = RNG.integers(0, 3, (4, 2, 2)).astype(np.int32)

# loss -> targets and predictions of a batch
LOSSES = {
    "categorical_crossentropy": (np.eye(3, dtype=np.float32)[LABELS], LOGITS),
    "segmentation_crossentropy": (PIXELS, RNG.normal(size=(4, 2, 2, 3)).astype(np.float32)),
    "sigmoid_bce": (np.eye(3, dtype=np.float32)[LABELS], LOGITS),
    "sparse_categorical_crossentropy": (LABELS, LOGITS),
    "squared_error": (LOGITS[:, 0], LOGITS[:, 1]),
}
ELSEWHERE = {"cross_entropies", "multibox", "output", "target_crossentropy"}  # of several outputs, or of no target


def test_every_loss_is_checked():
    assert {entry.name for entry in entries("loss") if entry.distribution == "tfd2l"} == set(LOSSES) | ELSEWHERE


@pytest.mark.parametrize("name", LOSSES)
def test_can_be_differentiated_weighted_and_compiled(name):
    check_loss(find("loss", name).load()(), *LOSSES[name])
