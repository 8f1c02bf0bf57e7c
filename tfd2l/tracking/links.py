"""Addresses of pages of the MLflow UI."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

TRAINING = "?workflowType=machine_learning"  # without it MLflow 3 shows conversations, of which there are none
EXPERIMENTS = f"#/experiments{TRAINING}"
FIGURES = "artifacts/figures"
HOST = "127.0.0.1"
PORT = 5000


def runs_page(experiment_id: str) -> str:
    """Returns the address of the list of runs of an experiment, within the UI."""
    return f"#/experiments/{experiment_id}/runs{TRAINING}"


def run_page(experiment_id: str, run_id: str, part: str = "") -> str:
    """Returns the address of the page of a run, within the UI.

    Args:
        experiment_id: of the MLflow experiment that the run is in.
        run_id: the run.
        part: of the page, such as `artifacts/figures`; the default is the overview.
    """
    return f"#/experiments/{experiment_id}/runs/{run_id}{f'/{part}' if part else ''}{TRAINING}"


def server_of(uri: str) -> str | None:
    """Returns where the UI of a store is, if the store is a server: its address, without name and password."""
    parts = urlsplit(uri)
    if parts.scheme not in ("http", "https"):
        return None
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/", "", ""))


def local_ui(host: str = HOST, port: int = PORT) -> str:
    """Returns where `tfd2l ui` shows a local store; an address that stands for all of a machine's is this machine."""
    here = {"0.0.0.0": HOST, "::": "::1"}.get(host, host)
    return f"http://{f'[{here}]' if ':' in here else here}:{port}/"
