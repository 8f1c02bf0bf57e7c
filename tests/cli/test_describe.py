"""`tfd2l describe KIND NAME`: everything that a user needs in order to use a component."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from tfd2l.cli.main import main


def described(capsys, kind, name):
    assert main(["describe", kind, name]) == 0
    return capsys.readouterr().out


def options(text):
    """The lines under `Options:`."""
    return text.partition("\nOptions:\n")[2].partition("\n\n")[0].splitlines()


def test_a_component_is_described(capsys):
    text = described(capsys, "schedule", "warmup_linear_decay")
    assert text.startswith(
        "schedule warmup_linear_decay\n\nLinear warm-up, then linear decay to zero, as BERT is trained.\n"
    )
    assert "lr(t) = learning_rate * min(" in text
    assert options(text) == [
        "  learning_rate: float from 0 up",
        "  total_steps: int from 1 up   (supplied by the experiment)",
        "  warmup_fraction: float from 0 to 1 = 0.1",
    ]
    facts = dict(line.split(maxsplit=1) for line in text.splitlines()[-4:])
    assert facts["Owner:"] == f"tfd2l {version('tfd2l')}"
    file, _, line = facts["Source:"].rpartition(":")
    with open(file) as source:
        assert source.read().splitlines()[int(line) - 1].startswith("class WarmupLinearDecay(")
    assert facts["Config:"] == "schedule=warmup_linear_decay (these defaults)"
    assert "nli_bert" in facts["Experiments:"].split(", ")


def test_a_plugins_component_is_described_with_its_owner_and_its_own_configuration(capsys):
    text = described(capsys, "optimizer", "ademamix")
    assert "Owner:        tfd2l-ademamix 0.1.0\n" in text
    assert "Config:       optimizer=ademamix (these defaults)\n" in text
    assert "  beta_3: float = 0.9999" in options(text)
    assert not any(option.startswith("  name") for option in options(text))  # there `name` is the component's


def test_every_option_file_of_a_component_is_told(capsys):
    text = described(capsys, "model", "bert_classifier")
    assert all(f"model={option} (" in text for option in ("bert_base", "bert_pretrained", "bert_small"))


def test_what_a_component_lacks_is_said(capsys, install):
    install("x-bare", {"tfd2l.loss": {"bare": "x_bare:Bare"}}, {"x_bare.py": "def Bare(**rest): ...\n"})
    text = described(capsys, "loss", "bare")
    assert "(no docstring)" in text
    assert options(text) == ["  and any further keyword"]
    assert "Config:       loss=bare (these defaults)\nExperiments:  (none)\n" in text
    assert "x_bare" not in sys.modules


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (
            "optimizer",
            "ademamx",
            "There is no optimizer named 'ademamx'. Did you mean 'ademamix'? Installed: adadel",
        ),
        ("optimiser", "adamw", "There is no kind of component 'optimiser'. Did you mean 'optimizer'? Kinds: dataset, "),
    ],
)
def test_a_misspelt_word_exits_2_with_the_nearest(capsys, kind, name, told):
    assert main(["describe", kind, name]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: {told}")
    assert "Received: " in captured.err


def test_a_broken_component_exits_2_with_what_is_wrong(capsys, install):
    install("x-broken", {"tfd2l.loss": {"bent": "x_bent_described:Bent"}}, {"x_bent_described.py": "class Bent(:\n"})
    assert main(["describe", "loss", "bent"]) == 2
    text = capsys.readouterr().err
    assert "The loss 'bent' of x-broken 1.0 is broken: " in text
    assert "x_bent_described.py:1: invalid syntax (entry point tfd2l.loss: bent = 'x_bent_described:Bent')" in text


def test_a_name_with_two_owners_exits_2_with_both(capsys, install):
    twin = {"tfd2l.loss": {"twin": "x_twin_described:Twin"}}
    install("x-one", twin, {"x_twin_described.py": "def Twin(): 'A twin.'\n"})
    install("x-two", twin)
    assert main(["describe", "loss", "twin"]) == 2
    assert "2 owners: x-one 1.0, x-two 1.0" in capsys.readouterr().err
    assert "x-two 1.0" in described(capsys, "loss", "x-two/twin")


def test_a_pipeline_is_described_with_its_steps(capsys):
    text = described(capsys, "pipeline", "nli_transfer")
    assert text.startswith("pipeline nli_transfer\n\nBERT learns natural language inference from 5 %")
    assert (
        "  transferred  nli_bert  dataset.num_pairs=4000  stages.subset.fraction=0.05, 0.2, 1  model.weights=${steps"
        in text
    )
    assert "pipelines/nli_transfer.yaml\nRun:    python -m tfd2l.pipelines +pipeline=nli_transfer\n" in text
    assert "pipeline.redo=[NAME, NAME]" in text


def test_an_unknown_pipeline_is_answered_with_the_nearest(capsys):
    assert main(["describe", "pipeline", "nli_transfr"]) == 2
    assert capsys.readouterr().err.startswith(
        "error: pipeline: there is no 'nli_transfr'. Did you mean 'nli_transfer'?"
    )


def test_an_experiment_is_described_with_what_it_is_made_of(capsys):
    text = described(capsys, "experiment", "nli_bert")
    assert text.startswith("experiment nli_bert\n\nDoes the premise entail the hypothesis")
    assert "\n  optimizer  adamw  learning_rate=0.0002  " in text
    assert "\n    batch        bucket_batch  batch_size=16  " in text
    assert "Run:    python -m tfd2l.pipelines +experiment=nli_bert\n" in text


@pytest.mark.parametrize(
    ("section", "option"), [("trainer", "epochs: int from 1 up = 1"), ("tracking", "log_model: bool")]
)
def test_a_section_is_described_with_its_options(capsys, section, option):
    assert main(["describe", section]) == 0
    text = capsys.readouterr().out
    assert f"\n  {option}" in text
    assert f"`{section}.OPTION=VALUE`" in text
    assert "Args:" in text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["experiment", "nli_bret"], "There is no experiment 'nli_bret'. Did you mean 'nli_bert'?"),
        (["optimizer"], "Which optimizer? `tfd2l list optimizer` names them. Received: no name"),
    ],
)
def test_what_cannot_be_described_is_answered(capsys, typed, told):
    assert main(["describe", *typed]) == 2
    assert capsys.readouterr().err.startswith(f"error: {told}")


def test_an_experiment_tells_how_long_it_trains_and_values_that_are_referred_to(capsys):
    text = described(capsys, "experiment", "nli_bert")
    assert "\n  trainer    epochs=9\n  seed       0\n" in text
    assert "warmup_linear_decay  learning_rate=0.0002  warmup_fraction=0.1\n" in text
