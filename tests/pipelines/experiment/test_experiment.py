"""A whole run: what it leaves in the store, that it repeats, and that a failure is told."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import keras
import mlflow
import numpy as np
import pytest
import yaml

import tfd2l
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.errors import ComponentError, Tfd2lError
from tfd2l.pipelines.experiment.experiment import Experiment
from tfd2l.pipelines.experiment.failed_reports import WARNING_TAG
from tfd2l.pipelines.experiment.resume import MADE_TAG, digest, made_by
from tfd2l.tracking import environment
from tfd2l.tracking.run_record import PREDICT_TAG
from tfd2l.tracking.tracked_run import ERROR_TAG, NOTE_TAG


def artifacts(client, run_id, path=None):
    found = []
    for item in client.list_artifacts(run_id, path):
        found += artifacts(client, run_id, item.path) if item.is_dir else [item.path]
    return found


def load(client, run_id, path):
    return Path(client.download_artifacts(run_id, path)).read_text()


def test_a_run_leaves_alone_what_mlflow_does_in_the_same_process(notebook, finished_run):
    _, result, client = finished_run
    theirs = mlflow.MlflowClient(notebook.uri)
    before, after = notebook.states
    assert after == before
    assert before["tracking_uri"] == notebook.uri != result.tracking_uri
    assert before["active_run"] == notebook.run_id
    run = theirs.get_run(notebook.run_id)
    assert (run.data.params, run.data.metrics, run.outputs.model_outputs) == ({}, {}, [])
    assert theirs.list_artifacts(notebook.run_id) == []
    assert [run.info.run_id for run in theirs.search_runs(["1"])] == [notebook.run_id]
    assert client.get_experiment(client.get_run(result.run_id).info.experiment_id).name == "nli_bert"


def test_a_run_logs_parameters_tags_and_a_page_to_read(finished_run):
    trained, result, client = finished_run
    run = client.get_run(result.run_id)
    assert run.info.status == "FINISHED"
    assert result.failed_reports == {}
    assert WARNING_TAG not in run.data.tags
    assert client.get_experiment(run.info.experiment_id).name == "nli_bert"
    params = run.data.params
    assert (params["optimizer.name"], params["seed"], params["stages.batch.batch_size"]) == ("adamw", "3", "8")
    assert params["schedule.learning_rate"] == params["optimizer.learning_rate"]
    tags = run.data.tags
    assert (tags["data.source"], tags["seed"]) == ("embedded", "3")
    assert tags["data.fingerprint"] == trained.prepared.raw.fingerprint
    assert sum(int(tags[f"data.{split}"]) for split in ("train", "validation", "test")) == 240
    assert tags["version.keras"] == keras.__version__
    assert "CPU:0" in tags["devices"]
    assert tags["mlflow.source.name"] == environment.command()
    assert tags["mlflow.user"] == environment.user()
    assert tags[MADE_TAG] == digest(made_by(trained.built.config))
    kind = client.get_experiment(client.get_run(result.run_id).info.experiment_id).tags["mlflow.experimentKind"]
    assert kind == "custom_model_development"
    page = tags[NOTE_TAG]
    assert f"| test/accuracy | {result.metrics['test/accuracy']:.4f} |" in page
    example = trained.prepared.splits["test"].as_numpy_iterator().next()
    typed = [word for key in ("premise", "hypothesis") for word in (f"--{key}", example[key].decode())]
    command = tags[PREDICT_TAG]
    assert shlex.split(command) == ["tfd2l", "predict", result.run_id, "--uri", result.tracking_uri, *typed]
    assert f"```\n{command}\n```" in page
    assert f"weights after the last step ({trained.built.plan.total_steps}; epoch 2)" in page
    assert run.info.run_name == "nli_bert bert_classifier nli_embedded adamw"
    assert client.get_experiment(run.info.experiment_id).tags[NOTE_TAG] == trained.built.config["description"]


def test_the_exported_model_has_parameters_and_measures_and_the_run_its_data(finished_run):
    trained, result, client = finished_run
    run, model = client.get_run(result.run_id), client.get_logged_model(result.model_uri.removeprefix("models:/"))
    assert model.status == "READY"
    assert model.params == run.data.params
    assert {metric.key: metric.value for metric in model.metrics} == {
        key: value for key, value in run.data.metrics.items() if key in result.metrics and "/" in key
    }
    assert {metric.dataset_name for metric in model.metrics} == {"nli_embedded (test)"}
    inputs = {one.dataset.name: one.dataset.digest for one in run.inputs.dataset_inputs}
    assert inputs == {f"nli_embedded ({split})": trained.prepared.info.fingerprint for split in trained.prepared.splits}


def test_a_run_logs_metrics_by_step_and_epoch_with_its_times(finished_run):
    trained, result, client = finished_run
    steps, total = trained.prepared.batches.steps_per_epoch, trained.built.plan.total_steps
    assert total == 2 * steps

    def history(name):
        return [(metric.step, metric.value) for metric in client.get_metric_history(result.run_id, name)]

    assert [step for step, _ in history("validation/accuracy")] == [steps, total]
    assert [value for _, value in history("validation/loss")] == pytest.approx(
        [logs["val_loss"] for logs in trained.history]
    )
    logged = [step for step, _ in history("train/loss")]
    assert logged == sorted(set(logged))
    assert logged[-1] == total
    for name in ("time/examples_per_second", "time/step_milliseconds", "time/input_share", "train/learning_rate"):
        assert [step for step, _ in history(name)] == logged
    assert history("test/accuracy") == [(total, pytest.approx(result.metrics["test/accuracy"]))]


def test_a_run_keeps_configuration_figures_tables_and_data(finished_run):
    trained, result, client = finished_run
    kept = set(artifacts(client, result.run_id))
    expected = {
        "config/config.yaml", "config/components.json", "environment.json", "data/data.json", "data/vocabulary.txt",
        "figures/learning_curves.png", "figures/confusion_matrix_test.png", "tables/predictions_test.json",
        "figures/attention_test_0.png", "figures/attention_test_2.png", "figures/schedule.png",
        "checkpoint/model.keras",
    }  # fmt: skip
    assert expected <= kept
    assert yaml.safe_load(load(client, result.run_id, "config/config.yaml")) == trained.built.config
    owners = json.loads(load(client, result.run_id, "config/components.json"))
    assert owners["optimizer"].startswith("adamw (tfd2l ")
    assert owners["stages.pack"].endswith("tfd2l.stages.pack_pair:PackPair)")
    vocabulary = load(client, result.run_id, "data/vocabulary.txt").splitlines()
    assert tuple(vocabulary) == trained.prepared.info.fact(Vocabulary).tokens
    table = json.loads(load(client, result.run_id, "tables/predictions_test.json"))
    right = [row[table["columns"].index("right")] for row in table["data"]]
    assert right == sorted(right)  # "NO" before "yes"
    assert right.count("yes") == round(result.metrics["test/accuracy"] * len(right))


def test_the_served_graph_agrees_with_evaluation(finished_run):
    trained, result, _ = finished_run
    predictions = trained.predictions("test")
    truth = [trained.prepared.raw.class_names[target] for target in predictions.targets]
    right = np.mean([label == said for label, said in zip(truth, predictions.decoded["label"], strict=True)])
    assert right == pytest.approx(result.metrics["test/accuracy"])
    probability = np.array(predictions.decoded["probabilities"])[range(len(truth)), predictions.targets]
    assert -np.log(probability).mean() == pytest.approx(result.metrics["test/loss"], rel=1e-4)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_run_and_another_seed_another(tiny):
    def trained(seed: int) -> list[dict[str, float]]:
        experiment = tiny(f"seed={seed}", "trainer.max_steps=5", "trainer.max_eval_steps=2", "~callbacks.progress")
        return experiment.fit(experiment.build(experiment.prepare())).history

    first = trained(1)
    assert trained(1) == first
    assert trained(2) != first


def test_overfit_learns_one_batch_by_heart(tiny):
    experiment = tiny("debug=overfit", "model.dropout=0.0", "optimizer.learning_rate=0.01", "trainer.epochs=9")
    trained = experiment.fit(experiment.build(experiment.prepare()))
    assert trained.history[-1]["loss"] < 0.05
    assert trained.history[-1]["val_accuracy"] == 1.0


@pytest.mark.slow
def test_profile_keeps_a_trace(tiny, tmp_path):
    import mlflow

    result = tiny("debug=profile", "reports=null", "tracking.log_model=false", store=tmp_path).run()
    kept = artifacts(mlflow.MlflowClient(result.tracking_uri), result.run_id)
    assert any(path.startswith("profile/") and path.endswith(".xplane.pb") for path in kept)


def test_weights_and_vocabulary_come_from_an_earlier_run(finished_run):
    earlier, result, _ = finished_run
    uri = f"tracking.uri={result.tracking_uri}"
    sizes = ["model=bert_pretrained", f"model.weights=run:{result.run_id}", "dataset.num_pairs=120", "dataset.seed=9"]
    experiment = Experiment.from_config(tfd2l.compose("+experiment=nli_bert", *sizes, "debug=fast", uri))
    built = experiment.build(experiment.prepare())
    assert built.prepared.info.fact(Vocabulary).tokens == earlier.prepared.info.fact(Vocabulary).tokens
    for ours, theirs in zip(built.model.backbone.get_weights(), earlier.model.backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    heads = [p.model.classifier.kernel.numpy() for p in (built, earlier)]
    assert not np.array_equal(*heads)


def test_weights_of_an_unknown_run_are_one_clear_error(finished_run, tiny):
    _, result, _ = finished_run
    wrong = result.run_id[:-1] + "-"
    uri = f"tracking.uri={result.tracking_uri}"
    experiment = tiny("model=bert_pretrained", f"model.weights=run:{wrong}", uri)
    with pytest.raises(Tfd2lError, match=rf"No run starts with '{wrong}'.*Did you mean '{result.run_id}'"):
        experiment.prepare()


def test_a_failure_is_marked_in_the_store_with_its_reason(tiny, tmp_path):
    import mlflow

    with pytest.raises(ComponentError, match=r"boundaries must increase.*Received"):
        tiny("stages.batch.boundaries=[9,5]", store=tmp_path).run()
    (run,) = mlflow.MlflowClient(f"sqlite:///{tmp_path}/mlflow.db").search_runs(["1"])
    assert run.info.status == "FAILED"
    assert "boundaries must increase" in run.data.tags[ERROR_TAG]
