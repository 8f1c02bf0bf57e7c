"""Who uses a component, and where configuration lives."""

from __future__ import annotations

import pytest

from tfd2l.config import paths
from tfd2l.config.options import option_files
from tfd2l.config.usage import find_config_files, find_experiments_using


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        ("model", "bert_classifier", ["bert_base", "bert_pretrained", "bert_small", "bert_small_untrained"]),
        ("optimizer", "ademamix", []),
        ("stage", "cache", []),
    ],
)
def test_the_options_that_name_a_component_are_found(kind, name, options):
    assert sorted(file.stem for file in find_config_files(kind, name)) == options


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("model", "bert_classifier"),  # by an option
        ("metric", "accuracy"),  # by a labelled option
        ("stage", "bucket_batch"),  # in place
    ],
)
def test_an_experiment_is_found_by_what_it_uses(kind, name):
    assert "nli_bert" in find_experiments_using(kind, name)


def test_what_an_experiment_replaces_of_another_it_does_not_use():
    assert find_experiments_using("model", "bag_of_words") == ["nli_bag_of_words"]
    assert "nli_bag_of_words" in find_experiments_using("stage", "bucket_batch")
    assert "nli_bag_of_words" not in find_experiments_using("report", "attention_heatmaps")
    assert "nli_bag_of_words" not in find_experiments_using("model", "bert_classifier")


def test_what_no_experiment_uses_is_used_by_none():
    assert find_experiments_using("callback", "profiler") == []


@pytest.mark.parametrize("text", ["a: [1\n", "- 1\n", ""])
def test_a_plugins_file_that_cannot_be_read_uses_nothing(install, text):
    files = {"x_unreadable/__init__.py": "", "x_unreadable/conf/optimizer/unreadable.yaml": text}
    install("x-unreadable", {"tfd2l.conf": {"x": "x_unreadable.conf"}}, files)
    assert "unreadable" in option_files("optimizer")
    assert [file.stem for file in find_config_files("optimizer", "adamw")] == ["adamw"]


def test_a_plugin_that_says_it_has_configuration_and_has_none_disturbs_nothing(install):
    install(
        "x-hollow", {"tfd2l.conf": {"a": "x_hollow.conf", "b": "no_such_package.conf"}}, {"x_hollow/__init__.py": ""}
    )
    assert "x-hollow" not in paths.plugin_conf_dirs()
    assert "adamw" in option_files("optimizer")


def test_a_built_in_option_is_not_replaced_by_a_plugins(install):
    files = {"x_taking/__init__.py": "", "x_taking/conf/optimizer/adamw.yaml": "name: other\n"}
    install("x-taking", {"tfd2l.conf": {"x": "x_taking.conf"}}, files)
    assert option_files("optimizer")["adamw"].parent == paths.conf_dir() / "optimizer"


def test_downloads_go_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("TFD2L_DATA", str(tmp_path))
    assert paths.cache_dir() == tmp_path
    monkeypatch.delenv("TFD2L_DATA")
    assert paths.cache_dir().name == "tfd2l"
