"""Where a value came from: the command line as typed, or a file and its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfd2l.config.options import option_files
from tfd2l.config.origin import Origin
from tfd2l.config.paths import conf_dir
from tfd2l.datasets import text_pair


def line_of(file, text):
    """`FILE:LINE` of the only line that starts with a text."""
    (number,) = [n for n, line in enumerate(file.read_text().splitlines(), start=1) if line.startswith(text)]
    return f"{file}:{number}"


@pytest.mark.parametrize(
    ("overrides", "path", "value", "received"),
    [
        (["trainer.epochs=three"], "trainer.epochs", "three", "trainer.epochs=three (command line)"),
        (["+optimizer.betas=1"], "optimizer.betas", 1, "+optimizer.betas=1 (command line)"),
        (["seed=1", "seed=x"], "seed", "x", "seed=x (command line)"),
        (["trainer={epochs:x}"], "trainer.epochs", "x", "trainer.epochs='x' (command line: trainer={epochs:x})"),
        (["+a={b:{c:1}}", "+a.b={c:2}"], "a.b.c", 2, "a.b.c=2 (command line: +a.b={c:2})"),
        (["+trainr.epochs=2"], "trainr", {"epochs": 2}, "trainr={'epochs': 2} (command line: +trainr.epochs=2)"),
        (["trainer.epochs=1"], "trainer.epochs_more", 1, "trainer.epochs_more=1"),
        ([], "nowhere", None, "nowhere=null"),
        ([], "nowhere", "x" * 200, f"nowhere='{'x' * 76}..."),
    ],
)
def test_what_was_typed_is_shown_as_typed(overrides, path, value, received):
    assert Origin(overrides).of(path, value) == f"Received: {received}"


def test_what_was_given_elsewhere_is_shown_as_it_was_given_there():
    places = {"seed=x": ("steps.a.seed=x", "command line"), "trainer={epochs: x}": ("trainer: {epochs: x}", "a.yaml:3")}
    origin = Origin(list(places), {}, places)
    assert origin.of("seed", "x") == "Received: steps.a.seed=x (command line)"
    assert origin.of("trainer", {"epochs": "x"}) == "Received: trainer: {epochs: x} (a.yaml:3)"
    assert origin.of("trainer.epochs", "x") == "Received: trainer.epochs='x' (a.yaml:3: trainer: {epochs: x})"


def test_a_chosen_option_is_told_by_its_file_and_line():
    file = option_files("dataset")["camvid"]
    origin = Origin(["dataset=camvid"], {"dataset": "camvid"})
    assert origin.of("dataset.path", "???") == f"Received: dataset.path='???' ({line_of(file, 'path:')})"


def test_a_default_is_told_by_its_line_in_the_source_of_the_component():
    origin = Origin(["dataset=text_pair"], {"dataset": "text_pair"})
    line = line_of(Path(text_pair.__file__), "    path: Path")
    assert origin.of("dataset.path", "???") == f"Received: dataset.path='???' ({line})"


def test_a_labelled_option_is_told_by_its_file_and_line():
    file = option_files("metric")["perplexity"]
    origin = Origin([], {"metric@metrics.validation": "perplexity"})
    assert origin.of("metrics.validation.weights", 1).endswith(f"({line_of(file, 'weights:')})")


def test_an_experiment_is_told_before_the_option_that_it_changes():
    file = option_files("experiment")["nli_bert"]
    origin = Origin([], {"experiment": "nli_bert", "optimizer": "adamw"})
    assert origin.of("optimizer.learning_rate", 1).endswith(f"({line_of(file, '  learning_rate:')})")
    file = option_files("optimizer")["adamw"]
    assert origin.of("optimizer.exclude_from_weight_decay", 1).endswith(f"({line_of(file, 'exclude')})")


def test_a_key_inside_braces_is_found():
    file = option_files("experiment")["nli_bert"]
    origin = Origin([], {"experiment": "nli_bert"})
    assert origin.of("stages.batch.batch_size", 0).endswith(f"({line_of(file, '  batch:')})")


def test_a_key_of_the_root_is_told_by_its_file_and_line():
    root = conf_dir() / "config.yaml"
    assert Origin().of("callbacks.progress.name", "x").endswith(f"({line_of(root, '  progress:')})")
