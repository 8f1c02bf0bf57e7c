"""Open the MLflow UI on the store that runs of this checkout go to."""

from __future__ import annotations

import argparse
import os
import socket
import sys

from tfd2l.errors import TrackingError
from tfd2l.tracking.store import artifact_folder, require_writable, sqlite_file, tracking_uri

LAST_PORT = 65535


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l ui [--port N] [--host NAME] [--uri URI]`."""
    parser.add_argument("--port", type=int, default=5000, help="default 5000; the next free one if it is taken")
    parser.add_argument("--host", default="127.0.0.1", help="default 127.0.0.1: this machine only")
    parser.add_argument("--uri", help="another store; default: as `tracking.uri=` left out")


def run(arguments: argparse.Namespace) -> int:
    """Replace this process by the MLflow server."""
    uri = tracking_uri(arguments.uri)
    file = sqlite_file(uri)
    if file is None:
        print(f"The store is a server: open {uri} in a browser.")
        return 0
    require_writable(uri)
    port = free_port(arguments.host, arguments.port)
    if port != arguments.port:
        print(f"Port {arguments.port} is taken; the next free one is {port}.")
    print(f"MLflow UI on {uri}\n  http://{arguments.host}:{port}\nStop with Ctrl-C.", flush=True)
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri, "--host", arguments.host]
    command += ["--port", str(port), "--default-artifact-root", str(artifact_folder(uri))]
    command += ["--uvicorn-opts", "--log-level=warning"]
    os.environ |= {"MLFLOW_LOGGING_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore"}  # the address is not to be buried
    return os.execv(sys.executable, command)


def free_port(host: str, first: int) -> int:
    """The first free port from `first` on."""
    for port in range(first, min(first + 100, LAST_PORT + 1)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError):
                continue
            return port
    raise TrackingError(f"No free port in {first}..{first + 99} on {host}; choose one with --port. Received: {first}")
