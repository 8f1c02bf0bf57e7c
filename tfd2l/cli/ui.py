"""Opens the MLflow UI on the store that runs of this checkout go to, and prints where a run stands in it."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

from tfd2l.errors import TrackingError
from tfd2l.tracking.links import EXPERIMENTS, HOST, PORT, local_ui, run_page, runs_page, server_of
from tfd2l.tracking.store import artifact_folder, require_writable, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import Run

LAST_PORT = 65535
ANNOUNCE = """
import os, socket, sys, time
host, port, text, parent = sys.argv[1], int(sys.argv[2]), sys.argv[3], os.getppid()
while os.getppid() == parent:
    try:
        socket.create_connection((host, port), 1).close()
        print(text, flush=True)
        break
    except OSError:
        time.sleep(0.2)
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l ui [RUN] [--port N] [--host NAME] [--uri URI]`."""
    parser.add_argument("run", nargs="?", metavar="RUN", help="run id, the start of one; default: the newest run")
    parser.add_argument("--port", type=int, default=PORT, help=f"default {PORT}; the next free one if it is taken")
    parser.add_argument("--host", default=HOST, help=f"default {HOST}: this machine only")
    parser.add_argument("--uri", help="the store; default: MLFLOW_TRACKING_URI, else that of this checkout")


def run(arguments: argparse.Namespace) -> int:
    """Replaces this process by the MLflow server; what to open is printed as soon as the server answers."""
    uri = tracking_uri(arguments.uri)
    require_writable(uri)
    from tfd2l.tracking.open_store import client_of

    server, artifacts = server_of(uri), artifact_folder(uri)
    if server is None and artifacts is None:
        raise TrackingError(
            "The UI is opened on a SQLite store, or on a server that runs already; on another database: `mlflow ui "
            f"--backend-store-uri {uri}`. Received: {uri}"
        )
    pages = _pages(client_of(uri), arguments.run)
    if artifacts is None:
        print(f"The store is a server. Open in a browser:\n{_list_pages(str(server), pages)}")
        return 0
    host, port = arguments.host, free_port(arguments.host, arguments.port)
    if port != arguments.port:
        print(f"Port {arguments.port} is taken; the next free one is {port}.")
    print(f"MLflow UI on {uri}: it starts ...", flush=True)
    ready = f"Ready. Open in a browser (Ctrl-C stops it):\n{_list_pages(local_ui(host, port), pages)}"
    subprocess.Popen([sys.executable, "-S", "-c", ANNOUNCE, host, str(port), ready])
    command = [sys.executable, "-m", "mlflow", "ui", "--backend-store-uri", uri, "--host", host, "--port", str(port)]
    command += ["--default-artifact-root", artifacts.as_uri(), "--uvicorn-opts", "--log-level=warning"]
    os.environ |= {"MLFLOW_LOGGING_LEVEL": "WARNING", "PYTHONWARNINGS": "ignore"}  # the address is not to be buried
    return os.execv(sys.executable, command)


def _pages(client: MlflowClient, wanted: str | None) -> dict[str, str]:
    """Returns what it is -> the address within the UI, of the pages worth a look."""
    from tfd2l.tracking.find_run import find_run

    found = find_run(client, wanted) if wanted else _newest(client)
    pages = {}
    if found is not None:
        info = found.info
        told = f"{'run' if wanted else 'newest run'} {info.run_id[:8]} ({info.run_name})"
        pages = {told: run_page(info.experiment_id, info.run_id), "runs beside it": runs_page(info.experiment_id)}
    return {**pages, "all experiments": EXPERIMENTS}


def _newest(client: MlflowClient) -> Run | None:
    experiments = [experiment.experiment_id for experiment in client.search_experiments()]
    runs = client.search_runs(experiments, max_results=1, order_by=["attributes.start_time DESC"])
    return runs[0] if runs else None


def _list_pages(base: str, pages: dict[str, str]) -> str:
    return "\n".join(f"  {base}{address}   {what}" for what, address in pages.items())


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
