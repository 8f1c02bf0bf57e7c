"""A report that fails costs a run its figures, never its model; what is left out is told, and can be made later."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace

import mlflow
import pytest
import tensorflow as tf

import tfd2l
from tfd2l.datasets.kernel_regression import kernel_regression
from tfd2l.errors import ConfigError, Interrupted
from tfd2l.pipelines.experiment.failed_reports import WARNING_TAG, describe_failures, list_failed_labels
from tfd2l.pipelines.experiment.reporting import make_reports
from tfd2l.pipelines.sweep.comparison import tabulate_runs
from tfd2l.registry import register, unregister
from tfd2l.reports.base.finished_run import FinishedRun
from tfd2l.tracking.tracked_run import ERROR_TAG, NOTE_TAG

SMALL = (
    "+experiment=nadaraya_watson",
    "trainer.epochs=2",
    "callbacks.progress=null",
    "reports.pooling=null",
    "reports.curves=null",
)


def tells_later(run):
    raise ConfigError("reports: the words are missing. Received: nothing")


def breaks(run):
    return {}["key"]


@pytest.fixture(scope="module")
def registered():
    for report in (tells_later, breaks):
        register("report", report.__name__)(report)
    yield
    for report in (tells_later, breaks):
        unregister("report", report.__name__)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"


@pytest.fixture(scope="module")
def run_with_failures(registered, store):
    """A run whose first two reports fail: its result, and its run in the store."""
    first = [
        "+reports.told={name: tells_later}",
        "+reports.bug={name: breaks}",
        "+reports.last={name: learning_curves}",
    ]
    config = tfd2l.compose(*SMALL, *first, f"tracking.uri={store}")
    result = tfd2l.Experiment.from_config(config).run()
    return result, mlflow.MlflowClient(store).get_run(result.run_id)


@pytest.fixture
def measure(registered):
    """A function that makes a report which returns `numbers`: what was made, and (name, value, step) as logged."""

    def run(numbers):
        register("report", "numbers")(lambda run: numbers)
        logged, texts = [], []
        tracked = SimpleNamespace(
            log_metrics=lambda metrics, step: logged.extend((*pair, step) for pair in metrics.items()),
            log_text=lambda text, path: texts.append(path),
        )
        history = [{"loss": 1.0, "val_loss": 2.0}]
        finished = FinishedRun(tracked, object(), history=history, test={"loss": 3.0}, total_steps=7)
        try:
            return make_reports({"one": {"name": "numbers"}}, finished, tracked), logged
        finally:
            unregister("report", "numbers")

    return run


def test_numbers_that_reports_return_are_logged_at_the_last_step_and_replace_no_metric(measure):
    numbers = {"test/map50": 0.25, "test/loss": 0.5, "validation/loss": 0.75, "height": 1}
    made, logged = measure(numbers)
    names = ("test/map50", "report/test/loss", "report/validation/loss", "report/height")
    assert made.metrics == dict(zip(names, numbers.values(), strict=True))
    assert logged == [(name, value, 7) for name, value in made.metrics.items()]
    assert measure(None)[0].metrics == {}


@pytest.mark.parametrize("returned", [0.5, ["test/loss"], {"test/loss": "low"}])
def test_a_report_that_returns_something_else_fails_with_what_it_returned(measure, returned):
    made, logged = measure(returned)
    assert "is to return the numbers that it measured" in made.failed[0].reason
    assert made.failed[0].reason.endswith(f"Received: {returned!r}")
    assert (made.metrics, logged) == ({}, [])


def paths(store, run_id, folder):
    return {item.path for item in mlflow.MlflowClient(store).list_artifacts(run_id, folder)}


def test_a_run_whose_reports_fail_is_finished_with_a_warning(run_with_failures):
    result, run = run_with_failures
    assert run.info.status == "FINISHED"
    assert ERROR_TAG not in run.data.tags
    assert list_failed_labels(run.data.tags) == ["told", "bug"]
    assert result.failed_reports == {
        "told": "reports: the words are missing. Received: nothing", "bug": "KeyError: 'key'"
    }  # fmt: skip
    for told in ("told (tells_later): reports: the words are missing. Received: nothing", "bug (breaks): KeyError"):
        assert told in run.data.tags[WARNING_TAG]
        assert told in run.data.tags[NOTE_TAG]


def test_model_and_other_reports_are_kept(run_with_failures, store):
    result, run = run_with_failures
    assert paths(store, result.run_id, "figures") == {"figures/schedule.png", "figures/learning_curves.png"}
    assert paths(store, result.run_id, "checkpoint") == {"checkpoint/model.keras"}
    assert result.model_uri
    assert run.outputs.model_outputs
    assert f"tfd2l predict {result.run_id}" in run.data.tags[NOTE_TAG]


def test_the_traceback_of_a_report_is_kept(run_with_failures, store):
    result, _ = run_with_failures
    assert paths(store, result.run_id, "reports") == {"reports/told.error.txt", "reports/bug.error.txt"}
    file = mlflow.MlflowClient(store).download_artifacts(result.run_id, "reports/bug.error.txt")
    assert 'return {}["key"]' in Path(file).read_text()


def test_reports_that_cannot_be_made_are_refused_before_training(store, monkeypatch):
    reports = [
        "+reports.pooling.split=tset",
        "+reports.matrix={name: confusion_matrix}",
        "+reports.map={name: vector_map}",
    ]
    composed = tfd2l.compose("+experiment=nadaraya_watson", *reports, "name=refused", f"tracking.uri={store}")
    experiment = tfd2l.Experiment.from_config(composed)
    monkeypatch.setattr(experiment, "fit", lambda *arguments: pytest.fail("it trains"))
    with pytest.raises(ConfigError, match=r"^3 mistakes in the configuration") as caught:
        experiment.run()
    for told in (
        "reports.pooling: attention_pooling: The data have no examples of the split 'tset'. Did you mean 'test'?",
        "reports.matrix: confusion_matrix: The report is about the classes of examples, and the data have none",
        "reports.map: vector_map: The report needs a decoder that gives vector: `decoder=nearest_words`",
    ):
        assert told in str(caught.value)
    client = mlflow.MlflowClient(store)
    (run,) = client.search_runs([client.get_experiment_by_name("refused").experiment_id])
    assert run.info.status == "FAILED"


def test_a_decoder_that_does_not_go_with_the_model_is_refused_before_training(store, monkeypatch):
    def fails():
        return lambda outputs, inputs: {"value": tf.matmul(outputs, outputs)}

    composed = tfd2l.compose(*SMALL, f"tracking.uri={store}", "name=undecoded")
    composed.decoder = {"name": "fails"}
    register("decoder", "fails")(fails)
    try:
        experiment = tfd2l.Experiment.from_config(composed)
        monkeypatch.setattr(experiment, "fit", lambda *arguments: pytest.fail("it trains"))
        with pytest.raises(ConfigError, match="the decoder cannot compute with these values"):
            experiment.run()
    finally:
        unregister("decoder", "fails")


@pytest.mark.parametrize(("kept", "measured"), [(("train", "validation"), "validation"), (("train",), "train")])
def test_without_a_test_split_results_and_reports_are_of_the_one_that_is_there(store, kept, measured):
    def without(num_train: int = 50):
        splits, info = kernel_regression(num_train)
        sizes = {split: info.sizes[split] for split in kept}
        return {split: splits[split] for split in kept}, dataclasses.replace(info, sizes=sizes)

    register("dataset", "without")(without)
    try:
        composed = tfd2l.compose("+experiment=nadaraya_watson", "trainer.epochs=2", "callbacks.progress=null",
                                 f"tracking.uri={store}", f"name=only_{measured}")  # fmt: skip
        composed.dataset = {"name": "without"}
        result = tfd2l.Experiment.from_config(composed).run()
    finally:
        unregister("dataset", "without")
    assert result.failed_reports == {}
    assert {name.partition("/")[0] for name in result.metrics if "/" in name} == {measured}
    assert f"{measured}/loss" in result.metrics
    assert f"figures/attention_pooling_{measured}.png" in paths(store, result.run_id, "figures")
    run = mlflow.MlflowClient(store).get_run(result.run_id)
    assert run.data.tags["data.measured_on"] == measured
    assert run.outputs.model_outputs
    table = tabulate_runs([run], [])
    assert ("epoch/loss" if measured == "train" else "validation/loss") in table


def test_a_run_that_keeps_no_model_keeps_it_if_a_report_fails(registered, store):
    only = ["+reports.bug={name: breaks}", "tracking.log_model=false", f"tracking.uri={store}"]
    result = tfd2l.Experiment.from_config(tfd2l.compose(*SMALL, *only)).run()
    assert result.model_uri is None
    assert paths(store, result.run_id, "checkpoint") == {"checkpoint/model.keras"}


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_a_report_may_be_interrupted(registered, store, error):
    def stops(run):
        raise error

    register("report", "stops")(stops)
    try:
        experiment = tfd2l.Experiment.from_config(
            tfd2l.compose(*SMALL, "+reports.stops={name: stops}", f"tracking.uri={store}", f"name={error.__name__}")
        )
        with pytest.raises(Interrupted if error is KeyboardInterrupt else error):
            experiment.run()
    finally:
        unregister("report", "stops")
    client = mlflow.MlflowClient(store)
    (run,) = client.search_runs([client.get_experiment_by_name(error.__name__).experiment_id])
    assert run.info.status in ("KILLED", "FAILED")


def test_the_weights_of_a_model_whose_graph_cannot_be_exported_are_kept(store, monkeypatch, caplog):
    experiment = tfd2l.Experiment.from_config(tfd2l.compose(*SMALL, "name=no_graph", f"tracking.uri={store}"))

    def fails(*arguments):
        raise ValueError("no graph")

    monkeypatch.setattr("tfd2l.pipelines.experiment.exported.log_served_model", fails)
    with pytest.raises(ValueError, match="no graph"):
        experiment.run()
    client = mlflow.MlflowClient(store)
    (run,) = client.search_runs([client.get_experiment_by_name("no_graph").experiment_id])
    assert run.info.status == "FAILED"
    assert paths(store, run.info.run_id, "checkpoint") == {"checkpoint/model.keras"}
    assert f"kept in run {run.info.run_id}, artifact checkpoint/model.keras" in caplog.text


def test_what_ends_the_process_names_the_command_and_exits_3():
    error = describe_failures({"ab12": ["confusion", "own table"]})
    assert error.exit_code == 3
    assert "`tfd2l report ab12 confusion 'own table'`" in str(error)
    assert str(error).startswith(
        "2 reports failed (their errors are above); the run is finished and its model is kept."
    )


def test_a_sweep_whose_reports_fail_is_finished_and_exits_3(python, install, tmp_path):
    site = install(
        "x-reports",
        {"tfd2l.report": {"bent": "x_bent_report:bent"}},
        {"x_bent_report.py": "def bent(run, bend: bool = True):\n    if bend:\n        raise ValueError('bent')\n"},
    )
    reports = "+reports.bent={name: bent}"
    more = ["-m", "+reports.bent.bend=true,false", "tracking.log_model=false", reports]
    done = python("-m", "tfd2l.pipelines", *SMALL, *more, path=site)
    assert done.code == 3, done.err
    client = mlflow.MlflowClient(f"sqlite:///{tmp_path}/store/mlflow.db")
    runs = client.search_runs([experiment.experiment_id for experiment in client.search_experiments()])
    assert {run.info.status for run in runs} == {"FINISHED"}
    (failed,) = [run for run in runs if list_failed_labels(run.data.tags) == ["bent"]]
    (parent,) = [run for run in runs if "tfd2l.sweep" in run.data.tags]
    assert f"tfd2l report {failed.info.run_id} bent" in parent.data.tags[WARNING_TAG]
    assert f"`tfd2l report {failed.info.run_id} bent`" in done.err.splitlines()[-1]
