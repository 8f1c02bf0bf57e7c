"""The exported model: raw strings in, the same answers out, in another process and over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import mlflow
import numpy as np
import pandas as pd
import pytest

from tfd2l.cli.main import main
from tfd2l.tracking.stored_files import fetch_model

PAIRS = pd.DataFrame(
    {
        "premise": ["Two dogs are running in the park.", "A chef is cooking.", "", "日本語 (odd) ümlaut"],
        "hypothesis": ["Animals are outside.", "Nobody is cooking.", "Something.", ""],
    }
)


def test_the_logged_model_answers_as_the_experiment_does(finished_run):
    trained, result, client = finished_run
    answers = mlflow.pyfunc.load_model(str(fetch_model(client, result.run_id))).predict(PAIRS)
    expected = trained.serving({key: PAIRS[key].tolist() for key in PAIRS})
    assert answers["label"].tolist() == expected["label"]
    np.testing.assert_allclose(answers["probabilities"].tolist(), expected["probabilities"], atol=1e-6)


def test_company_does_not_change_an_answer(finished_run):
    trained, _, _ = finished_run
    together = trained.serving({key: PAIRS[key].tolist() for key in PAIRS})
    for row in range(len(PAIRS)):
        alone = trained.serving({key: [PAIRS[key][row]] for key in PAIRS})
        np.testing.assert_allclose(alone["probabilities"][0], together["probabilities"][row], atol=1e-5)


def test_the_model_states_its_signature_and_requirements(finished_run):
    _, result, client = finished_run
    signature = mlflow.models.Model.load(str(fetch_model(client, result.run_id))).signature
    assert signature.inputs.input_names() == ["premise", "hypothesis"]
    assert signature.outputs.input_names() == ["classes", "label", "probability", "probabilities"]


def test_predict_prints_the_answer_to_a_pair(finished_run, capsys):
    trained, result, _ = finished_run
    pair = {"premise": "A chef is cooking.", "hypothesis": "A person is cooking."}
    options = [f"--{key}={value}" for key, value in pair.items()]
    assert main(["predict", result.run_id[:8], "--uri", result.tracking_uri, *options]) == 0
    expected = trained.serving({key: [value] for key, value in pair.items()})
    shown = capsys.readouterr().out
    assert expected["label"][0] in shown
    assert f"{expected['probability'][0]:.4f}" in shown


def test_predict_reads_a_file_of_pairs(finished_run, capsys, tmp_path):
    trained, result, _ = finished_run
    PAIRS.to_json(tmp_path / "pairs.jsonl", orient="records", lines=True)
    assert main(["predict", "latest", "--uri", result.tracking_uri, "--input", str(tmp_path / "pairs.jsonl")]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["premise"] for row in rows] == PAIRS["premise"].tolist()
    assert [row["label"] for row in rows] == trained.serving({k: PAIRS[k].tolist() for k in PAIRS})["label"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--premis", "a", "--hypothesis", "b"], "Did you mean 'premise'?"),
        (["--premise", "a"], "--premise TEXT --hypothesis TEXT"),
        ([], "--premise TEXT --hypothesis TEXT"),
        (["--input", "missing.jsonl"], "missing.jsonl: cannot be read"),
        (["--input", "{bad}"], "bad.jsonl:2: not valid JSON"),
        (["--input", "{short}"], "short.jsonl:1: no key 'hypothesis'"),
    ],
    ids=["misspelt", "missing", "nothing", "no file", "bad line", "missing key"],
)
def test_predict_says_what_is_wrong(finished_run, capsys, tmp_path, options, said):
    _, result, _ = finished_run
    good = '{"premise": "a", "hypothesis": "b"}\n'
    (tmp_path / "bad.jsonl").write_text(good + "{oops\n")
    (tmp_path / "short.jsonl").write_text('{"premise": "a"}\n')
    files = {"{bad}": str(tmp_path / "bad.jsonl"), "{short}": str(tmp_path / "short.jsonl")}
    options = [files.get(option, option) for option in options]
    assert main(["predict", result.run_id, "--uri", result.tracking_uri, *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert "Received: " in error


@pytest.mark.parametrize("run_id", ["0000000", "zz"])
def test_predict_names_the_way_to_the_runs(finished_run, capsys, run_id):
    _, result, _ = finished_run
    assert main(["predict", run_id, "--uri", result.tracking_uri, "--premise", "a", "--hypothesis", "b"]) == 2
    assert f"No run starts with '{run_id}'" in capsys.readouterr().err


@pytest.mark.slow
def test_mlflow_serves_it_over_http(finished_run, tmp_path):
    trained, result, _ = finished_run
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # as a stranger would: another folder, and none of this process's modules
    command = [sys.executable, "-m", "mlflow", "models", "serve", "-m", f"runs:/{result.run_id}/model"]
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",  # mlflow looks for uvicorn there
        "MLFLOW_TRACKING_URI": result.tracking_uri,
        "MLFLOW_SCORING_SERVER_WORKERS": "1",
    }
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [*command, "--env-manager", "local", "--host", "127.0.0.1", "--port", str(port)],
            cwd=tmp_path, env=environment, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    try:
        answer = _ask(port, server, tmp_path / "log")
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
    expected = trained.serving({key: PAIRS[key].tolist() for key in PAIRS})
    assert [row["label"] for row in answer["predictions"]] == expected["label"]


def _ask(port, server, log, seconds=180):
    body = json.dumps({"dataframe_split": PAIRS.to_dict("split")}).encode()
    request = urllib.request.Request(f"http://127.0.0.1:{port}/invocations", body, {"Content-Type": "application/json"})
    end = time.monotonic() + seconds
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(request, timeout=60) as response:
                return json.load(response)
        except (ConnectionError, urllib.error.URLError):
            time.sleep(1)
    raise AssertionError(f"no answer: {log.read_text()[-2000:]}")
