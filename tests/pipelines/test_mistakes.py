"""The mistakes that are made most, as typed: each is answered in one paragraph, and before TensorFlow is loaded."""

from __future__ import annotations

import pytest

from tfd2l.config.options import option_names
from tfd2l.errors import listing

NLI = "+experiment=nli_bert"
OPTIMIZERS = listing(option_names("optimizer"))
TWIN = {"tfd2l.optimizer": {"twin": "x_twin_optimizer:Twin"}}
BROKEN = "import no_such_package\nclass Bent: ...\n"


def paragraph(done):
    """The error of a command; everything else that an answer to a mistake must be is asserted here."""
    assert done.code == 2
    assert done.out == ""
    assert done.err.count("error:") == 1
    assert "Traceback" not in done.err
    text = done.err[done.err.index("error:") :]
    assert text.endswith("\n")
    assert "\n\n" not in text
    assert "Received: " in text
    return text.removesuffix("\n")


@pytest.mark.parametrize(
    ("typed", "what", "nearest", "way_out"),
    [
        (
            ["+experiment=nli_bret"],
            "experiment: there is no 'nli_bret'.",
            "'nli_bert'",
            f"There are: {listing(option_names('experiment'))}.",
        ),
        ([NLI, "optimizer=adamww"], "optimizer: there is no 'adamww'.", "'adamw'", f"There are: {OPTIMIZERS}."),
        ([NLI, "optimizer.name=adamww"], "optimizer.name: There is no", "'adamw'", f"Installed: {OPTIMIZERS}."),
        ([NLI, "trainer.epoch=3"], "trainer.epoch: no such", "'trainer.epochs'", "trainer takes: epochs, max_steps, "),
        ([NLI, "+optimizer.betas=1"], "optimizer.betas: no such", "'optimizer.beta_1'", "adamw takes: learning_rate, "),
        ([NLI, "trainer.epochs=three"], "trainer.epochs: expects", "", "an integer from 1 up."),
        ([NLI, "dataset=snli", "dataset.path=mising.tsv"], "dataset.path: no such", "'missing.tsv'", "/mising.tsv."),
    ],
    ids=lambda value: value[-1] if isinstance(value, list) else "",
)
def test_a_mistake_in_the_configuration_is_answered(python, tmp_path, typed, what, nearest, way_out):
    (tmp_path / "here" / "missing.tsv").write_text("")
    done = python("-m", "tfd2l.pipelines", *typed)
    text = paragraph(done)
    assert done.err == f"{text}\n"
    assert "\n" not in text
    assert text.startswith(f"error: {what}")
    assert f"Did you mean {nearest}?" in text or not nearest
    assert way_out in text
    assert text.endswith(f"Received: {typed[-1]} (command line)")
    assert done.heavy == []
    assert not (tmp_path / "store").exists()


def test_all_mistakes_of_a_command_line_are_answered_together(python):
    typed = ["optimizer=adamww", "+optimizer.betas=1", "trainer.epoch=3", "model.num_heads=two", "dataset=text_pair"]
    done = python("-m", "tfd2l.pipelines", NLI, *typed)
    first, *lines = paragraph(done).splitlines()
    assert first == "error: 5 mistakes in the configuration"
    paths = ["dataset.path", "model.num_heads", "optimizer", "optimizer.betas", "trainer.epoch"]
    assert sorted(line.split(": ")[0].strip() for line in lines) == paths
    assert all("Received: " in line for line in lines)
    assert done.heavy == []


def test_a_mistake_in_one_job_of_a_multirun_is_answered_before_the_first_runs(python, tmp_path):
    done = python("-m", "tfd2l.pipelines", NLI, "-m", "trainer.epochs=1,three")  # a flag may stand anywhere
    assert paragraph(done).startswith(
        "error: trainer.epochs: expects an integer from 1 up. Received: trainer.epochs=three "
    )
    assert done.heavy == []
    assert not (tmp_path / "store").exists()


def test_mistakes_in_the_steps_of_a_pipeline_are_answered_before_the_first_runs(python, tmp_path):
    typed = ["+pipeline=nli_transfer", "trainer.epoch=3", "steps.scratch.seed=x"]
    done = python("-m", "tfd2l.pipelines", *typed)
    first, *lines = paragraph(done).splitlines()
    assert first == "error: 2 mistakes in the configuration"
    assert lines[0].startswith("  trainer.epoch: no such option. Did you mean 'trainer.epochs'?")
    assert lines[1].startswith(
        "  steps.scratch.seed: expects an integer from 0 to 4294967295. Received: steps.scratch."
    )
    assert done.heavy == []
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    ("flags", "what"),
    [
        (["-m"], "hydra.mode: a pipeline is no multirun: "),
        (["--info", "all"], "A pipeline is shown by `--cfg job` and by"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_flags_that_a_pipeline_does_not_know_are_answered(python, flags, what):
    done = python("-m", "tfd2l.pipelines", "+pipeline=nli_transfer", *flags)
    assert paragraph(done).startswith(f"error: {what}")


def test_a_mistake_beside_a_folder_of_ones_own_configuration_is_answered(python, tmp_path):
    folder = tmp_path / "my own" / "experiment"
    folder.mkdir(parents=True)
    (folder / "mine.yaml").write_text("# @package _global_\ndefaults:\n  - nli_bert\n")
    done = python("-m", "tfd2l.pipelines", "--config-dir", str(folder.parent), "+experiment=mine", "trainer.epoch=3")
    assert paragraph(done).startswith("error: trainer.epoch: no such option. Did you mean 'trainer.epochs'?")


@pytest.mark.parametrize("flags", [["--nope"], ["--cfg", "job", "-m"], ["--config-dir", "nowhere"]], ids=" ".join)
def test_flags_that_make_no_sense_are_answered(python, flags):
    done = python("-m", "tfd2l.pipelines", NLI, *flags)
    assert done.code == 2
    usage, error = done.err.splitlines()
    assert usage.startswith("usage: python -m tfd2l.pipelines +experiment=NAME|+pipeline=NAME [KEY=VALUE ...]")
    assert error.startswith("python -m tfd2l.pipelines: error: ")


def test_a_name_with_two_owners_is_answered(python, install):
    install("x-one", TWIN, {"x_twin_optimizer.py": "def Twin(learning_rate: float = 1.0): ...\n"})
    site = install("x-two", TWIN)
    done = python("-m", "tfd2l.pipelines", NLI, "optimizer.name=twin", path=site)
    text = paragraph(done)
    assert text.startswith("error: optimizer.name: The optimizer 'twin' has 2 owners: x-one 1.0, x-two 1.0.")
    assert "Pick one with `name: x-one/twin` or `name: x-two/twin`, or uninstall the other." in text
    assert text.endswith("Received: optimizer.name=twin (command line)")
    assert done.heavy == []


def test_a_broken_plugin_is_answered_if_it_is_asked_for(python, install):
    site = install("x-broken", {"tfd2l.optimizer": {"bent": "x_bent_optimizer:Bent"}}, {"x_bent_optimizer.py": BROKEN})
    done = python("-m", "tfd2l.pipelines", NLI, "optimizer.name=bent", path=site)
    text = paragraph(done)
    assert text.startswith("error: optimizer.name: The optimizer 'bent' of x-broken 1.0 is broken: ")
    assert f"{site}/x_bent_optimizer.py:1: there is no module no_such_package" in text
    assert "(entry point tfd2l.optimizer: bent = 'x_bent_optimizer:Bent')" in text
    assert "pip uninstall x-broken" in text
    assert done.heavy == []


def test_a_store_that_cannot_be_written_is_answered(python):
    done = python("-m", "tfd2l.pipelines", NLI, "tracking.uri=sqlite:////proc/nowhere/mlflow.db")
    text = paragraph(done)
    assert text.startswith("error: The store cannot be written: /proc/nowhere: ")
    assert "Choose another place: `tracking.uri=sqlite:////FOLDER/mlflow.db`" in text
    assert "Received: tracking.uri='sqlite:////proc/nowhere/mlflow.db'" in text
    assert done.heavy == []


def test_a_count_that_makes_no_sense_is_answered(python):
    done = python("-m", "tfd2l.pipelines", NLI, "trainer.epochs=0")
    told = "trainer.epochs: expects an integer from 1 up. Received: trainer.epochs=0 (command line)"
    assert paragraph(done) == f"error: {told}"
    assert done.heavy == []


def test_data_that_cannot_be_downloaded_is_answered(python, tmp_path):
    """This one loads TensorFlow: only TFDS knows whether a dataset is prepared, and where it would come from."""
    nowhere = "http://127.0.0.1:9"
    done = python(
        "-m",
        "tfd2l.pipelines",
        NLI,
        "dataset=snli",
        HTTPS_PROXY=nowhere,
        HTTP_PROXY=nowhere,
        https_proxy=nowhere,
        http_proxy=nowhere,
        TFDS_DATA_DIR=str(tmp_path / "tfds"),
        TFD2L_DATA=str(tmp_path / "data"),
    )
    text = paragraph(done)
    assert text.startswith("error: dataset=snli is not on this machine, and https://")
    assert "`dataset.path=FOLDER_OR_ARCHIVE`" in text
    assert "`tfd2l list dataset`" in text
    assert "tensorflow" in done.heavy
