"""What tests of datasets use: examples as plain values, a network that is not there, a server that is."""

from __future__ import annotations

import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest


@pytest.fixture(scope="session")
def rows():
    """A function: a dataset of pairs -> [(premise, hypothesis, label), ...]."""

    def read(split):
        chunks = list(split.batch(1024).as_numpy_iterator())
        texts = ([text.decode() for chunk in chunks for text in chunk[key]] for key in ("premise", "hypothesis"))
        labels = [int(label) for chunk in chunks for label in chunk["label"]]
        return list(zip(*texts, labels, strict=True))

    return read


@pytest.fixture
def no_network(monkeypatch):
    """Every request goes to a proxy that is not there."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def server(tmp_path, monkeypatch):
    """A real HTTP server on this machine: (its URL, the folder it serves, the requests it got)."""
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "served"
    folder.mkdir()
    requests: list[str] = []

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *arguments):
            super().__init__(*arguments, directory=folder)

        def log_message(self, format, *arguments):
            requests.append(self.command)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", folder, requests
        running.shutdown()
        thread.join()


@pytest.fixture
def tfds_folder(tmp_path, monkeypatch):
    """A folder of its own for TFDS."""
    from tensorflow_datasets.core import constants

    folder = tmp_path / "tfds"
    monkeypatch.setattr(constants, "DATA_DIR", str(folder))
    return folder
