"""Composing from Python: the experiment with its overrides, from anywhere, plugins' options included."""

from __future__ import annotations

import traceback

import pytest
from omegaconf import OmegaConf

import tfd2l
from tfd2l.config.interpolations import resolve
from tfd2l.config.options import option_names
from tfd2l.errors import ConfigError, listing

NLI = "+experiment=nli_bert"


def test_an_experiment_is_composed_and_the_command_line_has_the_last_word():
    config = tfd2l.compose(NLI, "trainer.epochs=2", "model=bert_base")
    assert config.trainer.epochs == 2
    assert config.model.num_layers == 12
    assert config.optimizer.learning_rate == pytest.approx(2e-4)  # the experiment's, not the option's
    assert list(config.stages) == ["subset", "clean", "tokenize", "pack", "cache", "shuffle", "batch", "prefetch"]


@pytest.mark.parametrize("run_id", ["auto", "0a1b", "1234", "12e4", "1_2", "a1b2"])
def test_a_run_id_stays_a_text_even_if_it_looks_like_a_number(run_id):
    assert tfd2l.compose(NLI, f"resume={run_id}").resume.run_id == run_id
    assert tfd2l.compose(NLI, f"resume.run_id={run_id}").resume.run_id == run_id


def test_hydras_own_settings_are_left_out():
    assert "hydra" not in tfd2l.compose(NLI)


def test_what_is_composed_is_resolved_to_plain_data():
    config = tfd2l.compose(NLI, "optimizer.learning_rate=0.25")
    plain = resolve(config)
    assert plain["schedule"]["learning_rate"] == 0.25
    assert type(plain["stages"]["clean"]["keys"]) is list
    assert OmegaConf.to_container(config, resolve=False)["schedule"]["learning_rate"] == "${optimizer.learning_rate}"


def test_composing_works_from_any_folder_and_leaves_nothing_there(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tfd2l.compose(NLI).name == "nli_bert"
    assert list(tmp_path.iterdir()) == []


def test_the_options_of_an_installed_plugin_are_found():
    config = tfd2l.compose(NLI, "optimizer=ademamix", "schedule=warmup_stable_decay")
    assert (config.optimizer.name, config.optimizer.beta_3) == ("ademamix", 0.9999)
    assert config.schedule.name == "warmup_stable_decay"


def test_a_component_may_be_removed_and_another_added():
    config = tfd2l.compose(NLI, "callbacks.progress=null", "+callback@callbacks.stop=early_stopping", "~decoder")
    assert config.callbacks.progress is None
    assert config.callbacks.stop.name == "early_stopping"
    assert "decoder" not in config


def test_an_option_that_a_file_leaves_out_is_added_with_a_plus():
    assert tfd2l.compose(NLI, "+stages.shuffle.buffer_size=100").stages.shuffle.buffer_size == 100


def test_an_interpolation_may_be_an_override():
    assert resolve(tfd2l.compose(NLI, "trainer.epochs=5", "seed=${trainer.epochs}"))["seed"] == 5


def test_resolving_alone_refuses_what_does_not_exist():
    config = OmegaConf.create({"a": "${b}", "c": 1})
    with pytest.raises(ConfigError, match=r"^a: its interpolation cannot be resolved: Interpolation key 'b' not found"):
        resolve(config)


@pytest.mark.parametrize("typed", ["trainer.epoch=3", "optimizer=adamww", "seed=[1"])
def test_a_mistake_is_raised_by_itself_without_what_hydra_said(typed):
    with pytest.raises(ConfigError) as caught:
        tfd2l.compose(NLI, typed)
    shown = "".join(traceback.format_exception(caught.value))
    assert shown.count("Traceback") == 1
    assert "hydra.errors" not in shown
    assert "/hydra/" not in shown


@pytest.fixture
def plugin_configs(install):
    """A function that ships files of configuration with a fake plugin: `experiment/x.yaml` -> text."""

    def write(**files):
        shipped = {f"x_shipped/conf/{name.replace('__', '/')}.yaml": text for name, text in files.items()}
        points = {"tfd2l.conf": {"x": "x_shipped.conf"}}
        return install("x-shipped", points, {"x_shipped/__init__.py": "", **shipped}) / "x_shipped" / "conf"

    return write


EXPERIMENT = "# @package _global_\n# Nothing.\ndefaults:\n  - nli_bert\n"


def test_an_experiment_of_a_plugin_may_build_on_a_built_in_one(plugin_configs):
    plugin_configs(experiment__shipped=f"{EXPERIMENT}\ntrainer: {{epochs: 3}}\n")
    config = tfd2l.compose("+experiment=shipped")
    assert (config.trainer.epochs, config.model.num_layers) == (3, 2)


def test_a_mistake_in_an_experiment_is_told_with_file_and_line(plugin_configs):
    folder = plugin_configs(experiment__shipped=f"{EXPERIMENT}\ntrainer:\n  epochs: three\n  epoch: 3\n")
    with pytest.raises(ConfigError) as caught:
        tfd2l.compose("+experiment=shipped")
    text = str(caught.value)
    file = folder / "experiment" / "shipped.yaml"
    assert f"trainer.epochs: expects an integer from 1 up. Received: trainer.epochs='three' ({file}:7)" in text
    assert f"Received: trainer.epoch=3 ({file}:8)" in text


def test_a_file_that_is_not_yaml_is_told_with_its_line(plugin_configs):
    folder = plugin_configs(optimizer__bad="name: adamw\nlearning_rate: [1\nbeta_1: 2\n")
    with pytest.raises(ConfigError) as caught:
        tfd2l.compose(NLI, "optimizer=bad")
    text = str(caught.value)
    assert text.startswith(f"{folder}/optimizer/bad.yaml:3: not valid YAML: ")
    assert "Mend that line. Received: " in text


def test_a_file_with_a_control_character_is_named(plugin_configs):
    folder = plugin_configs(optimizer__bad="name: adamw\nlearning_rate: \x01\n")
    with pytest.raises(ConfigError) as caught:
        tfd2l.compose(NLI, "optimizer=bad")
    assert str(caught.value) == (
        f"{folder}/optimizer/bad.yaml: not valid YAML: special characters are not allowed. Take it out. "
        "Received: character 0x1 at position 27"
    )


def test_an_option_that_only_a_file_names_is_told_with_that_file(plugin_configs):
    plugin_configs(experiment__shipped=f"{EXPERIMENT}  - override /dataset: snlii\n")
    with pytest.raises(ConfigError) as caught:
        tfd2l.compose("+experiment=shipped")
    text = str(caught.value)
    assert text.startswith(
        f"dataset: there is no 'snlii'. Did you mean 'snli'? There are: {listing(option_names('dataset'))}"
    )
    assert "Received: dataset: snlii (the defaults of " in text
