"""A run without a model is its reports alone."""

from __future__ import annotations

import mlflow
import pytest
from matplotlib.figure import Figure

import tfd2l
from tfd2l import registry
from tfd2l.config.validate import validate
from tfd2l.errors import ComponentError, ConfigError
from tfd2l.pipelines.experiment.experiment import Experiment
from tfd2l.tracking.tracked_run import NOTE_TAG


@pytest.fixture
def drawing():
    """A registered report that draws a line and returns a number."""

    @registry.register("report", "drawing")
    def drawing(run, height: float = 1.0):
        figure = Figure()
        figure.subplots().plot([0, height])
        run.artifacts.log_figure(figure, "figures/line.png")
        return {"height": height}

    yield
    registry.unregister("report", "drawing")


def config(tmp_path, *overrides, **changes):
    composed = tfd2l.compose(f"tracking.uri=sqlite:///{tmp_path}/mlflow.db", "name=lines", "description=d", *overrides)
    for key, value in changes.items():
        composed[key] = value
    return composed


def test_a_run_of_reports_alone_logs_what_they_draw(drawing, tmp_path):
    composed = config(tmp_path, reports={"line": {"name": "drawing", "height": 2.0}})
    experiment = Experiment.from_config(composed)
    validate(experiment.config)
    result = experiment.run()
    assert (result.metrics, result.model_uri) == ({"report/height": 2.0}, None)
    client = mlflow.MlflowClient(result.tracking_uri)
    run = client.get_run(result.run_id)
    assert (run.info.status, run.info.run_name, run.data.metrics) == ("FINISHED", "lines", {"report/height": 2.0})
    assert [item.path for item in client.list_artifacts(result.run_id, "figures")] == ["figures/line.png"]
    assert run.data.tags[NOTE_TAG].startswith("# lines\n\nd\n")
    assert "illustration" in run.data.tags[NOTE_TAG]
    assert "| report/height | 2.0000 |" in run.data.tags[NOTE_TAG]


def test_a_report_about_a_model_says_that_there_is_none(tmp_path):
    composed = config(tmp_path, reports={"table": {"name": "prediction_table"}})
    with pytest.raises(ComponentError, match=r"about a trained model.*Received: model=null"):
        Experiment.from_config(composed).run()


def test_half_a_run_that_trains_is_told_what_is_missing(tmp_path):
    with pytest.raises(ConfigError, match=r"model: missing.*\n.*loss: missing.*\n.*optimizer: missing"):
        config(tmp_path, "dataset=nli_embedded")
