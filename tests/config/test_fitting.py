"""What a file set for another choice falls away, and is said; what was typed stays a mistake."""

from __future__ import annotations

import logging

import pytest
from hydra import initialize_config_dir
from hydra.core.global_hydra import GlobalHydra

import tfd2l
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE, conf_dir
from tfd2l.errors import ConfigError
from tfd2l.pipelines.help import format_config
from tfd2l.pipelines.pipeline.request import read_request
from tfd2l.pipelines.pipeline.steps import compose_steps

NLI = "+experiment=nli_bert"


@pytest.fixture
def said(caplog):
    """A function: overrides -> the configuration, and what was logged."""

    def compose(*overrides):
        caplog.clear()
        with caplog.at_level(logging.INFO, "tfd2l"):
            config = tfd2l.compose(*overrides)
        return config, [record.getMessage() for record in caplog.records]

    return compose


@pytest.fixture
def plugin_configs(install):
    """A function that ships files of configuration with a fake plugin: `experiment__x` -> text."""

    def write(**files):
        shipped = {f"x_fitted/conf/{name.replace('__', '/')}.yaml": text for name, text in files.items()}
        install("x-fitted", {"tfd2l.conf": {"x": "x_fitted.conf"}}, {"x_fitted/__init__.py": "", **shipped})

    return write


def test_an_option_that_the_chosen_optimizer_does_not_take_is_left_out_and_the_others_are_kept(said):
    config, notes = said(NLI, "optimizer=sgd")
    assert dict(config.optimizer) == {
        "name": "sgd",
        "learning_rate": 2e-4,
        "weight_decay": None,
        "global_clipnorm": 1.0,
    }
    assert notes == [
        "optimizer.beta_2=0.98 of experiment nli_bert is not an option of sgd: left out",
        "optimizer.learning_rate=0.0002, optimizer.global_clipnorm=1.0 of experiment nli_bert: chosen for adamw, "
        "kept for sgd",
    ]


@pytest.mark.parametrize("name", [name for name in option_files("optimizer") if name != "ademamix"][::4])
def test_every_optimizer_fits_the_experiments(name):
    for experiment in ("nli_bert", "airfoil"):
        assert tfd2l.compose(f"+experiment={experiment}", f"optimizer={name}").optimizer.name == name


def test_without_another_choice_nothing_is_said(said):
    assert said(NLI)[1] == []
    assert said(NLI, "optimizer.learning_rate=0.1")[1] == []


def test_a_name_alone_chooses_too(said):
    config, notes = said(NLI, "optimizer.name=sgd")
    assert "beta_1" not in config.optimizer
    assert "optimizer.beta_1=0.9 of optimizer adamw is not an option of sgd: left out" in notes
    config, _ = said(NLI, "stages.tokenize={name: bpe}")
    assert config.stages.tokenize.vocabulary_size == 8000


@pytest.mark.parametrize("typed", ["optimizer.beta_2=0.9", "++optimizer={beta_2: 0.9}"])
def test_what_was_typed_stays_a_mistake(typed):
    with pytest.raises(ConfigError, match=r"^optimizer\.beta_2: no such option\. optimizer sgd takes: "):
        tfd2l.compose(NLI, "optimizer=sgd", typed)


def test_what_refers_to_an_option_of_another_choice_is_left_out(said):
    config, notes = said(NLI, "model=average_pooling")
    assert "vocabulary" not in config.stages.tokenize
    assert notes == [
        "stages.tokenize.vocabulary=${model.weights} of experiment nli_bert refers to model.weights, which is not "
        "there: left out"
    ]


def test_a_table_without_a_value_for_the_choice_gives_way_to_the_value_of_its_own_file(said):
    config, notes = said("+experiment=airfoil", "optimizer=lion")
    assert (config.optimizer.learning_rate, config.schedule.learning_rate) == (1e-4, 1e-4)
    assert notes[0].endswith("refers to tables.learning_rate.lion, which is not there: its own 0.0001 is taken")


def test_an_experiment_that_builds_on_another_does_without_what_that_one_set(said, plugin_configs):
    plugin_configs(
        experiment__shipped="# @package _global_\ndefaults:\n  - nli_bert\n  - override /optimizer: sgd\n",
        optimizer__shipped_sgd="defaults: [adamw]\nname: sgd\n",
    )
    config, notes = said("+experiment=shipped")
    assert "beta_2" not in config.optimizer
    assert notes == ["optimizer.beta_2=0.98 of experiment nli_bert is not an option of sgd: left out"]
    config, notes = said("+experiment=airfoil", "optimizer=shipped_sgd")
    assert "optimizer.epsilon=1e-07 of optimizer adamw is not an option of sgd: left out" in notes


def test_a_mistake_of_a_file_stays_a_mistake_whatever_is_chosen(plugin_configs):
    text = "# @package _global_\ndefaults:\n  - nli_bert\noptimizer: {betas: 0.9}\n"
    plugin_configs(experiment__shipped=text)
    for choice in ([], ["optimizer=sgd"]):
        with pytest.raises(ConfigError, match=r"^optimizer\.betas: no such option\."):
            tfd2l.compose("+experiment=shipped", *choice)


PIPELINE_FILE = """\
experiment: nli_bert
optimizer.beta_1: 0.8
steps:
  one: {seed: 1}
  two: {seed: 2}
"""


def test_what_a_pipelines_file_set_falls_away_too(plugin_configs, caplog):
    plugin_configs(**{f"{PIPELINE}__x_fitted": PIPELINE_FILE})
    with caplog.at_level(logging.INFO, "tfd2l"):
        steps = compose_steps(read_request([f"+{PIPELINE}=x_fitted", "steps.two.optimizer=sgd"]))
    one, two = ([given.override for given in step.given] for step in steps)
    assert "optimizer.beta_1=0.8" in one
    assert "optimizer.beta_1=0.8" not in two
    assert any("step two: optimizer.beta_1=0.8 of " in record.getMessage() for record in caplog.records)
    with pytest.raises(ConfigError, match=r"steps\.two\.optimizer\.beta_1: no such option\. optimizer sgd takes: "):
        compose_steps(
            read_request([f"+{PIPELINE}=x_fitted", "steps.two.optimizer=sgd", "steps.two.optimizer.beta_1=0.7"])
        )


def test_the_configuration_that_is_shown_is_checked_and_does_without_what_falls_away(capsys):
    text = format_config([NLI, "optimizer=sgd"], package="optimizer")
    assert text.splitlines() == ["name: sgd", "learning_rate: 0.0002", "weight_decay: null", "global_clipnorm: 1.0"]
    assert capsys.readouterr().err.startswith("note: optimizer.beta_2=0.98 of experiment nli_bert is not an option")
    assert "learning_rate: 0.0002" in format_config([NLI], package="schedule", resolve=True)
    with pytest.raises(ConfigError, match=r"^trainer\.epoch: no such option\."):
        format_config([NLI, "++trainer.epoch=3"])
    with pytest.raises(ConfigError, match=r"There is no 'nope' in the configuration\. Received: --package nope"):
        format_config([NLI], package="nope")


def test_what_falls_away_is_found_inside_of_a_job_that_hydra_runs(said):
    with initialize_config_dir(str(conf_dir()), version_base="1.3"):
        config, notes = said(NLI, "optimizer=sgd")
        assert GlobalHydra.instance().is_initialized()
    assert config["optimizer"]["name"] == "sgd"
    assert notes
