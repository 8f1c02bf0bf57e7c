"""The mask of the likeliest classes."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.decoders.segmentation import Segmentation
from tfd2l.errors import ConfigError


def named(count):
    return dataclasses.replace(NO_DATA, class_names=tuple(map(str, range(count))))


@pytest.mark.parametrize("jit", [False, True])
def test_is_the_largest_logit(jit):
    logits = np.random.default_rng(0).normal(size=(2, 4, 5, 3)).astype(np.float32)
    decode = tf.function(lambda x: Segmentation(named(3))(x, {}), jit_compile=jit)
    (mask,) = decode(logits).values()
    assert mask.dtype == tf.uint8
    np.testing.assert_array_equal(mask, logits.argmax(-1))


def test_more_classes_than_a_byte_holds_are_refused():
    Segmentation(named(256))
    with pytest.raises(ConfigError, match=r"holds 256 classes\. Received: 257"):
        Segmentation(named(257))
