"""What a run says of where it came from."""

from __future__ import annotations

import getpass
import sys
from types import SimpleNamespace

import pytest

from tfd2l.tracking import environment


@pytest.mark.parametrize(
    ("module", "expected"),
    [
        ("tfd2l.pipelines.__main__", "python -m tfd2l.pipelines +experiment=nli_bert 'name=two words'"),
        (None, "train.py +experiment=nli_bert 'name=two words'"),
    ],
)
def test_the_command_is_told_as_it_would_be_typed_again(monkeypatch, module, expected):
    spec = SimpleNamespace(name=module) if module else None
    monkeypatch.setitem(sys.modules, "__main__", SimpleNamespace(__spec__=spec))
    monkeypatch.setattr(sys, "argv", ["/somewhere/train.py", "+experiment=nli_bert", "name=two words"])
    assert environment.command() == expected


def test_a_user_without_a_name_does_not_stop_a_run(monkeypatch):
    def nameless():
        raise KeyError("getpwuid(): uid not found")

    monkeypatch.setattr(getpass, "getuser", nameless)
    assert environment.user() == "unknown"
