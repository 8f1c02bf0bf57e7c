"""`tfd2l serve`: the server answers as `tfd2l predict` does, and says how to ask it."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import subprocess
import sys
import time

import numpy as np
import pandas as pd
import pytest
import tensorflow as tf
from PIL import Image, ImageOps

from tfd2l.cli.main import main
from tfd2l.cli.prediction.stored_model import find_model
from tfd2l.cli.serve import build_app, format_request


@pytest.fixture(scope="module")
def pairs(export_model):
    """A run of two texts, one of which the user named with blanks, and which may answer NaN."""

    def answer(inputs):
        joined = tf.strings.join([inputs["premise"], inputs["hypothesis"]], "|")
        return {"both": joined, "log": tf.math.log(tf.cast(tf.strings.length(joined), tf.float32) - 3.0)}

    return export_model(answer, {"premise": ["it's a"], "hypothesis": ["b"]}, {"hypothesis": "question 2"})


@pytest.fixture(scope="module")
def brightness(export_model):
    """A run of images of any size."""

    def answer(inputs):
        return {"size": tf.shape(inputs["image"])[1:3][tf.newaxis], "first": inputs["image"][:, 0, 0, :]}

    return export_model(answer, {"image": np.arange(2 * 3 * 3, dtype=np.uint8).reshape(1, 2, 3, 3)}, sizes=True)


def ask(app, body):
    """What the server answers, without a network: (status, content)."""
    import asyncio

    got = []
    sent = [{"type": "http.request", "body": json.dumps(body).encode()}]

    async def receive():
        return sent.pop() if sent else await asyncio.sleep(3600)

    async def send(message):
        got.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/invocations", "headers": headers, "query_string": b""}
    asyncio.run(app(scope, receive, send))
    return got[0]["status"], json.loads(b"".join(message.get("body", b"") for message in got[1:]))


def test_texts_are_asked_for_by_the_users_names(pairs):
    model = find_model(pairs.run_id, pairs.uri)
    app = build_app(model)
    status, answer = ask(
        app, {"dataframe_split": {"columns": ["premise", "question 2"], "data": [["a", "b"], ["ab", "c"]]}}
    )
    assert (status, answer) == (200, {"predictions": [{"both": "a|b", "log": None}, {"both": "ab|c", "log": 0.0}]})
    command = format_request(model, "http://127.0.0.1:1")
    printed = subprocess.run(
        ["sh", "-c", command.replace("curl", "printf '%s\\n'", 1)], capture_output=True, check=True
    )
    *_, body = printed.stdout.decode().splitlines()
    assert json.loads(body) == {"dataframe_records": [{"premise": "it's a", "question 2": "b"}]}


@pytest.mark.parametrize(
    ("inputs", "said"),
    [
        ({"premise": "a"}, "missing inputs ['question 2']"),
        ({"premise": None, "question 2": "b"}, "premise is null. Received: [None]"),
    ],
)
def test_what_does_not_fit_is_refused(pairs, inputs, said):
    status, answer = ask(build_app(find_model(pairs.run_id, pairs.uri)), {"dataframe_records": [inputs]})
    assert status == 400
    assert said in answer["message"]


def test_images_are_pixels_or_files(brightness, tmp_path):
    model = find_model(brightness.run_id, brightness.uri)
    app = build_app(model)
    image = np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8)
    png = base64.b64encode(tf.io.encode_png(image).numpy()).decode()
    expected = {"size": [4, 5], "first": image[0, 0].tolist()}
    for one in (image.tolist(), png):
        answer = ask(app, {"dataframe_records": [{"image": one}]})
        assert answer == (200, {"predictions": [expected]})
    several = ask(app, {"dataframe_records": [{"image": png}, {"image": image[:2].tolist()}]})
    assert [row["size"] for row in several[1]["predictions"]] == [[4, 5], [2, 5]]
    for format in ("BMP", "TIFF", "WEBP"):
        written = io.BytesIO()
        Image.fromarray(image).save(written, format, **({"lossless": True} if format == "WEBP" else {}))
        content = base64.b64encode(written.getvalue()).decode()
        assert ask(app, {"dataframe_records": [{"image": content}]}) == (200, {"predictions": [expected]})
    for wrong, said in (
        ("no base64!", "image: it is neither pixels nor an image file in base64"),
        (base64.b64encode(b"hello").decode(), "image: it is not an image that can be decoded"),
        ([[[1, 2, 3, 4]]], "image: the model takes any x any x 3. Received: 1 x 1 x 4"),
        ([[[1, 2, 256]]], "image: Python integer 256 out of bounds for uint8"),
    ):
        status, answer = ask(app, {"dataframe_records": [{"image": wrong}]})
        assert status == 400
        assert said in answer["message"]
    (tmp_path / "FILE.png").write_bytes(tf.io.encode_png(image).numpy())
    command = format_request(model, "http://127.0.0.1:1").replace("curl http://127.0.0.1:1/invocations", "cat #")
    sent = subprocess.run(["sh", "-c", command], cwd=tmp_path, capture_output=True, check=True).stdout
    assert json.loads(sent) == {"dataframe_records": [{"image": png}]}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_it_is_displayed(brightness, orientation):
    import mlflow

    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (4, 5, 3), np.uint8))
    stored = io.BytesIO()
    exif = picture.getexif()
    exif[0x0112] = orientation
    picture.save(stored, "PNG", exif=exif)
    shown = np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(stored.getvalue()))))
    model = mlflow.pyfunc.load_model(str(find_model(brightness.run_id, brightness.uri).folder))
    answer = model.predict(pd.DataFrame({"image": [stored.getvalue()]}))
    assert answer["size"][0] == list(shown.shape[:2])
    assert answer["first"][0] == shown[0, 0].tolist()


def test_a_port_that_is_taken_and_a_host_that_is_none(pairs, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert main(["serve", pairs.run_id, "--uri", pairs.uri, "--port", str(port)]) == 2
    assert f"127.0.0.1, port {port} cannot be listened on: Address already in use. Choose" in capsys.readouterr().err
    assert main(["serve", pairs.run_id, "--uri", pairs.uri, "--port", "70000"]) == 2
    assert "Received: --host 127.0.0.1 --port 70000" in capsys.readouterr().err
    assert main(["serve", "zzzz", "--uri", pairs.uri]) == 2
    assert "No run starts with 'zzzz'" in capsys.readouterr().err


@pytest.mark.slow
def test_the_printed_command_asks_the_server_and_ctrl_c_stops_it(pairs, capsys, tmp_path):
    command = [sys.executable, "-m", "tfd2l.cli.main", "serve", pairs.run_id, "--uri", pairs.uri]
    with (tmp_path / "out").open("w") as out, (tmp_path / "err").open("w") as err:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=err, start_new_session=True)
    try:
        end = time.monotonic() + 180
        while "curl" not in (tmp_path / "out").read_text() and time.monotonic() < end and server.poll() is None:
            time.sleep(0.5)
        printed = (tmp_path / "out").read_text()
        (curl,) = [line for line in printed.splitlines() if "curl" in line]
        done = subprocess.run(["sh", "-c", curl], capture_output=True, check=True)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGINT)
        code = server.wait(30)
    (answer,) = json.loads(done.stdout)["predictions"]
    options = ["--premise", "it's a", "--question 2", "b"]
    assert main(["predict", pairs.run_id, "--uri", pairs.uri, *options, "--json"]) == 0
    predicted = json.loads(capsys.readouterr().out)
    assert {**answer, "premise": "it's a", "question 2": "b"} == predicted
    assert printed.startswith(f"Serving run {pairs.run_id} at http://127.0.0.1:")
    assert (code, (tmp_path / "err").read_text()) == (0, "Loading the model ...\n")
    assert (tmp_path / "out").read_text().endswith("Stopped.\n")
