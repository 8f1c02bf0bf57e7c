"""The book's printed loss of sequences, step by step as the book takes it."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.metrics.book_sequence_loss import BookSequenceLoss


def test_it_is_the_sum_of_the_sequences_means_by_the_number_of_tokens():
    rng = np.random.default_rng(0)
    lens, steps = [3, 5], 5
    metric, total, tokens = BookSequenceLoss(), 0.0, 0
    for _ in range(2):  # batches
        logits, labels = rng.normal(size=(2, steps, 4)), rng.integers(0, 4, (2, steps))
        weights = (np.arange(steps) < np.array(lens)[:, None]).astype(np.float32)
        metric.update_state(labels, logits.astype(np.float32), weights)
        for row, length in enumerate(lens):
            losses = np.zeros(steps)
            for t in range(length):
                losses[t] = np.log(np.exp(logits[row, t]).sum()) - logits[row, t, labels[row, t]]
            total, tokens = total + losses.mean(), tokens + length
    assert float(metric.result()) == pytest.approx(total / tokens, rel=1e-5)
