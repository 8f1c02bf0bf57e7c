"""What a pipeline's file and a command line ask for together, and what is said of mistakes in either."""

from __future__ import annotations

import pytest

from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE, pipeline_dir
from tfd2l.errors import ConfigError, DataError
from tfd2l.pipelines.pipeline.file import read_pipeline_file
from tfd2l.pipelines.pipeline.request import read_request

TWO = """\
# Two steps.
description: What a person reads.
experiment: nadaraya_watson
trainer.epochs: 2
steps:
  first:
    seed: 1
    +stages.shuffle: {name: shuffle, buffer_size: null}
  second:
    experiment: airfoil
    optimizer: sgd
    optimizer.learning_rate: 1e-3, 0.5
"""


@pytest.fixture
def write(install):
    """A function: the text of a pipeline -> its file, shipped by a plugin as `+pipeline=mine`."""

    def ship(text):
        files = {"x_pipelines/__init__.py": "", f"x_pipelines/conf/{PIPELINE}/mine.yaml": text}
        return (
            install("x-pipelines", {"tfd2l.conf": {"x": "x_pipelines.conf"}}, files)
            / f"x_pipelines/conf/{PIPELINE}/mine.yaml"
        )

    return ship


def overrides(pipeline):
    return {step: [given.override for given in all_given] for step, all_given in pipeline.steps.items()}


def test_the_pipelines_of_the_checkout_are_found():
    assert option_files(PIPELINE)["nli_transfer"] == pipeline_dir() / "nli_transfer.yaml"
    for file in option_files(PIPELINE).values():
        assert read_pipeline_file(file).description


def test_a_step_has_what_is_given_to_all_and_its_own_as_it_would_be_typed(write):
    file = write(TWO)
    pipeline = read_request(["+pipeline=mine"])
    assert (pipeline.name, pipeline.file, pipeline.description) == ("mine", file, "What a person reads.")
    assert overrides(pipeline) == {
        "first": [
            "+experiment=nadaraya_watson",
            "trainer.epochs=2",
            "seed=1",
            "+stages.shuffle={name: 'shuffle', buffer_size: null}",
        ],
        "second": ["trainer.epochs=2", "+experiment=airfoil", "optimizer=sgd", "optimizer.learning_rate=1e-3, 0.5"],
    }
    assert str(pipeline.steps["first"][1]) == f"trainer.epochs=2 ({file}:4)"


def test_the_command_line_has_the_last_word_and_one_step_before_all(write):
    write(TWO)
    typed = ["seed=3", "steps.first.seed=4", "steps.first.stages.shuffle.seed=5", "+steps.second.model.bias=true"]
    typed += ["steps.second.experiment=convexity", "~steps.second.optimizer", "steps.first.trainer.epochs=9"]
    pipeline = read_request(["+pipeline=mine", *typed])
    assert overrides(pipeline) == {
        "first": [
            "+experiment=nadaraya_watson",
            "+stages.shuffle={name: 'shuffle', buffer_size: null}",
            "seed=4",
            "stages.shuffle.seed=5",
            "trainer.epochs=9",
        ],
        "second": [
            "trainer.epochs=2",
            "optimizer.learning_rate=1e-3, 0.5",
            "seed=3",
            "+model.bias=true",
            "+experiment=convexity",
            "~optimizer",
        ],
    }
    assert str(pipeline.steps["first"][-1]) == "steps.first.trainer.epochs=9 (command line)"


def test_a_key_that_the_file_adds_is_changed_without_a_plus(write):
    write(TWO)
    pipeline = read_request(["+pipeline=mine", "steps.first.stages.shuffle={name: shuffle}"])
    assert overrides(pipeline)["first"][-1] == "+stages.shuffle={name: shuffle}"


def test_steps_may_be_left_out_or_run_again(write):
    write(TWO)
    assert list(read_request(["+pipeline=mine", "~steps.first"]).steps) == ["second"]
    assert read_request(["+pipeline=mine", "pipeline.redo=second"]).redo == {"second"}
    assert read_request(["+pipeline=mine", "pipeline.redo=[first,second]"]).redo == {"first", "second"}
    assert read_request(["+pipeline=mine", "pipeline.redo=all"]).redo == {"first", "second"}
    assert read_request(["+pipeline=mine"]).redo == frozenset()


def test_a_step_may_take_over_the_keys_of_another(write):
    write("steps:\n  a: &a\n    experiment: airfoil\n    seed: 1\n  b:\n    <<: *a\n    seed: 2\n")
    assert overrides(read_request(["+pipeline=mine"]))["b"] == ["+experiment=airfoil", "seed=2"]


def test_a_pipeline_of_a_folder_of_ones_own_is_found(tmp_path):
    (tmp_path / PIPELINE).mkdir()
    (tmp_path / PIPELINE / "own.yaml").write_text("steps: {one: {experiment: convexity}}\n")
    pipeline = read_request([f'hydra.searchpath=["file://{tmp_path}"]', "+pipeline=own"])
    assert pipeline.file == tmp_path / PIPELINE / "own.yaml"


@pytest.mark.parametrize(
    ("typed", "start"),
    [
        (
            "steps.frist.seed=1",
            "steps.frist: mine has no such step. Did you mean 'steps.first'? Its steps: first, second.",
        ),
        ("~steps.third", "steps.third: mine has no such step."),
        (
            "steps.first=3",
            "steps.first: expects an option, `steps.first.KEY=VALUE`; `~steps.first` leaves the step out.",
        ),
        ("pipeline.rdo=first", "pipeline.rdo: no such option. Did you mean 'pipeline.redo'? pipeline takes: redo."),
        (
            "pipeline.redo=secnd",
            "pipeline.redo: there is no step 'secnd'. Did you mean 'second'? There are: first, second, all.",
        ),
        ("pipeline.redo=1", "pipeline.redo: expects a step, a list of steps, or all: `pipeline.redo=[STEP, STEP]`."),
        ("pipeline.redo=[", "pipeline.redo: expects a step, a list of steps, or all:"),
        ("+experiment=airfoil", "experiment: every step has its own; `steps.NAME.experiment=OTHER` changes one."),
        ("resume=auto", "resume: a pipeline resumes by itself:"),
        ("+pipeline=mnie", "pipeline: there is no 'mnie'. Did you mean 'mine'? There are: "),
    ],
)
def test_a_mistake_on_the_command_line_is_told_as_typed(write, typed, start):
    write(TWO)
    with pytest.raises(ConfigError) as caught:
        read_request(["+pipeline=mine", typed])
    assert str(caught.value).startswith(start)
    assert str(caught.value).endswith(f" Received: {typed} (command line)")


def test_a_pipeline_is_chosen_with_a_plus_and_keeps_a_step(write):
    write(TWO)
    with pytest.raises(
        ConfigError, match=r"^pipeline: none is chosen yet, so it is added with `\+`: `\+pipeline=mine`"
    ):
        read_request(["pipeline=mine"])
    with pytest.raises(ConfigError, match=r"^steps: none is left\. Received: ~steps\.first, ~steps\.second"):
        read_request(["+pipeline=mine", "~steps.first", "~steps.second"])


def test_all_mistakes_of_a_command_line_are_told_together(write):
    write(TWO)
    with pytest.raises(ConfigError) as caught:
        read_request(["+pipeline=mine", "steps.x.seed=1", "pipeline.redo=x", "resume=auto"])
    assert str(caught.value).startswith("3 mistakes in the configuration\n")


@pytest.mark.parametrize(
    ("text", "line", "start"),
    [
        ("", 0, "FILE: expects a mapping, `KEY: VALUE` on each line. Received: an empty file"),
        ("- a\n", 1, "FILE:1: expects a mapping, `KEY: VALUE` on each line. Received: ['a']"),
        (
            "description: x\n",
            0,
            "FILE: a pipeline has `steps:`, NAME: {experiment: EXPERIMENT, ...}. Received: no step",
        ),
        ("steps:\n  a: nli_bert\n", 2, "FILE:2: expects a mapping, `KEY: VALUE` on each line. Received: 'nli_bert'"),
        ("steps:\n  a: {expriment: x}\n", 2, "steps.a: names no experiment. Give it `experiment: NAME`"),
        ("steps:\n  all: {experiment: x}\n", 2, "steps.all: a step's name is a word of letters, digits and _, and not"),
        ("steps:\n  a b: {experiment: x}\n", 2, "steps.a b: a step's name is a word"),
        (
            "experiment: x\nsteps:\n  a: {seed: 1}\n  a: {seed: 2}\n",
            4,
            "steps.a: there are two of that name; rename one.",
        ),
        ("steps:\n  a:\n    experiment: x\n    resume: auto\n", 4, "resume: a pipeline resumes by itself:"),
        ("steps:\n  a: [x\n  b: 1\n", 3, "FILE:3: not valid YAML: "),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(write, text, line, start):
    file = write(text)
    with pytest.raises(ConfigError) as caught:
        read_request(["+pipeline=mine"])
    told = str(caught.value)
    assert told.startswith(start.replace("FILE", str(file)))
    assert f"{file}:{line}" in told or not line


@pytest.mark.parametrize(
    ("content", "start"),
    [
        (b"steps:\n  a: {x: \x01}\n", ": not valid YAML: special characters are not allowed. Take it out. Received: "),
        (b"# M\xe4dchen\nsteps: {}\n", ":1: expected UTF-8; byte 0xe4 "),
    ],
    ids=["control character", "latin-1"],
)
def test_a_file_that_is_no_yaml_text_is_named(write, content, start):
    file = write("")
    file.write_bytes(content)
    with pytest.raises((ConfigError, DataError)) as caught:
        read_pipeline_file(file)
    assert str(caught.value).startswith(f"{file}{start}")
    assert "Received: " in str(caught.value)
