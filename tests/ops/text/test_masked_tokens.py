"""Masked tokens: as many as the book says, of the right kind, 80/10/10, and what they were can be put back."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.ops.text.masked_tokens import mask_tokens

MASK_ID, WORDS = 4, np.arange(10, 1000)


def masked(lengths, width, seed=0, predictions=10, share=0.15):
    rng = np.random.default_rng(len(lengths))
    ids = rng.choice(WORDS, (len(lengths), width)).astype(np.int32)
    inside = np.arange(width) < np.array(lengths)[:, None]
    maskable = inside & (np.arange(width) > 0) & (np.arange(width) != np.array(lengths)[:, None] - 1)
    ids[~maskable] = np.where(inside, 2, 0)[~maskable]
    run = tf.function(
        lambda i, m, n: mask_tokens(
            i, m, n, tf.constant([seed, 3]), predictions=predictions, mask_id=MASK_ID,
            replacements=tf.constant(WORDS, tf.int32), share=share,
        )
    )  # fmt: skip
    return ids, maskable, [value.numpy() for value in run(ids, maskable, tf.constant(lengths, tf.int32))]


def test_number_of_masks_is_the_books():
    lengths = [3, 4, 10, 17, 23, 30, 50, 64]
    _, _, (_, _, _, weights) = masked(lengths, 64)
    assert weights.sum(axis=1).tolist() == [max(1, round(0.15 * length)) for length in lengths]
    assert weights.shape == (8, 10)


def test_only_maskable_tokens_are_masked_and_can_be_restored():
    ids, maskable, (new, positions, were, weights) = masked(list(range(3, 65)), 64)
    rows = np.arange(len(ids))[:, None]
    real = weights > 0
    assert maskable[rows, positions][real].all()
    assert (np.diff(np.where(real, positions, 1000), axis=1)[real[:, 1:]] > 0).all()  # each once, in rising order
    assert (positions[~real] == 0).all()
    assert (were[~real] == 0).all()
    back = new.copy()
    back[np.broadcast_to(rows, positions.shape)[real], positions[real]] = were[real]
    np.testing.assert_array_equal(back, ids)


def test_shares_of_masked_kept_and_replaced_tokens():
    _, _, (new, positions, were, weights) = masked([64] * 2000, 64)
    real = weights > 0
    now, was = new[np.arange(2000)[:, None], positions][real], were[real]
    shares = [(now == MASK_ID).mean(), (now == was).mean(), ((now != was) & (now != MASK_ID)).mean()]
    np.testing.assert_allclose(shares, [0.8, 0.1, 0.1], atol=4 * 0.4 / np.sqrt(len(now)))
    assert set(now[(now != MASK_ID)]) <= set(WORDS)


def test_every_position_is_equally_likely():
    _, _, (_, positions, _, _) = masked([12] * 5000, 12, predictions=2)
    counts = np.bincount(positions.ravel(), minlength=12)
    assert counts[0] == counts[11] == 0
    np.testing.assert_allclose(counts[1:11], 1000, atol=5 * np.sqrt(1000))


def test_the_seed_alone_decides():
    assert all(map(np.array_equal, masked([20] * 9, 20, seed=7)[2], masked([20] * 9, 20, seed=7)[2]))
    assert not all(map(np.array_equal, masked([20] * 9, 20, seed=7)[2], masked([20] * 9, 20, seed=8)[2]))


@pytest.mark.parametrize(("length", "width", "count"), [(2, 4, 0), (3, 3, 1), (64, 64, 10)])
def test_masks_are_limited_to_the_number_of_predictions(length, width, count):
    _, _, (_, positions, _, weights) = masked([length], width, share=0.9)
    assert weights.sum() == count
    assert positions.shape == (1, 10)
