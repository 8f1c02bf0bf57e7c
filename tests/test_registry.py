"""Components are found by name, without an import, and whatever is wrong is said."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from tfd2l import registry
from tfd2l.errors import ComponentError

TWIN = {"tfd2l.optimizer": {"twin": "twin_module:Twin"}}


@pytest.mark.parametrize("kind", registry.KINDS)
def test_every_entry_is_found_under_its_name_with_its_owner(kind):
    found = registry.entries(kind)
    assert found
    assert [entry.name for entry in found] == sorted(entry.name for entry in found)
    for entry in found:
        assert registry.find(kind, entry.name) == entry
        assert entry.version == version(entry.distribution)


def test_a_plugin_is_found_like_a_built_in():
    entry = registry.find("optimizer", "ademamix")
    assert (entry.distribution, entry.module, entry.attribute) == (
        "tfd2l-ademamix",
        "tfd2l_ademamix.ademamix",
        "AdEMAMix",
    )


def test_an_unknown_name_is_answered_with_the_nearest_and_all_others():
    with pytest.raises(ComponentError) as caught:
        registry.find("optimizer", "adamww")
    text = str(caught.value)
    assert "no optimizer named 'adamww'. Did you mean 'adamw'?" in text
    assert all(entry.name in text for entry in registry.entries("optimizer"))
    assert "pip install" in text
    assert text.endswith("Received: name='adamww'")


@pytest.mark.parametrize(
    "ask",
    [
        registry.entries,
        lambda kind: registry.find(kind, "adamw"),
        lambda kind: registry.register(kind, "mine"),
    ],
    ids=["entries", "find", "register"],
)
def test_an_unknown_kind_is_answered_with_the_nearest(ask):
    with pytest.raises(ComponentError, match=r"no kind of component 'optimiser'\. Did you mean 'optimizer'\?"):
        ask("optimiser")


def test_a_name_with_two_owners_is_refused_and_either_can_be_picked(install):
    install("x-one", TWIN)
    install("x-two", TWIN, version="2.5")
    with pytest.raises(ComponentError) as caught:
        registry.find("optimizer", "twin")
    text = str(caught.value)
    assert "x-one 1.0, x-two 2.5" in text
    assert "`name: x-one/twin` or `name: x-two/twin`" in text
    assert registry.find("optimizer", "x-one/twin").owner == "x-one 1.0"
    assert registry.find("optimizer", "x-two/twin").owner == "x-two 2.5"
    assert [entry.owner for entry in registry.entries("optimizer") if entry.name == "twin"] == [
        "x-one 1.0",
        "x-two 2.5",
    ]


def test_a_distribution_that_does_not_own_the_name_is_refused():
    with pytest.raises(ComponentError, match=r"no optimizer named 'tfd2l/ademamix'"):
        registry.find("optimizer", "tfd2l/ademamix")


def test_the_first_of_two_copies_of_a_distribution_counts(install, tmp_path, monkeypatch):
    site = install("x-copy", {"tfd2l.loss": {"copied": "last:Loss"}}, version="3.0")
    site.rename(tmp_path / "last")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path / "last")])
    site.mkdir()
    install("x-copy", {"tfd2l.loss": {"copied": "first:Loss"}}, version="2.0")
    assert [entry.target for entry in registry.entries("loss") if entry.name == "copied"] == ["first:Loss"]


def test_a_plugin_installed_later_is_seen(install):
    names = {entry.name for entry in registry.entries("loss")}
    install("x-later", {"tfd2l.loss": {"later": "x_later:Later"}})
    assert {entry.name for entry in registry.entries("loss")} == {*names, "later"}


def test_listing_imports_nothing(install, tmp_path):
    marker = tmp_path / "imported"
    install(
        "x-marking",
        {"tfd2l.callback": {"marking": "x_marking:Marking"}},
        {"x_marking.py": f"open({str(marker)!r}, 'w').close()\nclass Marking: pass\n"},
    )
    assert "marking" in [entry.name for entry in registry.entries("callback")]
    entry = registry.find("callback", "marking")
    assert not marker.exists()
    assert entry.load().__name__ == "Marking"
    assert marker.exists()


@pytest.mark.parametrize(
    ("source", "cause", "told"),
    [
        ("1 / 0", ZeroDivisionError, "ZeroDivisionError: division by zero"),
        ("import no_such_module_at_all", ModuleNotFoundError, "No module named 'no_such_module_at_all'"),
        ("class Other: pass", AttributeError, "has no attribute 'Loss'"),
        ("def", SyntaxError, "SyntaxError"),
    ],
)
def test_a_broken_plugin_is_named_with_version_entry_point_and_cause(install, source, cause, told):
    module = f"x_broken_{cause.__name__.lower()}"
    install("x-broken", {"tfd2l.loss": {"broken": f"{module}:Loss"}}, {f"{module}.py": source}, version="0.3")
    entry = registry.find("loss", "broken")
    with pytest.raises(ComponentError) as caught:
        entry.load()
    text = str(caught.value)
    assert isinstance(caught.value.__cause__, cause)
    assert f"entry point tfd2l.loss: broken = '{module}:Loss'" in text
    for part in ("The loss 'broken' of x-broken 0.3", told, "pip uninstall x-broken", "Received: name='broken'"):
        assert part in text


def test_a_broken_plugin_that_is_not_asked_for_disturbs_nothing(install):
    install("x-broken", {"tfd2l.loss": {"broken": "x_broken_unasked:Loss"}}, {"x_broken_unasked.py": "1 / 0"})
    assert registry.find("callback", "early_stopping").distribution == "tfd2l"
    assert "x_broken_unasked" not in sys.modules


def test_a_component_may_be_an_attribute_of_a_class(install):
    source = "class Losses:\n    @staticmethod\n    def make(): return 7\n"
    install("x-nested", {"tfd2l.loss": {"nested": "x_nested:Losses.make"}}, {"x_nested.py": source})
    assert registry.find("loss", "nested").load()() == 7


@pytest.fixture
def mine():
    """An optimizer registered in this session."""

    @registry.register("optimizer", "adamw")
    def mine():
        """Mine."""

    yield mine
    registry.unregister("optimizer", "adamw")


def test_a_sessions_component_hides_an_installed_one_until_it_is_unregistered(mine):
    entry = registry.find("optimizer", "adamw")
    assert entry.load() is mine
    assert entry.owner == registry.SESSION
    assert [e.name for e in registry.entries("optimizer")].count("adamw") == 1
    registry.unregister("optimizer", "adamw")
    assert registry.find("optimizer", "adamw").distribution == "tfd2l"


def test_registering_twice_keeps_the_second():
    try:
        registry.register("loss", "again")(first := lambda: 1)
        registry.register("loss", "again")(second := lambda: 2)
        assert registry.find("loss", "again").load() is second is not first
    finally:
        registry.unregister("loss", "again")


def test_unregistering_what_is_not_registered_is_no_error():
    registry.unregister("loss", "never_there")


def test_a_plugins_configuration_is_found_by_its_entry_point(install):
    install("x-conf", {"tfd2l.conf": {"x": "x_conf.conf"}})
    assert ("x-conf", "x_conf.conf") in [(e.distribution, e.target) for e in registry.config_packages()]
