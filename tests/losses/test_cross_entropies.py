"""Several cross-entropies: the mean over examples holds the mean over real positions; the engine takes it so."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.cross_entropies import CrossEntropies
from tfd2l.metrics.cross_entropy import CrossEntropy
from tfd2l.metrics.perplexity import Perplexity
from tfd2l.metrics.target_accuracy import TargetAccuracy
from tfd2l.training.weighting import remove_reduction, sum_losses

TARGETS = {"words": "weights", "label": None}


@pytest.fixture
def batch():
    """y, outputs, sample weights: 6 examples, the last two fill up; 4 positions, of which some are none."""
    rng = np.random.default_rng(0)
    real = np.array([[1, 1, 1, 0], [1, 0, 0, 0], [1, 1, 0, 0], [0, 0, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0]], np.float32)
    rows = np.array([1, 1, 1, 1, 0, 0], np.float32)
    counting = real * rows[:, None]
    y = {
        "words": rng.integers(0, 7, (6, 4)).astype(np.int32),
        "weights": (counting * rows.sum() / counting.sum()).astype(np.float32),
        "label": rng.integers(0, 2, 6).astype(np.int32),
    }
    outputs = {
        "words": rng.normal(0, 3, (6, 4, 7)).astype(np.float32),
        "label": rng.normal(0, 3, (6, 2)).astype(np.float32),
        "more": np.zeros((6, 4), np.int32),
    }
    return *(tf.nest.map_structure(tf.constant, part) for part in (y, outputs)), tf.constant(rows), counting


def cross_entropy(logits, labels):
    """In float64, from its definition."""
    logits = np.asarray(logits, np.float64)
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    return -np.take_along_axis(log_p, np.asarray(labels)[..., None], -1)[..., 0]


def test_it_is_the_sum_of_the_means_over_what_counts(batch):
    y, outputs, rows, counting = batch
    words = (cross_entropy(outputs["words"], y["words"]) * counting).sum() / counting.sum()
    label = cross_entropy(outputs["label"], y["label"])[:4].mean()
    total, count = sum_losses(remove_reduction(CrossEntropies(TARGETS)), y, outputs, rows)
    assert float(count) == 4
    assert float(total / count) == pytest.approx(words + label, rel=1e-5)


def test_parts_of_a_batch_add_up(batch):
    y, outputs, rows, _ = batch
    loss = remove_reduction(CrossEntropies(TARGETS))

    def of(start, end):
        part = tf.nest.map_structure(lambda value: value[start:end], (y, outputs, rows))
        return float(sum_losses(loss, *part)[0])

    assert of(0, 2) + of(2, 6) == pytest.approx(of(0, 6), rel=1e-5)


def test_metrics_count_every_position_alike(batch):
    y, outputs, rows, counting = batch
    options = {"target": "words", "weights": "weights", "shown_as": "x"}
    metrics = [CrossEntropy(**options), Perplexity(**options), TargetAccuracy(**options)]
    metrics += [CrossEntropy("label"), TargetAccuracy("label")]
    for metric in metrics:
        for start in (0, 2, 4):  # in three batches
            part = tf.nest.map_structure(lambda value, s=start: value[s : s + 2], (y, outputs))
            metric.update_state(*part, sample_weight=rows[start : start + 2])
    values = cross_entropy(outputs["words"], y["words"])
    mean = (values * counting).sum() / counting.sum()
    right = ((outputs["words"].numpy().argmax(-1) == y["words"].numpy()) * counting).sum() / counting.sum()
    label = cross_entropy(outputs["label"], y["label"])[:4].mean()
    hits = (outputs["label"].numpy().argmax(-1) == y["label"].numpy())[:4].mean()
    np.testing.assert_allclose(
        [float(m.result()) for m in metrics], [mean, np.exp(mean), right, label, hits], rtol=1e-5
    )
    assert [metric.name for metric in metrics] == ["x", "x", "x", "cross_entropy", "accuracy"]


def test_what_a_configuration_says_is_kept(batch):
    y, outputs, _, _ = batch
    loss = CrossEntropies(TARGETS)
    again = keras.losses.deserialize(keras.losses.serialize(loss))
    assert float(again(y, outputs)) == float(loss(y, outputs))
    metric = Perplexity("words", "weights", "ppl")
    assert Perplexity.from_config(metric.get_config()).get_config() == metric.get_config()


def test_no_target_is_refused():
    with pytest.raises(ValueError, match=r"Received: targets=\{\}"):
        CrossEntropies({})
