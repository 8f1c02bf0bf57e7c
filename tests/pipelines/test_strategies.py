"""Whole runs under strategies: what is logged, reported and exported does not depend on where the run computed."""

from __future__ import annotations

import mlflow
import pandas as pd
import pytest
import tensorflow as tf

from benchmarks.kill_and_resume import kill_and_resume
from tfd2l.errors import ConfigError
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.stored_files import fetch_model

TWO = ("strategy=mirrored", "strategy.devices=[CPU:0,CPU:1]")
PLAIN = ("model.dropout=0.0", "trainer.max_steps=8", "trainer.log_every=1", "reports={}", "tracking.log_model=false")


def history(store, run_id):
    client = mlflow.MlflowClient(f"sqlite:///{store}/mlflow.db")
    return [(m.step, pytest.approx(m.value, rel=1e-5)) for m in client.get_metric_history(run_id, "train/loss")]


@pytest.mark.slow
def test_mirrored_is_the_same_run_and_is_exported(tiny, tmp_path):
    one = tiny(*PLAIN, store=tmp_path).run()
    experiment = tiny(*PLAIN[:-1], *TWO, "trainer.micro_batches=2", store=tmp_path)
    two = experiment.run()
    trained = two.trained
    assert history(tmp_path, two.run_id) == history(tmp_path, one.run_id)
    assert two.metrics["test/loss"] == pytest.approx(one.metrics["test/loss"], rel=1e-5)
    pair = {"premise": ["a dog runs"], "hypothesis": ["an animal moves"]}
    loaded = mlflow.pyfunc.load_model(str(fetch_model(client_of(two.tracking_uri), two.run_id)))
    assert loaded.predict(pd.DataFrame(pair))["label"][0] == trained.serving(pair)["label"][0]
    with pytest.raises(AssertionError):  # the trained model is an ordinary one
        assert isinstance(trained.model.variables[0].value, tf.distribute.DistributedValues)


@pytest.mark.slow
def test_averaged_weights_are_those_exported(tiny, tmp_path):
    experiment = tiny(*PLAIN, "trainer.ema_momentum=0.5", store=tmp_path)
    result = experiment.run()
    trained = result.trained
    averages = trained.built.optimizer._model_variables_moving_average
    for variable, average in zip(trained.model.trainable_variables, averages, strict=True):
        tf.debugging.assert_equal(variable.value, average.value)
    assert result.metrics["test/loss"] == pytest.approx(
        trained.built.evaluation(trained.prepared.batches.evaluation["test"])["loss"], rel=1e-6
    )


SEVERAL, AUTO, BFLOAT16 = "trainer.steps_per_execution=3", "trainer.xla=auto", "trainer.precision=bfloat16"


@pytest.mark.parametrize("option", [AUTO, SEVERAL, BFLOAT16])
@pytest.mark.slow
def test_options_of_the_trainer_train_and_are_logged(tiny, tmp_path, option):
    result = tiny(*PLAIN, option, store=tmp_path).run()
    metrics = mlflow.MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").get_run(result.run_id).data.metrics
    assert len(history(tmp_path, result.run_id)) == 8
    assert ("xla/milliseconds_with" in metrics) == (option == AUTO)
    assert ("time/input_share" in metrics) == (option != SEVERAL)


@pytest.mark.slow
def test_linear_scaling_multiplies_the_learning_rate(tiny, tmp_path):
    plain, scaled = tiny(*PLAIN), tiny(*PLAIN, "trainer.base_batch_size=4")
    rates = []
    for experiment in (plain, scaled):
        built = experiment.build(experiment.prepare())
        batch = next(iter(built.prepared.batches.train(0)))
        rates.append([built.step(batch)["learning_rate"] for _ in range(3)])
    assert rates[1] == pytest.approx([2 * rate for rate in rates[0]])  # batches of 8


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((*TWO, "stages.batch.batch_size=9"), r"shared out to 2 replicas.*multiple of 2\. Received: a batch of 9 rows"),
        (("trainer.micro_batches=3",), r"shared out to 3 micro-batches.*multiple of 3\. Received: a batch of 8 rows"),
        (("trainer.precision=float16",), r"float16 is for GPUs.*Received: trainer\.precision=float16 on .*CPU:0"),
        (("trainer.ema_momentum=1.5",), r"a number above 0 and below 1.*Received: trainer\.ema_momentum=1\.5"),
        (("trainer.micro_batches=0",), r"an integer from 1 up\. Received: trainer\.micro_batches=0"),
        (("strategy=mirrored", "strategy.devices=[CPU:0,TPU:0]"), r"no such device"),
        (("trainer.precision=half",), r"trainer\.precision.*Received: trainer\.precision=half"),
    ],
)
def test_what_does_not_fit_is_told(tiny, tmp_path, options, message):
    with pytest.raises(ConfigError, match=message):
        tiny(*options, store=tmp_path).run()


@pytest.mark.slow
@pytest.mark.parametrize("where", [(), TWO], ids=["single", "mirrored"])
def test_killed_at_random_a_run_ends_as_if_it_had_not_been(tmp_path, tiny_overrides, where):
    few = ["+experiment=nli_bert", *tiny_overrides, "model.dropout=0.1", "trainer.epochs=6", "trainer.log_every=1"]
    overrides = [*few, "dataset.num_pairs=600", "trainer.checkpoint_every=7", "reports={}", *where]
    comparison = kill_and_resume(overrides, 3, tmp_path)
    assert comparison.same, str(comparison)
    assert comparison.kills >= 2
