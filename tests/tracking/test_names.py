"""Names of users as MLflow takes them, and back again."""

from __future__ import annotations

import itertools
import re

import pytest
from mlflow.utils.validation import _validate_param_name

from tfd2l.tracking.names import escape_folder, escape_key, escape_name, escape_path, unescape_name


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        ("optimizer.learning_rate", "optimizer.learning_rate"),
        ("epoch/loss", "epoch/loss"),
        ("Größe: 日本", "Größe: 日本"),
        ("max_xla", "max_xla"),
        (".*kernel", "._x2a_kernel"),
        ("a (b), 50%", "a _x28_b_x29__x2c_ 50_x25_"),
        ("_x2a_", "_x5f_x2a_"),
        ("../../x", "_x2e__x2e_/_x2e__x2e_/x"),
        ("/etc//passwd/", "_x2f_etc/_x2f_passwd_x2f_"),
        ("line\n", "line_xa_"),
        ("", "_x_"),
    ],
)
def test_what_mlflow_does_not_take_is_escaped(name, escaped):
    assert escape_name(name) == escaped
    assert unescape_name(escaped) == name


def test_no_two_names_become_one_and_mlflow_takes_all_of_them():
    names = ["".join(parts) for length in range(5) for parts in itertools.product("_x2fa./*\n", repeat=length)]
    escaped = {escape_key(name): name for name in names}
    assert len(escaped) == len(names)
    for short, name in escaped.items():
        _validate_param_name(short)
        assert unescape_name(short) == name


def test_long_names_are_cut_and_stay_apart():
    one, other = (escape_key("k" * 300 + end) for end in "ab")
    assert len(one) == len(other) == 250
    assert one != other
    assert re.fullmatch(r"k+-[0-9a-f]{8}", one)
    assert len(escape_path("f/" + "ü" * 300 + ".png").split("/")[1].encode()) <= 255
    assert escape_path("ü" * 300 + ".png").endswith(".png")
    assert escape_folder("a/b") == "a_x2f_b"
