"""Which store runs go to, and that a store which cannot be written is found out at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tfd2l.config.paths import checkout
from tfd2l.errors import TrackingError
from tfd2l.tracking.store import artifact_folder, local_folder, require_writable, sqlite_file, tracking_uri


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


def test_a_store_above_the_working_directory_is_used(tmp_path, monkeypatch):
    (tmp_path / "mlruns").mkdir()
    (tmp_path / "a" / "b").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b")
    assert local_folder() == tmp_path / "mlruns"
    assert tracking_uri(None) == f"sqlite:///{tmp_path}/mlruns/mlflow.db"


def test_elsewhere_the_checkouts_store_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert local_folder() == (checkout() or tmp_path) / "mlruns"


def test_configuration_goes_before_environment(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:1")
    assert tracking_uri(None) == "http://127.0.0.1:1"
    assert tracking_uri("sqlite:////x/y.db") == "sqlite:////x/y.db"


def test_artifacts_lie_beside_the_database():
    assert sqlite_file("sqlite:////x/y.db") == Path("/x/y.db")
    assert artifact_folder("sqlite:////x/y.db") == Path("/x/artifacts")
    assert sqlite_file("http://127.0.0.1") is artifact_folder("http://127.0.0.1") is None


@pytest.mark.parametrize("uri", ["sqlite:////proc/nowhere/mlflow.db", "sqlite:////dev/null/mlflow.db"])
def test_a_store_that_cannot_be_written_is_named(uri):
    with pytest.raises(TrackingError, match=rf"cannot be written.*Received: tracking\.uri='{uri}'"):
        require_writable(uri)


def test_a_relative_path_is_meant_from_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert tracking_uri("sqlite:///mlflow.db") == f"sqlite:///{tmp_path}/mlflow.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///a b/c#/mlflow.db?timeout=30")
    assert tracking_uri(None) == f"sqlite:///{tmp_path}/a b/c#/mlflow.db?timeout=30"
    assert sqlite_file(tracking_uri(None)) == tmp_path / "a b" / "c#" / "mlflow.db"


@pytest.mark.parametrize(
    ("name", "quoted"), [("c#", "c#"), ("50% ü", "50% ü"), ("a%23b", "a%2523b"), ("what?", "what%3F")]
)
def test_a_path_is_quoted_where_it_would_be_read_as_another(name, quoted, tmp_path, monkeypatch):
    (tmp_path / name / "mlruns").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / name)
    uri = tracking_uri(None)
    assert uri == f"sqlite:///{tmp_path}/{quoted}/mlruns/mlflow.db"
    assert tracking_uri(uri) == uri
    assert sqlite_file(uri) == tmp_path / name / "mlruns" / "mlflow.db"
    assert artifact_folder(uri) == tmp_path / name / "mlruns" / "artifacts"


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        (
            "sqlite:////tmp/what?/mlflow.db",
            r"is written %3F\. Received: tracking\.uri='sqlite:////tmp/what\?/mlflow\.db'",
        ),
        ("sqlite://", r"A SQLite store is a file.*Received: tracking\.uri='sqlite://'"),
        ("sqlite:///:memory:", r"A SQLite store is a file"),
    ],
)
def test_what_is_no_file_is_refused(uri, told):
    with pytest.raises(TrackingError, match=told):
        require_writable(tracking_uri(uri))


def test_an_error_names_the_variable_that_the_store_comes_from(monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "./mlruns")
    with pytest.raises(TrackingError, match=r"Received: MLFLOW_TRACKING_URI='\./mlruns'$"):
        require_writable(tracking_uri(None))


@pytest.mark.parametrize("uri", ["mlruns", "file:///tmp/mlruns"])
def test_the_old_file_store_is_refused_with_the_way_out(uri):
    with pytest.raises(TrackingError, match="use SQLite"):
        require_writable(uri)


@pytest.mark.parametrize("uri", ["http://127.0.0.1:9", "https://127.0.0.1:9/mlflow", "http://127.0.0.1:99999"])
def test_a_server_that_does_not_answer_is_named_at_once(uri):
    with pytest.raises(TrackingError, match=rf"^No MLflow server answers there: .*Received: tracking\.uri='{uri}'$"):
        require_writable(uri)


def test_a_new_folder_is_made_and_left_clean(tmp_path):
    require_writable(f"sqlite:///{tmp_path}/new/mlflow.db")
    assert list((tmp_path / "new").iterdir()) == []
