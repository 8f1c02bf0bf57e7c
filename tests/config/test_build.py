"""Building a component: what is supplied, what is refused, and what is a bug."""

from __future__ import annotations

import pytest

import tfd2l
from tfd2l.config.build import build
from tfd2l.errors import ComponentError
from tfd2l.registry import unregister


@pytest.fixture
def registered():
    names = []

    def remember(kind, component):
        names.append((kind, component.__name__))
        return tfd2l.register(kind, component.__name__)(component)

    yield remember
    for kind, name in names:
        unregister(kind, name)


def test_supplies_what_is_asked_for_by_name_and_nothing_else(registered):
    def asks(learning_rate: float, total_steps: int):
        return learning_rate, total_steps

    registered("schedule", asks)
    assert build("schedule", {"name": "asks", "learning_rate": 0.5}, total_steps=7, data="unused") == (0.5, 7)


def test_a_schedule_replaces_the_configured_rate(registered):
    def rated(learning_rate: float = 0.1):
        return learning_rate

    registered("optimizer", rated)
    assert build("optimizer", {"name": "rated", "learning_rate": 0.5}, learning_rate="schedule") == "schedule"


def test_a_path_becomes_a_path(registered, tmp_path):
    from pathlib import Path

    def located(path: Path | None = None):
        return path

    registered("dataset", located)
    assert build("dataset", {"name": "located", "path": str(tmp_path)}) == tmp_path
    assert build("dataset", {"name": "located", "path": None}) is None


def test_refused_options_are_a_users_mistake():
    with pytest.raises(
        ComponentError, match=r"stage\.bucket_batch .*batch_size must be at least 1.*tfd2l describe stage"
    ) as e:
        build("stage", {"name": "bucket_batch", "batch_size": 0})
    assert isinstance(e.value.__cause__, ValueError)


def test_a_break_inside_a_computation_stays_a_bug(registered):
    def computing(size: int = 1):
        return [].index(size) if size else int("deep")

    registered("model", computing)
    import json

    def deeper(size: int = 1):
        return json.loads("{")

    registered("dataset", deeper)
    with pytest.raises(json.JSONDecodeError):
        build("dataset", {"name": "deeper"})
