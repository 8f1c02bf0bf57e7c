"""One run in a real SQLite store: what is logged can be read back, and how a run ends is said."""

from __future__ import annotations

import dataclasses
import json
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import pytest
from matplotlib.figure import Figure

from tfd2l.data.info import NO_DATA
from tfd2l.errors import TrackingError
from tfd2l.tracking.find_run import runs_where
from tfd2l.tracking.metric_logger import MetricLogger
from tfd2l.tracking.run_record import record_data
from tfd2l.tracking.store import artifact_folder
from tfd2l.tracking.tracked_run import ERROR_TAG, TrackedRun
from tfd2l.training.position import Position


@pytest.fixture(scope="module")
def uri(tmp_path_factory):
    return f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"


@pytest.fixture
def run(uri):
    return TrackedRun.start(uri, "test", "a run", {"mine": "yes"}, None)


def read(run):
    return run.client.get_run(run.run_id)


def artifacts(run, path=None):
    found = []
    for item in run.client.list_artifacts(run.run_id, path):
        found += artifacts(run, item.path) if item.is_dir else [item.path]
    return sorted(found)


def test_many_and_long_parameters_are_logged(run):
    run.log_params({f"p{number}": number for number in range(250)} | {"long": "x" * 10_000})
    params = read(run).data.params
    assert len(params) == 251
    assert params["p249"] == "249"
    assert len(params["long"]) == 6000


def test_metrics_keep_step_and_time(run):
    run.log_metric_rows([(step, 1000 + step, {"a": step / 2, "b": -step}) for step in range(700)])
    history = run.client.get_metric_history(run.run_id, "a")
    assert [(m.step, m.timestamp, m.value) for m in history] == [(s, 1000 + s, s / 2) for s in range(700)]


def test_figures_tables_texts_and_folders_become_artifacts(run, tmp_path):
    (tmp_path / "note.txt").write_text("note")
    run.log_figure(Figure(), "figures/empty.png")
    run.log_table({"word": ["ä", "b"], "n": [1, 2]}, "tables/t.json")
    run.log_json({"x": 1}, "x.json")
    run.log_folder(tmp_path, "folder")
    with run.writing("made") as folder:
        (folder / "new.txt").write_text("new")
    assert artifacts(run) == [
        "figures/empty.png",
        "folder/note.txt",
        "made/new.txt",
        "tables/t.json",
        "x.json",
    ]
    table = json.loads(Path(run.client.download_artifacts(run.run_id, "tables/t.json")).read_text())
    assert table == {"columns": ["word", "n"], "data": [["ä", 1], ["b", 2]]}


def test_a_table_takes_the_place_of_an_earlier_one(run):
    for values in ([1, 2], [None, 0.5], [3]):
        run.log_table({"n": values}, "t.json")
        run.log_table({"n": values}, "tables/t.json")
    for path in ("t.json", "tables/t.json"):
        table = json.loads(Path(run.client.download_artifacts(run.run_id, path)).read_text())
        assert table == {"columns": ["n"], "data": [[3]]}


def test_a_good_end(run):
    with run.closing():
        assert read(run).info.status == "RUNNING"
    assert read(run).info.status == "FINISHED"
    assert ERROR_TAG not in read(run).data.tags


ODD = (
    "trainer.learning_rate_multipliers..*kernel",
    "a, (b)",
    "ü 日本",
    "../../x",
    "/",
    "",
    "x" * 300,
    "x" * 299 + "y",
    "50%",
    "_x2a_",
)


def test_names_of_users_are_kept_whatever_they_are(run, tmp_path):
    run.log_params(dict.fromkeys(ODD, "p"))
    run.log_tags(dict.fromkeys(ODD, "t"))
    run.log_metrics(dict.fromkeys(ODD, 1.0))
    stored = run.stored()
    for entries in (stored.data.params, stored.data.tags, stored.data.metrics):
        assert {name for name in ODD if len(name) < 300} <= set(entries)
        assert len([name for name in entries if name.startswith("xxx")]) == 2
    assert runs_where(run.client, f"attributes.run_id = '{run.run_id}'")[0].data.params == stored.data.params


def test_artifacts_stay_in_the_folder_of_their_run(run, tmp_path):
    folder = Path(url2pathname(urlparse(read(run).info.artifact_uri).path))
    for number, name in enumerate(ODD):
        run.log_text(str(number), f"{name}/{name}.txt")
        run.log_table({"n": [number]}, f"tables/{name}.json")
        run.log_table({"n": [number]}, f"tables/{name}.json")  # it takes the other's place
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert len(files) == 2 * len(ODD) == len(artifacts(run))
    assert sorted(int(file.read_text()) for file in files if file.suffix == ".txt") == [*range(len(ODD))]


def test_an_experiment_of_any_name_keeps_its_artifacts_in_the_store(uri):
    for name in (*filter(None, ODD), "x" * 600):
        started = TrackedRun.start(uri, name, name, {"a": "x" * 9000}, None)
        folder = Path(url2pathname(urlparse(read(started).info.artifact_uri).path)).resolve()
        assert folder.parents[2] == artifact_folder(uri)
        kept = started.client.get_experiment(read(started).info.experiment_id).name
        assert kept == name or (len(name) > 500 and len(kept) == 500)


def test_what_mlflow_would_not_take_whole_is_cut_and_told(run, caplog):
    with caplog.at_level("INFO", "tfd2l"):
        run.log_params({"words": "w" * 7000})
        run.log_tags({"page": "p" * 9000, "file": "half \udc80, nul \0"})
    assert "parameter 'words' has 7000 characters; MLflow keeps the first 6000" in caplog.text
    assert "tag 'page' has 9000 characters; MLflow keeps the first 8000" in caplog.text
    assert read(run).data.tags["file"] == r"half \udc80, nul \x00"


def test_numbers_that_are_none_are_logged(run):
    run.log_metrics({"nan": math.nan, "inf": math.inf, "less": -math.inf})
    metrics = read(run).data.metrics
    assert math.isnan(metrics["nan"])
    assert metrics["inf"] == -metrics["less"] > 1e308  # a database holds no infinity


@pytest.mark.parametrize(
    ("error", "status", "reason"),
    [
        (ValueError("no good"), "FAILED", "ValueError: no good"),
        (KeyboardInterrupt(), "KILLED", "interrupted"),
        (SystemExit(3), "FAILED", "SystemExit: 3"),
    ],
    ids=["bug", "Ctrl-C", "exit"],
)
def test_a_bad_end_is_marked_with_its_reason(run, error, status, reason):
    with pytest.raises(type(error)), run.closing():
        raise error
    assert (read(run).info.status, read(run).data.tags[ERROR_TAG]) == (status, reason)


def test_children_know_their_parent(uri, run):
    child = TrackedRun.start(uri, "test", "child", {}, run.run_id)
    assert read(child).data.tags["mlflow.parentRunId"] == run.run_id
    assert read(child).info.experiment_id == read(run).info.experiment_id


def test_a_server_that_is_no_mlflow_server_is_named(monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:  # answers 501 to everything
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        uri = f"http://127.0.0.1:{server.server_port}"
        with pytest.raises(TrackingError, match=rf"cannot be opened.*Received: tracking\.uri='{uri}'"):
            TrackedRun.start(uri, "test", "x", {}, None)
        server.shutdown()


def test_metric_logger_logs_means_over_steps_at_the_global_step(run):
    position = Position()
    logger = MetricLogger(run, position, log_every=2)
    for step in range(1, 6):
        position.step = step
        times = {"input_seconds": 1.0, "compute_seconds": 3.0, "examples": 8.0}
        logger.on_train_batch_end(step - 1, {"loss": float(step), "accuracy": step / 10, "learning_rate": 0.1, **times})
    logger.on_test_end({"val_loss": 4.0})
    logger.on_epoch_end(0, {"loss": 3.0, "val_loss": 4.0})
    logger.on_train_end()

    def history(name):
        return [(m.step, m.value) for m in run.client.get_metric_history(run.run_id, name)]

    assert history("train/loss") == [(2, 1.5), (4, 3.5), (5, 5.0)]
    assert history("train/accuracy") == [(2, 0.2), (4, 0.4), (5, 0.5)]
    assert history("time/input_share") == [(2, 0.25), (4, 0.25), (5, 0.25)]
    assert history("time/examples_per_second") == [(2, 2.0), (4, 2.0), (5, 2.0)]
    assert history("time/step_milliseconds") == [(2, 4000.0), (4, 4000.0), (5, 4000.0)]
    assert history("epoch/loss") == [(5, 3.0)]
    assert history("validation/loss") == [(5, 4.0)]


def test_what_was_counted_is_in_tags_whatever_it_is(run):
    data = dataclasses.replace(NO_DATA, counts={"boxes, of which nothing is left (cut off)": 3, "images": 1})
    record_data(run, data, steps_per_epoch=1)
    assert read(run).data.tags["data.counted"] == "3 boxes, of which nothing is left (cut off)\n1 images"
