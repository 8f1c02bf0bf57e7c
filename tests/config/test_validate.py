"""A composed configuration is checked against the signatures of what it names: every mistake, all at once."""

from __future__ import annotations

import pytest

from tfd2l import registry
from tfd2l.config.options import option_names
from tfd2l.config.origin import Origin
from tfd2l.config.schema import SUPPLIED, components
from tfd2l.config.validate import validate
from tfd2l.errors import ConfigError, listing


@pytest.fixture
def config():
    """A configuration without a mistake."""
    return {
        "name": "n",
        "description": "d",
        "seed": 0,
        "dataset": {"name": "nli_embedded", "num_pairs": 10},
        "stages": {"clean": {"name": "clean_text", "keys": ["premise"]}, "cache": {"name": "cache"}},
        "model": {"name": "bert_classifier"},
        "loss": {"name": "sparse_categorical_crossentropy"},
        "decoder": None,
        "metrics": {"accuracy": {"name": "accuracy"}},
        "optimizer": {"name": "adamw", "learning_rate": 0.1},
        "schedule": {"name": "constant", "learning_rate": 0.1},
        "strategy": {"name": "single"},
        "callbacks": {"progress": {"name": "progress_bar"}, "stop": {"name": "early_stopping"}, "removed": None},
        "reports": {},
        "trainer": {"epochs": 1, "max_steps": None},
        "tracking": {"uri": None, "tags": {"a": "b"}},
    }


def change(config, path, value):
    *parents, last = path.split(".")
    for part in parents:
        config = config[part]
    config[last] = value


def mistake(config, *overrides):
    with pytest.raises(ConfigError) as caught:
        validate(config, Origin(overrides))
    return str(caught.value)


def test_a_right_configuration_passes(config):
    validate(config)


@pytest.mark.parametrize("kind", ["callbacks", "metrics", "reports", "stages"])
def test_a_labelled_group_may_be_null(config, kind):
    config[kind] = None
    validate(config)


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("optimizer.betas", 1, "no such option. Did you mean 'optimizer.beta_1'? optimizer adamw takes: "),
        ("optimizer.xyz", 1, "no such option. optimizer adamw takes: learning_rate,"),
        ("trainer.epoch", 1, "no such option. Did you mean 'trainer.epochs'? trainer takes: epochs, max_steps,"),
        ("callbacks.progress.width", 1, "no such option. callback progress_bar takes: no options."),
        ("stages.cache.fold", "x", "no such option. Did you mean 'stages.cache.folder'?"),
        ("trainer.epochs", "three", "expects an integer from 1 up."),
        ("trainer.epochs", True, "expects an integer from 1 up."),
        ("trainer.epochs", None, "expects an integer from 1 up."),
        ("tracking.tags", {"a": 1}, "expects a mapping, each value text."),
        ("optimizer.learning_rate", "1e-3", "expects a number from 0 up."),
        ("stages.clean.keys", "premise", "expects a list, each text."),
        ("seed", "x", "expects an integer from 0 to 4294967295."),
        ("seed", -1, "expects an integer from 0 to 4294967295."),
        ("seed", None, "expects an integer from 0 to 4294967295."),
        ("seed", 1.5, "expects an integer from 0 to 4294967295."),
        ("seed", 2**32, "expects an integer from 0 to 4294967295."),
        ("trainer.epochs", 0, "expects an integer from 1 up."),
        ("trainer.checkpoint_every", -1, "expects an integer from 1 up or null."),
        ("trainer.ema_momentum", 1.0, "expects a number above 0 and below 1 or null."),
        ("trainer.learning_rate_multipliers", {"a": 0.0}, "expects a mapping, each value a number above 0 or null."),
        ("optimizer.learning_rate", float("nan"), "expects a number from 0 up."),
        ("optimizer.learning_rate", -0.1, "expects a number from 0 up."),
        ("dataset.num_pairs", 0, "expects an integer from 1 up."),
        ("callbacks.stop.patience", -1, "expects an integer from 0 up."),
        ("callbacks.stop.monitor", "val_los", "the run does not measure 'val_los'. Did you mean 'val_loss'?"),
        ("callbacks.stop.monitor", "val_perplexity", "the run does not measure 'val_perplexity'. "),
        ("callbacks.stop.mode", "most", "expects 'auto' or 'min' or 'max'."),
        ("description", 3, "expects text."),
        ("model.weights", "???", "must be given: `model.weights=VALUE`."),
        ("datasets", {}, "no such key. Did you mean 'dataset'?"),
        ("experiments", "nli_bert", "no such key. Did you mean 'experiment'?"),
        ("callback", {"name": "profiler"}, "no such key. It has a label: `+callback@callbacks.profiler=profiler`."),
        ("metrics", "accuracy", "expects {LABEL: {name: METRIC, ...}, ...}. Choose an option with `+metric@metrics."),
        ("callbacks.stop", "early_stopping", "expects {name: CALLBACK, ...}. Choose an option with `+callback@callb"),
        ("stages.clear", {"lower": False}, "expects {name: STAGE, ...}. Did you mean 'stages.clean'?"),
        ("optimizer", {"learning_rate": 1}, "expects {name: OPTIMIZER, ...}."),
        ("trainer", 3, "expects a mapping."),
        ("loss", None, f"missing. Choose one with `loss=NAME`: {listing(option_names('loss'))}."),
        ("tracking", None, "missing. Choose one with `tracking=NAME`: mlflow."),
    ],
)
def test_a_mistake_is_told_with_its_path_and_what_came(config, path, value, told):
    change(config, path, value)
    text = mistake(config)
    assert text.startswith(f"{path}: {told}")
    assert f"Received: {path}=" in text
    assert "\n" not in text


def test_what_was_typed_is_shown(config):
    change(config, "trainer.epochs", "three")
    assert mistake(config, "trainer.epochs=three").endswith("Received: trainer.epochs=three (command line)")


def test_an_option_that_is_needed_and_missing_is_told(config):
    config["schedule"] = {"name": "warmup_linear_decay", "warmup_fraction": 0.1}
    text = mistake(config)
    assert text.startswith("schedule.learning_rate: missing, and schedule warmup_linear_decay needs it.")
    assert "`+schedule.learning_rate=VALUE`" in text
    assert text.endswith("Received: warmup_fraction")


def test_a_misspelt_option_is_told_once_not_also_as_missing(config):
    config["schedule"] = {"name": "constant", "learning_rat": 0.1}
    assert mistake(config).startswith("schedule.learning_rat: no such option. Did you mean 'schedule.learning_rate'?")


def test_an_unknown_component_is_told_with_the_nearest_and_all_others(config):
    change(config, "optimizer.name", "adamww")
    text = mistake(config, "optimizer.name=adamww")
    assert text.startswith("optimizer.name: There is no optimizer named 'adamww'. Did you mean 'adamw'? Installed: ")
    assert text.endswith("Received: optimizer.name=adamww (command line)")
    assert text.count("Received:") == 1


def test_all_mistakes_are_told_together(config):
    wrong = {"optimizer.name": "adamww", "trainer.epoch": 1, "seed": "x", "datset": 1, "stages.clean.keys": 3}
    for path, value in wrong.items():
        change(config, path, value)
    first, *others = mistake(config).splitlines()
    assert first == "5 mistakes in the configuration"
    assert {line.split(": ")[0].strip() for line in others} == wrong.keys()


@pytest.mark.parametrize("name", sorted(SUPPLIED))
def test_what_the_experiment_supplies_cannot_be_set(config, install, name):
    source = f"def Made({name}, size: int = 1): ..."
    install("x-supplied", {"tfd2l.loss": {"supplied": f"x_supplied_{name}:Made"}}, {f"x_supplied_{name}.py": source})
    config["loss"] = {"name": "supplied", "size": 2}
    validate(config)
    config["loss"][name] = 1
    text = mistake(config, f"+loss.{name}=1")
    assert text.startswith(f"loss.{name}: is supplied by the experiment, not set: leave it out.")


def test_the_name_of_a_keras_object_is_not_offered_as_an_option(config):
    config["optimizer"] = {"name": "ademamix", "nam": 1}
    options = mistake(config).partition("takes: ")[2].partition(". Received")[0].split(", ")
    assert "name" not in options
    assert {"alpha", "clipnorm"} <= set(options)


@pytest.mark.parametrize(("typed", "near"), [("tran.tsv", " Did you mean 'train.tsv'?"), ("other.csv", "")])
def test_a_missing_file_is_told_with_the_nearest_beside_it(config, tmp_path, typed, near):
    (tmp_path / "train.tsv").write_text("")
    config["dataset"] = {"name": "snli", "path": str(tmp_path / typed)}
    text = mistake(config)
    assert text.startswith(f"dataset.path: no such file or folder: {tmp_path / typed}.{near} Received: ")


def test_a_missing_file_in_a_missing_folder_is_told(config, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    config["dataset"] = {"name": "snli", "path": "gone/train.tsv"}
    assert mistake(config).startswith(f"dataset.path: no such file or folder: {tmp_path}/gone/train.tsv. Received: ")


def test_a_file_that_exists_passes(config, tmp_path):
    (tmp_path / "train.tsv").write_text("")
    config["dataset"] = {"name": "snli", "path": str(tmp_path / "train.tsv")}
    validate(config)


def test_a_component_that_takes_any_keyword_is_not_second_guessed(config, install):
    source = "def Open(size: int = 1, **rest): ..."
    install("x-open", {"tfd2l.loss": {"open": "x_open_loss:Open"}}, {"x_open_loss.py": source})
    config["loss"] = {"name": "open", "anything": 1}
    validate(config)
    config["loss"]["size"] = "x"
    assert mistake(config).startswith("loss.size: expects an integer.")


def test_a_broken_component_is_refused_at_once_with_plugin_version_and_entry_point(config, install):
    source = "import no_such_package\ndef Broken(): ..."
    points = {"tfd2l.loss": {"broken": "x_broken_loss:Broken", "gone": "x_gone_loss:Gone"}}
    site = install("x-broken", points, {"x_broken_loss.py": source}, version="0.7")
    config["loss"] = {"name": "broken"}
    text = mistake(config)
    assert text.startswith("loss.name: The loss 'broken' of x-broken 0.7 is broken: ")
    assert f"{site}/x_broken_loss.py:1: there is no module no_such_package" in text
    assert "entry point tfd2l.loss: broken = 'x_broken_loss:Broken'" in text
    assert "pip uninstall x-broken" in text
    config["loss"] = {"name": "gone"}
    assert "is stale: there is no module x_gone_loss" in mistake(config)


def test_a_broken_component_that_is_not_asked_for_disturbs_nothing(config, install):
    install("x-broken", {"tfd2l.loss": {"broken": "x_broken_other:Broken"}}, {"x_broken_other.py": "def"})
    validate(config)


def test_a_name_with_two_owners_is_refused_and_either_can_be_picked(config, install):
    twin = {"tfd2l.loss": {"twin": "x_twin_loss:Twin"}}
    install("x-one", twin, {"x_twin_loss.py": "def Twin(): ..."})
    install("x-two", twin)
    config["loss"] = {"name": "twin"}
    text = mistake(config)
    assert "has 2 owners: x-one 1.0, x-two 1.0" in text
    assert "`name: x-one/twin` or `name: x-two/twin`" in text
    config["loss"] = {"name": "x-two/twin"}
    validate(config)


def test_a_component_of_this_session_is_checked_too(config):
    @registry.register("loss", "of_session")
    def of_session(weight: float = 1.0):
        """Of this session."""

    try:
        config["loss"] = {"name": "of_session", "weight": 2}
        validate(config)
        config["loss"]["weight"] = "x"
        assert mistake(config).startswith("loss.weight: expects a number.")
    finally:
        registry.unregister("loss", "of_session")


def test_without_an_experiment_the_experiments_are_offered():
    text = mistake({"seed": 0, "trainer": {}, "tracking": {}})
    assert text.startswith("experiment: none is chosen")
    assert f"`+experiment=NAME`: {listing(option_names('experiment'))}" in text


def test_a_misspelt_group_is_told_rather_than_that_nothing_was_chosen():
    assert mistake({"experiments": "nli_bert"}).startswith("experiments: no such key. Did you mean 'experiment'?")


def test_the_components_of_a_run_are_told_by_path_and_kind(config):
    assert [(path, kind, component["name"]) for path, kind, component in components(config)] == [
        ("dataset", "dataset", "nli_embedded"),
        ("model", "model", "bert_classifier"),
        ("loss", "loss", "sparse_categorical_crossentropy"),
        ("optimizer", "optimizer", "adamw"),
        ("schedule", "schedule", "constant"),
        ("strategy", "strategy", "single"),
        ("stages.clean", "stage", "clean_text"),
        ("stages.cache", "stage", "cache"),
        ("metrics.accuracy", "metric", "accuracy"),
        ("callbacks.progress", "callback", "progress_bar"),
        ("callbacks.stop", "callback", "early_stopping"),
    ]


def test_tables_of_values_are_taken_as_they_are_and_must_be_a_mapping(config):
    validate(config | {"tables": {"learning_rate": {"sgd": 0.05, "adam": 0.01}, "chosen": "a"}})
    assert "tables: expects a mapping. Received: tables=3" in mistake(config | {"tables": 3}, "tables=3")
