"""Shuffle: another order each epoch, the same order for the same seed."""

from __future__ import annotations

import pytest
import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply
from tfd2l.stages.shuffle import Shuffle


def order(seed, **options):
    return list(Shuffle(**options)(tf.data.Dataset.range(500), split="train", seed=seed).as_numpy_iterator())


@pytest.mark.parametrize("options", [{}, {"buffer_size": 20}])
def test_the_order_is_a_function_of_the_seed(options):
    first = order(1, **options)
    assert sorted(first) == list(range(500))
    assert first != list(range(500))
    assert order(1, **options) == first
    assert order(2, **options) != first


def test_the_whole_split_is_mixed_unless_a_buffer_is_given():
    assert max(abs(place - value) for place, value in enumerate(order(1))) > 300
    # A buffer of 20 cannot bring an example forward by more than 19 places.
    assert max(value - place for place, value in enumerate(order(1, buffer_size=20))) <= 19


def test_one_epoch_gives_one_order_however_often_it_is_read():
    ds = Shuffle()(tf.data.Dataset.range(50), split="train", seed=1)
    assert list(ds.as_numpy_iterator()) == list(ds.as_numpy_iterator())


def test_evaluation_is_not_shuffled():
    ds = apply([Shuffle()], tf.data.Dataset.range(50), split="validation", seed=1)
    assert list(ds.as_numpy_iterator()) == list(range(50))


def test_a_split_of_unknown_size_wants_a_buffer_size():
    unknown = tf.data.Dataset.range(50).filter(lambda value: value > 3)
    with pytest.raises(ConfigError, match=r"give a buffer_size.*train split.*Received: buffer_size=None"):
        Shuffle()(unknown, split="train", seed=0)
    assert len(list(Shuffle(buffer_size=10)(unknown, split="train", seed=0))) == 46
