"""A run is found by its id, by the start of it, or as the latest; what is not found is told with the way out."""

from __future__ import annotations

import re

import mlflow
import pytest

from tfd2l.errors import TrackingError
from tfd2l.tracking.find_run import find_run, has_model, runs_where
from tfd2l.tracking.tracked_run import TrackedRun

DIGITS = 16  # that a run id may start with


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A client and the ids of one run more than there are first digits, in two MLflow experiments."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    runs = [TrackedRun.start(uri, f"of {n % 2}", f"run {n}", {}, None) for n in range(DIGITS + 1)]
    runs[3].end("FINISHED")
    runs[4].end("FAILED")
    return mlflow.MlflowClient(uri), [run.run_id for run in runs]


def shortest_prefix(wanted, ids):
    """The shortest start of an id that no other id has."""
    return next(
        wanted[:length]
        for length in range(1, len(wanted))
        if sum(run_id.startswith(wanted[:length]) for run_id in ids) == 1
    )


def test_a_run_is_found_by_its_id_and_by_the_shortest_start_that_is_its_own(store):
    client, ids = store
    for run_id in ids:
        assert find_run(client, run_id).info.run_id == run_id
        assert find_run(client, shortest_prefix(run_id, ids)).info.run_id == run_id


def test_a_start_of_several_runs_lists_them(store):
    client, ids = store
    first = next(run_id[0] for run_id in ids if sum(other.startswith(run_id[0]) for other in ids) > 1)
    with pytest.raises(TrackingError, match=f"^Several runs start with '{first}': ") as caught:
        find_run(client, first, received=f"resume={first}")
    named = re.findall(r"([0-9a-f]{32}) \(run \d+, \w+, ", str(caught.value))
    assert len(named) > 1
    assert all(run_id.startswith(first) for run_id in named)
    assert str(caught.value).endswith(f"Received: resume={first}")


@pytest.mark.parametrize("wanted", ["nope", "%", "_", "a'b", ""])
def test_what_starts_no_run_is_told(store, wanted):
    client, _ = store
    with pytest.raises(TrackingError, match=f"^No run starts with .* `tfd2l ui` shows the runs.*Received: {wanted}$"):
        find_run(client, wanted)


def test_a_mistyped_id_has_a_nearest(store):
    client, ids = store
    mistyped = ids[0][:-1] + ("0" if ids[0][-1] != "0" else "1")
    with pytest.raises(TrackingError, match=f"Did you mean '{ids[0]}'"):
        find_run(client, mistyped)


def test_latest_is_the_last_run_that_finished_with_a_model_if_that_is_asked(store):
    client, ids = store
    found = find_run(client, "latest")
    assert found.info.run_id == ids[3]
    assert not has_model(found)
    with pytest.raises(TrackingError, match=r"^No finished run with a model yet: .*Received: latest$"):
        find_run(client, "latest", with_model=True)


def test_a_deleted_run_is_said_to_be_deleted(store):
    client, ids = store
    run = client.create_run(client.get_run(ids[0]).info.experiment_id)
    client.delete_run(run.info.run_id)
    with pytest.raises(TrackingError, match=r"is deleted; `mlflow runs restore --run-id RUN`"):
        find_run(client, run.info.run_id)


def test_runs_are_all_found_where_the_store_gives_few_at_once(store, monkeypatch):
    client, ids = store
    monkeypatch.setattr("tfd2l.tracking.find_run.PAGE", 5)
    assert {run.info.run_id for run in runs_where(client, "")} == set(ids)
