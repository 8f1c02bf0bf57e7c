"""Configurations of runs in a store, of earlier versions too."""

from __future__ import annotations

from tfd2l.config.schema import settings_entry
from tfd2l.config.signature import signature_of
from tfd2l.pipelines.experiment import stored_config
from tfd2l.pipelines.experiment.stored_config import RENAMED, rename_options


def test_options_have_their_present_names(monkeypatch):
    monkeypatch.setitem(RENAMED, "passes", "epochs")
    config = {"seed": 1, "trainer": {"passes": 3, "max_steps": None, "nowhere": 0}, "reports": {}}
    renamed = rename_options(config)
    assert renamed == {"seed": 1, "trainer": {"epochs": 3, "max_steps": None, "nowhere": 0}, "reports": {}}
    assert rename_options(renamed) == renamed
    assert list(renamed) == list(config)


def test_what_an_option_was_renamed_to_is_an_option(monkeypatch):
    known = signature_of(settings_entry("trainer")).names
    assert all((old in known) != (new in known) for old, new in stored_config.RENAMED.items())
