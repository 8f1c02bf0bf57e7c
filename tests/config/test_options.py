"""Every component is an option with the defaults of its constructor, and no file repeats one."""

from __future__ import annotations

from pathlib import Path

import pytest
from omegaconf import OmegaConf

import tfd2l
from tfd2l import registry
from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.options import complete, component_of, option_names, option_signature
from tfd2l.config.origin import Origin
from tfd2l.config.paths import conf_dir, plugin_conf_dirs
from tfd2l.config.schema import MANY, SECTION_OPTIONS, SUPPLIED

FOLDERS = [conf_dir(), *plugin_conf_dirs().values()]
FILES = [file for folder in FOLDERS for kind in registry.KINDS for file in sorted((folder / kind).glob("*.yaml"))]
ENTRIES = [entry for kind in registry.KINDS for entry in registry.entries(kind)]
PLUGIN = """
class Warm:
    def __init__(self, learning_rate: float, total_steps: int, share: float = 0.25, shape: tuple = (1, 2)) -> None: ...
"""


def compose_option(kind, option):
    """Returns what an option of a kind composes to."""
    labels = {kind: label for label, kind in MANY.items()}
    path = f"{labels[kind]}.x" if kind in labels else kind
    chosen = f"+{kind}@{path}={option}" if kind in labels else f"{kind}={option}"
    return OmegaConf.to_container(OmegaConf.select(compose_raw([chosen]), path), resolve=False)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.stem}")
def test_a_file_says_what_differs_from_the_constructor_and_nothing_else(file):
    kind, own = file.parent.name, OmegaConf.to_container(OmegaConf.load(file), resolve=False)
    defaults = complete(kind, {"name": component_of(kind, file.stem)})
    inherited = compose_option(kind, own["defaults"][0]) if "defaults" in own else defaults
    differing = {key: value for key, value in own.items() if key not in ("name", "defaults")}
    assert differing, "a file without a difference: the component is an option already"
    assert [key for key, value in differing.items() if inherited.get(key, "???") == value != "???"] == []
    assert "name" in own or "defaults" in own


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.kind}-{entry.name}")
def test_every_component_is_an_option_with_all_of_its_own_parameters(entry):
    signature = option_signature(entry.kind, entry.name)
    package = signature.module.partition(".")[0]
    own = [one for one in signature.parameters if one.module.partition(".")[0] in ("tfd2l", package)]
    names = [one.name for one in own if one.name != "name" and one.name not in SUPPLIED]
    assert list(complete(entry.kind, {"name": entry.name})) == ["name", *names]
    assert entry.name in option_names(entry.kind)


def test_a_component_without_a_file_is_chosen_like_any_other():
    option = compose_option("optimizer", "lion")
    assert (option["name"], option["beta_1"]) == ("lion", 0.9)
    assert compose_option("stage", "batch")["name"] == "batch"


def test_a_section_has_the_defaults_of_its_settings():
    config = compose_raw([])
    for section in SECTION_OPTIONS:
        assert list(config[section]) == option_signature(section, "").names


def test_a_plugin_is_a_python_file_and_an_entry_point(install):
    install("x-warm", {"tfd2l.schedule": {"x_warm": "x_warm:Warm"}}, {"x_warm.py": PLUGIN})
    assert compose_option("schedule", "x_warm") == {
        "name": "x_warm",
        "learning_rate": "${optimizer.learning_rate}",
        "share": 0.25,
        "shape": [1, 2],
    }
    config = tfd2l.compose("+experiment=nli_bert", "schedule=x_warm", "schedule.share=0.5")
    assert config.schedule.share == 0.5


def test_a_plugins_file_comes_before_its_component(install):
    files = {
        "x_warm.py": PLUGIN,
        "x_conf/__init__.py": "",
        "x_conf/conf/schedule/x_warm.yaml": "name: x_warm\nshare: 0.5\n",
    }
    install("x-warm", {"tfd2l.schedule": {"x_warm": "x_warm:Warm"}, "tfd2l.conf": {"x": "x_conf.conf"}}, files)
    assert compose_option("schedule", "x_warm")["share"] == 0.5
    assert compose_option("schedule", "x_warm")["shape"] == [1, 2]


def test_a_component_of_this_session_is_an_option_too():
    def mine(learning_rate=0.5, betas=(0.9, 0.99), *, total_steps=0): ...

    registry.register("optimizer", "x_mine")(mine)
    try:
        assert compose_option("optimizer", "x_mine") == {"name": "x_mine", "learning_rate": 0.5, "betas": [0.9, 0.99]}
    finally:
        registry.unregister("optimizer", "x_mine")


@pytest.mark.parametrize(
    ("default", "value"),
    [
        ("None", None),
        ("-1.5", -1.5),
        ("(1, (2, 3))", [1, [2, 3]]),
        ("{'a': (1,)}", {"a": [1]}),
        ("LIMIT", 7),
        ("FIELD", [1, 2]),
        ("print", "absent"),
        ("1 / 3", "absent"),
        ("b'x'", "absent"),
    ],
)
def test_a_default_is_read_from_the_source(install, default, value):
    name = f"x_read_{abs(hash(default))}"
    source = f"LIMIT = 7\nFIELD = (1, 2)\ndef make(option={default}): ...\n"
    install("x-read", {"tfd2l.loss": {"x_read": f"{name}:make"}}, {f"{name}.py": source})
    assert complete("loss", {"name": "x_read"}).get("option", "absent") == value


def test_a_component_that_cannot_be_read_is_an_option_without_defaults(install):
    install("x-stale", {"tfd2l.loss": {"x_stale": "x_stale_module:Loss"}})
    assert compose_option("loss", "x_stale") == {"name": "x_stale"}


def test_a_value_of_the_constructor_is_told_by_its_file_and_line():
    parameter = option_signature("optimizer", "lion")["beta_1"]
    assert Origin([], {"optimizer": "lion"}).of("optimizer.beta_1", 2).endswith(f"({parameter.file}:{parameter.line})")
    line = Path(parameter.file).read_text().splitlines()[parameter.line - 1]
    assert "beta_1" in line
