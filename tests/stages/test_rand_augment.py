"""RandAugment: operations drawn alike, the same from the same seed."""

from __future__ import annotations

import numpy as np
import pytest

from tfd2l.errors import ConfigError
from tfd2l.ops.vision.image_operations import OPERATIONS
from tfd2l.stages.rand_augment import RandAugment

PHOTO = {"image": np.random.default_rng(0).random((8, 10, 3)).astype(np.float32) * 0.8}


def test_every_operation_comes_up_in_both_directions(drawn):
    images = {one["image"].tobytes() for one in drawn(RandAugment(num_ops=1, magnitude=0.5), PHOTO, 600)}
    signed = 9  # shears, translations, rotation, four factors
    assert len(images) == len(OPERATIONS) + signed


def test_several_operations_and_the_same_seed(drawn):
    one, same, other = (
        np.stack([e["image"] for e in drawn(RandAugment(num_ops=3), PHOTO, 30, seed=seed)]) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, same)
    assert np.any(one != other)
    assert one.min() >= 0
    assert one.max() <= 1


def test_boxes_would_not_be_moved_along(picture, drawn):
    with pytest.raises(ConfigError, match=r"for classification.*Received: mask, objects"):
        drawn(RandAugment(), picture, 1)


@pytest.mark.parametrize(("options", "told"), [({"num_ops": 0}, "num_ops=0"), ({"magnitude": 1.5}, "magnitude=1.5")])
def test_options_are_checked(options, told):
    with pytest.raises(ValueError, match=rf"Received: {told}"):
        RandAugment(**options)
