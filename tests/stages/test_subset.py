"""A part of the training examples: exact, random, nested, and of train alone."""

from __future__ import annotations

import dataclasses

import pytest

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.stages.base.apply import apply
from tfd2l.stages.subset import Subset

INFO = DataInfo(inputs=("n",), example_spec={}, sizes={"train": 200, "test": 7}, source="a test", fingerprint="0123")


@pytest.fixture(scope="module")
def kept(examples, plain):
    """A function: options of the stage -> the numbers that are left of 0..199."""
    ds = examples(n=range(200))

    def left(split="train", **options):
        return [one["n"] for one in plain(apply([Subset(**options)], ds, split=split, seed=1))]

    return left


def test_it_keeps_as_many_as_it_says_in_their_order(kept, examples):
    for fraction, count in ((0.05, 10), (0.2, 40), (0.333, 67), (1.0, 200)):
        numbers = kept(fraction=fraction)
        assert len(numbers) == count
        assert numbers == sorted(set(numbers))
        assert Subset(fraction).bind(INFO) == dataclasses.replace(INFO, sizes={"train": count, "test": 7})
        assert int(apply([Subset(fraction)], examples(n=range(200)), split="train", seed=0).cardinality()) == count


def test_a_smaller_part_lies_in_a_larger_one_and_is_spread(kept):
    small, large = kept(fraction=0.05), kept(fraction=0.2)
    assert set(small) < set(large)
    assert large != list(range(40))
    assert 60 < sum(large) / len(large) < 140


def test_the_seed_alone_decides(kept):
    assert kept(fraction=0.2) == kept(fraction=0.2)
    assert kept(fraction=0.2) != kept(fraction=0.2, seed=1)


def test_other_splits_stay_whole(kept):
    assert kept(split="test", fraction=0.05) == list(range(200))


@pytest.mark.parametrize("fraction", [0, -0.5, 1.5])
def test_a_fraction_out_of_range_is_refused(fraction):
    with pytest.raises(ConfigError, match=rf"must be in \(0, 1\]\. Received: fraction={fraction}"):
        Subset(fraction)


def test_what_cannot_be_done_is_refused(examples):
    with pytest.raises(ConfigError, match=r"no example is left of 200\. Received: fraction=0\.001"):
        Subset(0.001).bind(INFO)
    unknown = examples(n=range(9)).filter(lambda example: example["n"] > 3)
    with pytest.raises(ConfigError, match=r"put it first of the stages\. Received: fraction=0\.5"):
        apply([Subset(0.5)], unknown, split="train", seed=0)
