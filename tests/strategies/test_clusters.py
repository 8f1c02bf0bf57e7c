"""Real processes on loopback: parameter servers and several workers, whole and with one of them killed."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

SCRIPT = Path(__file__).with_name("cluster_run.py")
BAG = ("+experiment=nli_bag_of_words", "dataset.num_pairs=400", "trainer.epochs=2", "reports={}")
BERT = (
    "+experiment=nli_bert",
    "dataset.num_pairs=700",
    "model.num_layers=1",
    "model.hidden_dim=16",
    "model.num_heads=2",
    "model.intermediate_dim=16",
    "model.dropout=0.0",
    "trainer.max_steps=50",
    "trainer.epochs=2",
    "reports={}",
)
SERVERS = ("strategy=parameter_server", "strategy.workers=2", "strategy.servers=2")


def start(folder, *overrides, kill="never", name="result", **variables):
    store = f"tracking.uri=sqlite:///{folder}/mlflow.db"
    command = [sys.executable, str(SCRIPT), str(folder / f"{name}.json"), kill, store, *overrides]
    environment = {**os.environ, **variables}
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def finished(folder, process, name="result"):
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0, out
    return json.loads((folder / f"{name}.json").read_text())


def ran(folder, *overrides, **options):
    return finished(folder, start(folder, *overrides, **options))


@pytest.mark.slow
def test_two_workers_and_two_servers_take_the_scheduled_steps_on_every_example_once(tmp_path):
    seen = ran(tmp_path, *BAG, *SERVERS, "model.shards=2")
    assert seen["iterations"] == seen["scheduled"] == len(seen["loss"])
    assert sum(seen["examples"]) == 2 * seen["train"]
    assert max(seen["bytes"]) < 1.1 * min(seen["bytes"])
    places = seen["devices"]
    pieces = [place for path, place in places.items() if path.endswith(("embeddings_0", "embeddings_1"))]
    assert len(set(pieces)) == 2
    for path, place in places.items():  # moments stand beside their variable
        if "embeddings_0_" in path:
            assert place == pieces[0]


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    return ran(tmp_path_factory.mktemp("alone"), *BERT)


def assert_same_steps(seen, alone):
    assert seen["iterations"] == alone["iterations"] == len(alone["loss"]) == 50
    np.testing.assert_allclose(seen["loss"], alone["loss"], rtol=1e-5)
    for name in ("test/loss", "val_loss", "accuracy"):
        assert seen["metrics"][name] == pytest.approx(alone["metrics"][name], rel=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("xla", ["false", "true"])
def test_one_worker_takes_the_steps_of_one_device(tmp_path, alone, xla):
    one = ("strategy=parameter_server", "strategy.workers=1", "strategy.servers=2", f"trainer.xla={xla}")
    assert_same_steps(ran(tmp_path, *BERT, *one), alone)


@pytest.mark.slow
def test_several_processes_take_the_steps_of_one_device(tmp_path, alone):
    with socket.socket() as one, socket.socket() as other:
        for free in (one, other):
            free.bind(("127.0.0.1", 0))
        addresses = [f"127.0.0.1:{free.getsockname()[1]}" for free in (one, other)]
    processes = [
        start(
            tmp_path,
            *BERT,
            "strategy=multi_worker",
            "trainer.micro_batches=2",
            name=f"result{index}",
            TF_CONFIG=json.dumps({"cluster": {"worker": addresses}, "task": {"type": "worker", "index": index}}),
        )
        for index in (0, 1)
    ]
    chief, other = (finished(tmp_path, process, f"result{i}") for i, process in enumerate(processes))
    assert_same_steps(chief, alone)
    assert_same_steps({**other, "metrics": chief["metrics"]}, alone)
    assert chief["run_id"]
    assert not other["run_id"]  # one process logs


@pytest.mark.slow
def test_training_goes_on_when_a_worker_is_killed(tmp_path):
    seen = ran(tmp_path, *BERT, *SERVERS, kill="worker 1 12")
    assert len(seen["loss"]) == seen["scheduled"] == 50
    alone_in_epoch = seen["train"]
    steps = [sum(seen["examples"][:n]) for n in range(51)]
    assert alone_in_epoch in steps  # the first epoch ends having counted every example once
    # A step that the dead worker had begun may have updated before it was done again elsewhere.
    assert 50 <= seen["iterations"] <= 50 + 2


@pytest.mark.slow
def test_the_loss_of_a_server_is_an_interruption_that_a_new_cluster_goes_on_from(tmp_path):
    every = ("trainer.checkpoint_every=10", "resume=auto")
    seen = ran(tmp_path, *BERT, *SERVERS, *every, kill="ps 1 25")
    assert seen["code"] == 75
    assert "parameter server 1 is lost" in seen["interrupted"]
    assert "Step 20 is saved. The same command with `resume=" in seen["interrupted"]
    again = ran(tmp_path, *BERT, *SERVERS, *every)
    assert again["run_id"] in seen["interrupted"]
    assert len(again["loss"]) == 30
    assert again["iterations"] == 50
