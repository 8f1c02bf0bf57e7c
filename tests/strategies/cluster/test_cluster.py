"""What TF_CONFIG may say, and what is answered when it says something else."""

from __future__ import annotations

import json

import pytest

from tfd2l.errors import ConfigError
from tfd2l.strategies.cluster.cluster import Task, task_from_environment
from tfd2l.strategies.multi_worker import multi_worker
from tfd2l.strategies.parameter_server import parameter_server

CLUSTER = {"chief": ["a:1"], "worker": ["b:1", "c:1"], "ps": ["d:1"]}
JOBS = ("chief", "worker", "ps")


def told(monkeypatch, config, needed=JOBS):
    monkeypatch.setenv("TF_CONFIG", config if isinstance(config, str) else json.dumps(config))
    return task_from_environment("some", JOBS, needed)


def test_reads_the_task(monkeypatch):
    task = told(monkeypatch, {"cluster": CLUSTER, "task": {"type": "worker", "index": 1}})
    assert task == Task(CLUSTER, "worker", 1)


def test_nothing_is_told_where_it_is_not_set(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    assert task_from_environment("some", JOBS, JOBS) is None


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ("{cluster", r"is not JSON \(.*\)\. It looks like \{.*Received: TF_CONFIG=\{cluster$"),
        ([1], "has no `cluster` or no `task`"),
        ({"cluster": CLUSTER}, "has no `cluster` or no `task`"),
        ({"cluster": {"workers": ["a:1"]}, "task": {}}, "has a job 'workers'. Did you mean 'worker'"),
        ({"cluster": {"worker": "a:1"}, "task": {}}, "lists for 'worker' something else than addresses host:port"),
        ({"cluster": {"worker": ["a"]}, "task": {}}, "something else than addresses host:port"),
        ({"cluster": {"worker": ["a:1"]}, "task": {}}, "has no task chief and no task ps"),
        (
            {"cluster": CLUSTER, "task": {"type": "worker", "index": 2}},
            "task worker 2, which the cluster does not have",
        ),
        ({"cluster": CLUSTER, "task": {"type": "worker", "index": "0"}}, "task worker 0, which"),
        ({"cluster": CLUSTER, "task": {"index": 0}}, "task None 0, which"),
    ],
)
def test_says_what_is_wrong(monkeypatch, config, message):
    with pytest.raises(ConfigError, match=rf"strategy=some: the environment variable TF_CONFIG .*{message}"):
        told(monkeypatch, config)


def test_strategies_of_clusters_say_what_they_miss(monkeypatch):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    with pytest.raises(ConfigError, match=r"strategy=multi_worker reads.*TF_CONFIG, which is not set.*=mirrored"):
        multi_worker()
    for some in ({}, {"workers": 2}, {"servers": 2}):
        with pytest.raises(ConfigError, match=r"needs either.*`strategy\.workers=2 strategy\.servers=2`, or.*not set$"):
            parameter_server(**some)
    with pytest.raises(ConfigError, match=r"count from 1 up\. Received: 0 workers, 1 servers"):
        parameter_server(0, 1)
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": CLUSTER, "task": {"type": "chief", "index": 0}}))
    with pytest.raises(ConfigError, match=r"not both\. Received: strategy\.workers=1, .* TF_CONFIG set$"):
        parameter_server(1, 1)
