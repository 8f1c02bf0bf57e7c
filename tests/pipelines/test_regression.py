"""Whole runs of the regressions: what they come to, what is served, and models that have nothing to learn."""

from __future__ import annotations

import mlflow
import numpy as np
import pandas as pd
import pytest

import tfd2l
from tfd2l.cli.main import main
from tfd2l.datasets.airfoil import FEATURES
from tfd2l.tracking.stored_files import fetch_model


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A function: overrides -> (trained, result), in one store."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"

    def run(*overrides):
        experiment = tfd2l.Experiment.from_config(tfd2l.compose(*overrides, f"tracking.uri={uri}"))
        result = experiment.run()
        return result.trained, result

    return run


def figures(result):
    return {item.path for item in mlflow.MlflowClient(result.tracking_uri).list_artifacts(result.run_id, "figures")}


def exported(result):
    return mlflow.pyfunc.load_model(str(fetch_model(mlflow.MlflowClient(result.tracking_uri), result.run_id)))


@pytest.fixture(scope="module")
def airfoil_run(ran):
    return ran("+experiment=airfoil")


def test_linear_regression_of_the_generated_airfoils_ends_near_the_least_squares(airfoil_run):
    trained, result = airfoil_run
    assert result.metrics["validation/loss"] == pytest.approx(0.2449, abs=0.006)  # the least squares' loss
    assert not any(name.startswith("test/") for name in result.metrics)
    assert [row["step"] for row in trained.validations] == sorted([*range(20, 301, 20), 150])
    assert figures(result) >= {"figures/learning_curves.png"}
    run = mlflow.MlflowClient(result.tracking_uri).get_run(result.run_id)
    assert "| validation/loss | 0.24" in run.data.tags["mlflow.note.content"]
    assert run.data.tags["steps_per_epoch"] == "150"


def test_served_it_takes_and_gives_the_units_of_the_data(airfoil_run):
    trained, result = airfoil_run
    rows = list(trained.prepared.splits["train"].take(3).as_numpy_iterator())
    (w,), (b,) = (trained.model.get_weights()[0].T, trained.model.get_weights()[1])
    x = np.array([[row[key] for key in sorted(FEATURES)] for row in rows], np.float64)
    everything = list(trained.prepared.splits["train"].as_numpy_iterator())
    table = {key: np.array([row[key] for row in everything], np.float64) for key in everything[0]}
    mean, deviation = (np.array([getattr(table[key], of)() for key in sorted(FEATURES)]) for of in ("mean", "std"))
    level = table["sound_pressure_level"]
    expected = (((x - mean) / deviation) @ w + b) * level.std() + level.mean()
    served = trained.serving({key: [float(row[key]) for row in rows] for key in FEATURES})
    np.testing.assert_allclose(served["value"], expected, rtol=1e-4)
    model = exported(result)
    answers = model.predict(pd.DataFrame({key: [float(row[key]) for row in rows] for key in FEATURES}))
    np.testing.assert_allclose(answers["value"], served["value"], rtol=1e-6)


def test_predict_takes_numbers(airfoil_run, capsys, tmp_path):
    trained, result = airfoil_run
    row = {"frequency": 800, "angle_of_attack": 0, "chord_length": 0.3048, "velocity": 71.3}
    row["displacement_thickness"] = 0.00266337
    expected = trained.serving({key: [value] for key, value in row.items()})["value"][0]
    command = ["predict", result.run_id, "--uri", result.tracking_uri]
    assert main([*command, *(part for key, value in row.items() for part in (f"--{key}", str(value)))]) == 0
    assert f"{expected:.4f}" in capsys.readouterr().out
    assert main([*command, *(part for key in row for part in (f"--{key}", "fast"))]) == 2
    assert (
        "error: --frequency is not a number. This model takes --frequency NUMBER --angle_of_attack NUMBER "
        in capsys.readouterr().err
    )


def test_the_kernel_is_learned_and_every_way_drawn(ran):
    trained, result = ran("+experiment=nadaraya_watson", "tracking.log_model=false")
    first, last = trained.history[0]["loss"], trained.history[-1]["loss"]
    assert last < first / 2
    assert abs(float(trained.model.pooling.w)) > 1.5  # sharper than the non-parametric kernel
    names = ("attention_pooling_test", "attention_weights_test", "learning_curves")
    assert figures(result) >= {f"figures/{name}.png" for name in names}


@pytest.mark.parametrize(
    "options",
    [["trainer.xla=auto"], ["strategy=mirrored", "strategy.devices=[CPU:0,CPU:1]", "trainer.micro_batches=5"]],
    ids=str,
)
@pytest.mark.parametrize("model", ["average_pooling", "nadaraya_watson_nonparametric"])
def test_a_model_that_has_nothing_to_learn_is_measured(ran, model, options):
    small = ["reports=null", "tracking.log_model=false", "trainer.epochs=2", "trainer.ema_momentum=0.9"]
    trained, result = ran("+experiment=nadaraya_watson", f"model={model}", *small, *options)
    rows = {split: list(trained.prepared.splits[split].as_numpy_iterator()) for split in ("train", "test")}
    x, y = (np.array([row[key] for row in rows["train"]], np.float64) for key in ("x", "y"))
    queries, truth = (np.array([row[key] for row in rows["test"]], np.float64) for key in ("x", "y"))
    powers = np.exp(-trained.model.pooling.w * (queries[:, None] - x) ** 2 / 2)
    expected = np.mean(((powers * y).sum(1) / powers.sum(1) - truth) ** 2)
    assert result.metrics["test/loss"] == pytest.approx(expected, rel=1e-4)
    assert trained.history[0]["loss"] == pytest.approx(trained.history[1]["loss"], rel=1e-6)


def test_an_exported_model_without_weights_answers(ran):
    trained, result = ran("+experiment=nadaraya_watson", "model=average_pooling", "reports=null")
    answer = exported(result).predict(pd.DataFrame({"x": [0.0, 4.0]}))
    mean = np.mean([row["y"] for row in trained.prepared.splits["train"].as_numpy_iterator()])
    np.testing.assert_allclose(answer["value"], [mean, mean], rtol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adagrad", "rmsprop", "adadelta", "adam", "yogi"])
def test_every_optimizer_comes_to_the_losses_of_the_book(ran, shared_data, optimizer):
    few = ["reports=null", "callbacks=null", "tracking.log_model=false"]
    data = ["dataset=airfoil", f"dataset.path={shared_data / 'airfoil'}"]
    _, result = ran("+experiment=airfoil", f"optimizer={optimizer}", *data, *few)
    assert 0.242 < result.metrics["validation/loss"] <= 0.26


def test_batch_sizes_come_with_their_rates_and_epochs():
    config = tfd2l.Experiment.from_config(
        tfd2l.compose("+experiment=airfoil_batch_sizes", "tables.batches=gradient_descent")
    ).config
    assert config["stages"]["batch"]["batch_size"] == 1500
    assert (config["optimizer"]["learning_rate"], config["schedule"]["learning_rate"]) == (1.0, 1.0)
    assert (config["trainer"]["epochs"], config["trainer"]["validate_every"]) == (10, 1)


def test_an_optimizer_that_the_experiment_has_no_rate_for_keeps_its_own_and_that_is_said(caplog):
    caplog.set_level("INFO", "tfd2l")
    own = tfd2l.Experiment.from_config(tfd2l.compose("+experiment=airfoil", "optimizer=lion")).config
    assert own["optimizer"]["learning_rate"] == own["schedule"]["learning_rate"] == 0.0001
    assert "refers to tables.learning_rate.lion, which is not there: its own 0.0001 is taken" in caplog.text
    chosen = tfd2l.compose("+experiment=airfoil", "optimizer=lion", "optimizer.learning_rate=0.003")
    assert tfd2l.Experiment.from_config(chosen).config["schedule"]["learning_rate"] == 0.003
