"""What tests of datasets use: examples as plain values, a network that is not there, a server that is."""

from __future__ import annotations

import threading
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer

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
