"""Formats what to do with a finished run: where to look at it, and the command that uses its model."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

import numpy as np

from tfd2l.tracking.links import FIGURES, local_ui, run_page, server_of
from tfd2l.tracking.names import escape_path
from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.store import tracking_uri
from tfd2l.tracking.tracked_run import TrackedRun

SHORT_ID = 8  # characters of a run's id that tell it from the others
MOST_OF_TEXT = 160  # characters of an example; a longer one is cut at a blank
MOST_NUMBERS = 64  # of an example; more of them are not typed
IMAGE_RANK = 3
EXAMPLES = "examples"  # folders of artifacts
FOLDER_OF_FIGURES = "figures"


def save_example(run: TrackedRun, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Returns inputs of a model as one would type them; an image becomes a file, which is kept with the run.

    Of a store on another machine, its name alone.

    Args:
        run: the run that the model is of.
        inputs: name -> text, number, (nested) list, or pixels.
    """
    images = {name: value for name, value in inputs.items() if _rank(value) == IMAGE_RANK and _are_pixels(value)}
    files = {name: f"{escape_path(name)}.png" for name in images}
    if images:
        import tensorflow as tf

        with run.writing(EXAMPLES) as folder:
            for name, pixels in images.items():
                (folder / files[name]).write_bytes(tf.io.encode_png(np.asarray(pixels, np.uint8)).numpy())
    there = _local_folder(run.stored().info.artifact_uri)
    shown = {name: f"{there}/{EXAMPLES}/{file}" if there else file for name, file in files.items()}
    return {**inputs, **shown}


def format_example(inputs: Mapping[str, Any]) -> str:
    """Returns `--premise 'A chef is cooking.' --frequency 800`: inputs of a model as one types them in a shell.

    Args:
        inputs: name -> text, number, list of numbers, or the name of a file.
    """
    return " ".join(f"{shlex.quote(f'--{name}')} {shlex.quote(_format_value(value))}" for name, value in inputs.items())


def format_predict_command(run_id: str, inputs: Mapping[str, Any], uri: str) -> str:
    """Returns the command that predicts with the model of a run, as it can be copied into a shell."""
    store = "" if uri == tracking_uri(None) else f" --uri {shlex.quote(uri)}"
    return f"tfd2l predict {run_id}{store} {format_example(inputs)}".rstrip()


def list_next_steps(run_id: str, uri: str, example: Mapping[str, Any] | None) -> list[str]:
    """Returns lines that say where figures and page of a run are, and how to use its model.

    Args:
        run_id: the run.
        uri: of its store.
        example: inputs of its model; None if it has exported none.
    """
    client = client_of(uri)
    info = client.get_run(run_id).info
    server, short = server_of(uri), run_id[:SHORT_ID]
    page = run_page(info.experiment_id, run_id)
    store = "" if uri == tracking_uri(None) else f" --uri {shlex.quote(uri)}"
    look = f"{server}{page}" if server else f"`tfd2l ui {short}{store}`, then {local_ui()}{page}"
    lines = [f"look at it: {look}"]
    if any(item.path == FOLDER_OF_FIGURES for item in client.list_artifacts(run_id)):
        folder = _local_folder(info.artifact_uri)
        figures = run_page(info.experiment_id, run_id, FIGURES)
        lines.insert(0, f"figures: {f'{folder}/{FOLDER_OF_FIGURES}' if folder else f'{server or local_ui()}{figures}'}")
    if example is not None:
        lines.append(f"use it: {format_predict_command(short, example, uri)}")
    return lines


def _local_folder(uri: str) -> str | None:
    """Returns the folder of the artifacts, if they are on this machine."""
    parts = urlsplit(uri)
    return url2pathname(parts.path) if parts.scheme == "file" else None


def _format_value(value: object) -> str:
    if isinstance(value, str):
        return value if len(value) <= MOST_OF_TEXT else value[:MOST_OF_TEXT].rpartition(" ")[0] or value[:MOST_OF_TEXT]
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if not isinstance(value, Sequence):
        return f"{value:g}" if isinstance(value, float) else str(value)
    if _rank(value) == 1 and not isinstance(value[0], str) and len(value) <= MOST_NUMBERS:
        return ",".join(map(_format_value, value))
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= MOST_OF_TEXT else "JSON"


def _rank(value: object) -> int:
    if isinstance(value, np.ndarray):
        return value.ndim
    return 1 + _rank(value[0]) if isinstance(value, Sequence) and not isinstance(value, str) and value else 0


def _are_pixels(value: object) -> bool:
    return np.asarray(value).dtype.kind in "iu"
