"""Components that do not go together: named, with the line, and with what each was given."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError, DataError
from tfd2l.losses.multibox import Multibox
from tfd2l.metrics.class_error import ClassError
from tfd2l.training.metric_sums import MetricSums
from tfd2l.training.mismatch import Mismatch
from tfd2l.training.weighting import remove_reduction, sum_losses

LABELS, LOGITS = tf.constant([1, 0]), tf.constant(np.eye(2, 5), tf.float32)
RECEIVED = r"Received: y \(2,\) int32, outputs \(2, 5\) float32$"


@pytest.mark.parametrize("graph", [False, True])
def test_a_loss_of_a_detector_for_a_classifier(graph):
    def step(y, outputs):
        return sum_losses(remove_reduction(Multibox()), y, outputs, None)

    with pytest.raises(
        ConfigError, match=rf"^loss\.multibox cannot compute .*the model and the data\? .*multibox\.py:\d+\) {RECEIVED}"
    ):
        (tf.function(step) if graph else step)(LABELS, LOGITS)


def test_a_metric_of_a_detector_for_a_classifier():
    with pytest.raises(ConfigError, match=rf"^metric\.class_error cannot .*anchor_metric\.py:\d+\) {RECEIVED}"):
        tf.function(MetricSums([ClassError()]).measure)(LABELS, LOGITS, None)


def test_structures_are_told_by_their_names():
    outputs = {"classes": LOGITS, "more": (LABELS, "text")}
    with (
        pytest.raises(
            ConfigError,
            match=r"the decoder cannot .*\? no .*test_mismatch\.py:\d+\) Received: "
            r"outputs \{classes: \(2, 5\) float32, more: \(\(2,\) int32, 'text'\)\}$",
        ),
        Mismatch("the decoder", outputs=outputs),
    ):
        raise ValueError("long ago\n\n  no\n")


def test_what_a_component_says_itself_goes_through():
    with pytest.raises(DataError, match=r"^mine$"), Mismatch("loss.own", y=LABELS):
        raise DataError("mine")
    with Mismatch("loss.own", y=LABELS):
        pass
