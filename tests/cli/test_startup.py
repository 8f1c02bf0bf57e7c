"""What only looks answers without TensorFlow, from any folder, and leaves nothing there."""

from __future__ import annotations

import pytest

from tfd2l.config.options import option_names

LOOKING = [
    ("tfd2l.cli.main", "list"),
    ("tfd2l.cli.main", "describe", "optimizer", "ademamix"),
    ("tfd2l.pipelines", "--help"),
    ("tfd2l.pipelines", "+experiment=nli_bert", "--cfg", "job"),
    ("tfd2l.pipelines", "--info", "defaults-tree"),
    ("tfd2l.pipelines", "+pipeline=nli_transfer", "--cfg", "job"),
    ("tfd2l.cli.main", "describe", "pipeline", "nli_transfer"),
]


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
def test_looking_imports_neither_tensorflow_nor_mlflow_and_leaves_no_file(python, tmp_path, command):
    done = python("-m", *command)
    assert (done.code, done.err) == (0, "")
    assert done.out
    assert done.heavy == []
    assert list((tmp_path / "here").iterdir()) == []


def test_the_help_shows_groups_options_and_keys(python):
    text = python("-m", "tfd2l.pipelines", "--help").out
    assert "ademamix" in option_names("optimizer")
    assert f"\noptimizer: {', '.join(sorted(option_names('optimizer')))}\n" in text  # a plugin's option too
    assert f"\nexperiment: {', '.join(sorted(option_names('experiment')))}\n" in text
    assert f"\npipeline: {', '.join(sorted(option_names('pipeline')))}\n" in text
    assert "\n  log_every: 10\n" in text
    assert "$" not in text.partition("== Every key ==")[0]


def test_a_configuration_is_shown_as_it_would_run(python):
    text = python("-m", "tfd2l.pipelines", "+experiment=nli_bert", "trainer.epochs=5", "--cfg", "job").out
    assert "\n  epochs: 5\n" in text or text.startswith("trainer:\n  epochs: 5\n")
    assert "hydra:" not in text


def test_importing_the_package_imports_nothing_heavy(python):
    done = python("-c", "import tfd2l; tfd2l.compose('+experiment=nli_bert'); tfd2l.register('loss', 'mine')(print)")
    assert (done.code, done.err, done.heavy) == (0, "", [])
