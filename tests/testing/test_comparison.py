"""Differences are found, and said where and by how much."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.testing.comparison import require_config, require_equal, require_finite
from tfd2l.testing.properties import check_properties


def test_equal_structures_pass():
    value = {"a": tf.constant([1.0, np.nan, np.inf]), "b": (tf.ragged.constant([[1], [2, 3]]), None, ["text"])}
    require_equal(value, value, "differs")
    require_equal([1.0, 100.0], [1.0, 100.05], "differs", tolerance=1e-3)


@pytest.mark.parametrize(
    ("ours", "theirs", "message"),
    [
        (
            {"a": [1.0, 2.0]},
            {"a": [1.0, 2.5]},
            r"w: x\['a'\]\[1\] differs by up to 0\.5, at index \(\).*2 instead of 2\.5",
        ),
        (np.ones((2, 3)), np.eye(2, 3), r"differs by up to 1, at index \(0, 1\); allowed is 0\.001"),
        (np.ones(2), np.ones(3), r"another shape. Received: \(2,\) instead of \(3,\)"),
        ({"a": 1}, {"b": 1}, r"its structure differs. Received: \[\"x\['a'\]\"\] instead of"),
        (np.array([1, 2]), np.array([1, 3]), r"differs at 1 of 2 places, first at index \(1,\)"),
        (np.array([b"a"], object), np.array([b"b"], object), "b'a' instead of b'b'"),
        (np.array([np.nan]), np.array([1.0]), "differs by up to inf"),
        (tf.ragged.constant([[1], [2, 3]]), tf.ragged.constant([[1, 2], [3]]), "row_splits"),
    ],
)
def test_a_difference_is_located(ours, theirs, message):
    with pytest.raises(AssertionError, match=message):
        require_equal(ours, theirs, "w", tolerance=1e-3, path="x")


def test_what_is_not_finite_is_located():
    require_finite([np.array([1.0]), np.array([b"text"], object)], "fine")
    with pytest.raises(AssertionError, match=r"w: x\[0\] is not finite at 2 of 3 places, first at index \(1,\)"):
        require_finite([np.array([1.0, np.nan, np.inf])], "w", "x")


def test_configurations_differ_by_key():
    with pytest.raises(AssertionError, match=r"w\. Received: units=3 instead of 2"):
        require_config({"units": 2, "name": "a"}, {"units": 3, "name": "a"}, "w")


def test_properties_run_in_order_and_may_be_left_out():
    def broken():
        raise TypeError("no such thing")

    properties = {"first": lambda: None, "second": broken, "third": lambda: None}
    assert check_properties("check_it", "It", properties, ["second"]) == ("first", "third")
    with pytest.raises(
        AssertionError, match=r"It fails check_it, property 'second', with TypeError: no such thing.*skip="
    ):
        check_properties("check_it", "It", properties, [])
    with pytest.raises(ValueError, match=r"no property 'secnd' to skip\. Did you mean 'second'\?"):
        check_properties("check_it", "It", properties, ["secnd"])
