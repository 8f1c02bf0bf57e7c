"""`tfd2l report`: what failed is made later, with the numbers it would have had."""

from __future__ import annotations

from pathlib import Path

import mlflow
import numpy as np
import pytest

import tfd2l
from tfd2l.cli.main import main
from tfd2l.pipelines.experiment.failed_reports import FAILED_TAG, WARNING_TAG, list_failed_labels
from tfd2l.registry import register, unregister
from tfd2l.tracking.tracked_run import NOTE_TAG

SMALL = ("+experiment=nadaraya_watson", "trainer.epochs=2", "callbacks.progress=null")
NEW = ("+reports.values={name: measured_values, offset: 0}", "+reports.bug={name: never_works}")


def measured_values(run, offset: int = 0):
    """Returns numbers of the model, its data and its history; an offset of 0 fails."""
    if offset == 0:
        raise ValueError("offset is not 0")
    values = np.array(run.predict(None, None).decoded["value"])
    return {
        "values/mean": values.mean() + offset,
        "values/loss": run.history[-1]["loss"],
        "values/test": run.test["loss"],
    }


def never_works(run):
    raise KeyError("never")


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    for report in (measured_values, never_works):
        register("report", report.__name__)(report)
    yield f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    for report in (measured_values, never_works):
        unregister("report", report.__name__)


@pytest.fixture(scope="module")
def ran(uri):
    """A run with two reports that failed: its id, its client, and its figures as they were made then."""
    result = tfd2l.Experiment.from_config(tfd2l.compose(*SMALL, *NEW, f"tracking.uri={uri}")).run()
    client = mlflow.MlflowClient(uri)
    assert list(result.failed_reports) == ["values", "bug"]
    return result.run_id, client, figures(client, result.run_id)


def figures(client, run_id):
    paths = [item.path for item in client.list_artifacts(run_id, "figures")]
    return {path: Path(client.download_artifacts(run_id, path)).read_bytes() for path in paths}


def test_what_failed_is_made_later_with_the_numbers_it_would_have_had(ran, uri, capsys):
    run_id, client, _ = ran
    assert main(["report", run_id[:10], "--uri", uri, "values", "reports.values.offset=3"]) == 0
    assert f"made into run {run_id}: values" in capsys.readouterr().out
    other = tfd2l.compose(*SMALL, "+reports.values={name: measured_values, offset: 3}", f"tracking.uri={uri}")
    expected = tfd2l.Experiment.from_config(other).run()
    metrics = client.get_run(run_id).data.metrics
    for name in ("report/values/mean", "report/values/loss", "report/values/test"):
        assert metrics[name] == expected.metrics[name], name
    run = client.get_run(run_id)
    assert run.info.status == "FINISHED"
    assert list_failed_labels(run.data.tags) == ["bug"]
    assert "values (measured_values)" not in run.data.tags[WARNING_TAG] + run.data.tags[NOTE_TAG]
    assert "| report/values/mean |" in run.data.tags[NOTE_TAG]
    assert run.data.tags["tfd2l.report_overrides"] == "reports.values.offset=3"


def test_reports_made_again_are_the_same_and_one_that_fails_again_is_told(ran, uri, capsys):
    run_id, client, before = ran
    assert main(["report", run_id, "--uri", uri, "pooling", "curves", "schedule", "bug"]) == 3
    told = capsys.readouterr()
    assert f"made into run {run_id}: pooling, curves, schedule" in told.out
    assert f"`tfd2l report {run_id} bug`" in told.err.splitlines()[-1]
    assert figures(client, run_id) == before


def test_the_warning_goes_when_nothing_is_missing(ran, uri):
    run_id, client, _ = ran
    mended = ["values", "bug", "reports.values.offset=1", "reports.bug={name: learning_curves}"]
    assert main(["report", run_id, "--uri", uri, *mended]) == 0
    tags = client.get_run(run_id).data.tags
    assert not {WARNING_TAG, FAILED_TAG} & set(tags)
    assert "Reports that failed" not in tags[NOTE_TAG]
    file = Path(client.download_artifacts(run_id, "reports/bug.error.txt"))
    assert file.read_text() == "The report was made later, with `tfd2l report`.\n"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["curve"], "no report 'curve'. Did you mean 'curves'? It has: "),
        (
            ["values", "reports.values.offst=3"],
            "reports.values.offst: no such option. Did you mean 'reports.values.offset'",
        ),
        (["optimizer.learning_rate=1"], "only options of its reports"),
        (["reports.values.offset=[1"], "Not an override"),
        (
            ["values", "dataset.num_train=40", "reports.values.offset=1"],
            "The data are not those that the run was trained",
        ),
    ],
)
def test_what_cannot_be_made_is_told_in_one_paragraph(ran, uri, capsys, typed, told):
    assert main(["report", ran[0], "--uri", uri, *typed]) == 2
    error = capsys.readouterr().err
    assert "Traceback" not in error
    assert told in error


def test_a_run_that_keeps_no_model_is_refused(ran, uri, capsys):
    config = tfd2l.compose(*SMALL, "tracking.log_model=false", f"tracking.uri={uri}")
    run_id = tfd2l.Experiment.from_config(config).run().run_id
    assert main(["report", run_id, "--uri", uri]) == 2
    assert f"Run {run_id} keeps no model" in capsys.readouterr().err
