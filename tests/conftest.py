"""What several folders of tests use: fake plugins, commands in a process of their own, and a network or none."""

from __future__ import annotations

import dataclasses
import importlib.util
import json
import os
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

# Processors that announce AMX but may not use it die of bfloat16 products with an illegal instruction.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_BF16")

HEAVY = ("tensorflow", "keras", "mlflow")
TELL_HEAVY = """
import atexit, os, sys
heavy = lambda: [name for name in {heavy} if name in sys.modules]
atexit.register(lambda: open(os.environ["TEST_HEAVY"], "w").write(" ".join(heavy())))
"""


def pytest_pycollect_makemodule(module_path):
    """Let TensorFlow see two processors in every test: it can be told only before its first use, so on import."""
    if "import tensorflow" in module_path.read_text():
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
        import tensorflow as tf

        (processor, *_) = tf.config.list_physical_devices("CPU")
        if not tf.config.get_logical_device_configuration(processor):  # a folder's conftest may have imported it before
            tf.config.set_logical_device_configuration(processor, [tf.config.LogicalDeviceConfiguration()] * 2)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """A function that installs a fake distribution for one test; it returns the folder, for a PYTHONPATH."""
    site = tmp_path / "site-packages"
    site.mkdir()
    monkeypatch.syspath_prepend(site)

    def write(distribution, entry_points=None, files=None, version="1.0"):
        info = site / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n")
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {target}\n" for name, target in points.items())
            for group, points in (entry_points or {}).items()
        ]
        (info / "entry_points.txt").write_text("\n".join(groups))
        for name, text in (files or {}).items():
            (site / name).parent.mkdir(parents=True, exist_ok=True)
            (site / name).write_text(text)
        return site

    return write


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    code: int
    out: str
    err: str
    heavy: list[str]  # of TensorFlow, Keras and MLflow, those that it imported


@pytest.fixture
def python(tmp_path):
    """A function that runs `python ARGUMENTS` in `tmp_path/here`, with a store of its own and further variables."""
    (tmp_path / "here").mkdir()
    (tmp_path / "startup").mkdir()
    (tmp_path / "startup" / "sitecustomize.py").write_text(TELL_HEAVY.format(heavy=HEAVY))

    def run(*arguments, path=None, **variables):
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, filter(None, [tmp_path / "startup", path]))),
            "TEST_HEAVY": str(tmp_path / "heavy"),
            "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/store/mlflow.db",
            **variables,
        }
        command = [sys.executable, *arguments]
        done = subprocess.run(
            command, cwd=tmp_path / "here", env=environment, capture_output=True, text=True, check=False
        )
        return Done(done.returncode, done.stdout, done.stderr, (tmp_path / "heavy").read_text().split())

    return run


@pytest.fixture(scope="session")
def shared_data():
    """The folder of real data: `TFD2L_TEST_DATA`, or `shared/data` beside the checkout; absent, the test is skipped."""
    folder = Path(os.environ.get("TFD2L_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data in {folder}; another place: TFD2L_TEST_DATA")
    return folder


@pytest.fixture
def bert_preset(tmp_path):
    """A function: a vocabulary -> `preset:FOLDER` of a tiny BERT with it, as KerasHub saves one."""

    def save(vocabulary):
        import keras_hub

        folder = tmp_path / "preset"
        keras_hub.models.BertBackbone(
            vocabulary_size=len(vocabulary), num_layers=1, num_heads=1, hidden_dim=2, intermediate_dim=2
        ).save_to_preset(str(folder))
        keras_hub.tokenizers.BertTokenizer(vocabulary=list(vocabulary)).save_to_preset(str(folder))
        return f"preset:{folder}"

    return save


@dataclass(frozen=True)
class ExportedRun:
    """A finished run with a model.

    Attributes:
        run_id: The run.
        uri: Its store.
    """

    run_id: str
    uri: str


@pytest.fixture(scope="session")
def export_model(tmp_path_factory):
    """A function: what a model answers, and example rows of its inputs -> a run that holds it; nothing is trained.

    With `sizes`, images may have any.
    """
    uri = f"sqlite:///{tmp_path_factory.mktemp('exported')}/mlflow.db"

    def export(answer, examples, input_names=None, *, sizes=False):
        import tensorflow as tf

        from tfd2l.data.info import make_splits
        from tfd2l.pipelines.experiment.serving import ServingGraph, plain
        from tfd2l.stages.base.stage import Stage
        from tfd2l.tracking.model_export import log_served_model
        from tfd2l.tracking.tracked_run import TrackedRun

        folder = tmp_path_factory.mktemp("saved_model")
        splits, info = make_splits({"train": examples}, inputs=list(examples), source="a test", input_names=input_names)
        if sizes:
            spec = {
                key: tf.TensorSpec([None, None, *one.shape[2:]], one.dtype) for key, one in info.example_spec.items()
            }
            info = dataclasses.replace(info, example_spec=spec)
        graph = ServingGraph([Stage()], lambda inputs, training: inputs, lambda _, inputs: answer(inputs), info)
        graph.save(folder)
        rows = next(splits["train"].batch(3).as_numpy_iterator())
        inputs = {key: plain(values) for key, values in rows.items()}
        run = TrackedRun.start(uri, "tests", "exported", {}, None)
        with run.closing():
            log_served_model(run, folder, inputs, graph(inputs), info.served_inputs)
        return ExportedRun(run.run_id, uri)

    return export


@pytest.fixture(scope="session")
def torch_peer(tmp_path_factory):
    """A function: what PyTorch makes of some arrays and options, by an operation of `torch_peer.py`.

    PyTorch runs in one process of its own, begun when it is first asked: in one with TensorFlow it may crash.
    """
    folder = tmp_path_factory.mktemp("torch_peer")
    begun = []

    def ask(operation, **given):
        if importlib.util.find_spec("torch") is None:
            pytest.skip("torch is not installed (the extra `bench`)")
        if not begun:
            command = [sys.executable, str(Path(__file__).with_name("torch_peer.py"))]
            begun.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        options = {key: value for key, value in given.items() if not isinstance(value, np.ndarray)}
        arrays = {key: value for key, value in given.items() if isinstance(value, np.ndarray)}
        np.savez(folder / "given.npz", allow_pickle=False, **arrays)
        request = {"operation": operation, "options": options, "folder": str(folder)}
        begun[0].stdin.write(json.dumps(request) + "\n")
        begun[0].stdin.flush()
        assert begun[0].stdout.readline() == "done\n", f"the process of PyTorch has ended: {begun[0].wait()}"
        return np.load(folder / "made.npy")

    yield ask
    for process in begun:
        process.communicate()


@pytest.fixture
def no_network(monkeypatch):
    """Every request goes to a proxy that is not there."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def serving(handler):
    """A real HTTP server on this machine; gives its URL."""
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()
        thread.join()


@pytest.fixture
def no_proxy(monkeypatch):
    """Requests to this machine go there directly."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(tmp_path, no_proxy):
    """A real HTTP server on this machine: (its URL, the folder it serves, the requests it got)."""
    folder = tmp_path / "served"
    folder.mkdir()
    requests: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=folder)

        def log_message(self, format, *arguments):
            requests.append(self.command)

    with serving(Handler) as url:
        yield url, folder, requests


@pytest.fixture
def breaking_server(no_proxy):
    """A server whose connections break off: a function (content, bytes an answer, ranges) -> (URL, ranges asked for).

    With `ranges=False` it does not know ranges and always starts at the first byte.
    """
    with ExitStack() as stack:

        def start(content, at_most, ranges=True):
            asked: list[str | None] = []

            class Handler(BaseHTTPRequestHandler):
                def do_HEAD(self):
                    self._answer(0)

                def do_GET(self):
                    asked.append(self.headers["Range"])
                    start = int(asked[-1].removeprefix("bytes=").rstrip("-")) if asked[-1] and ranges else 0
                    self._answer(start)
                    self.wfile.write(content[start : start + at_most])

                def _answer(self, start):
                    if start >= len(content):
                        self.send_response(416)
                        self.send_header("Content-Length", "0")
                    else:
                        self.send_response(206 if start else 200)
                        self.send_header("Content-Length", str(len(content) - start))
                    self.end_headers()

                def log_message(self, format, *arguments):
                    pass

            return stack.enter_context(serving(Handler)), asked

        yield start


@pytest.fixture
def tfds_folder(tmp_path, monkeypatch):
    """A folder of its own for TFDS."""
    from tensorflow_datasets.core import constants

    folder = tmp_path / "tfds"
    monkeypatch.setattr(constants, "DATA_DIR", str(folder))
    return folder
