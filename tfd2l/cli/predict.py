"""Use the model of a run: give its inputs as options, or many of them in a jsonl file; an image as its file."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tfd2l.cli.answer_picture import save_picture
from tfd2l.cli.answers import shown
from tfd2l.cli.image_file import read_image
from tfd2l.errors import ConfigError, DataError, did_you_mean
from tfd2l.quiet import quiet
from tfd2l.tracking.store import tracking_uri

TEXT, FILE, NUMBER = "TEXT", "FILE", "NUMBER"  # what is given for an input: itself, or the path of an image


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l predict RUN --INPUT VALUE ... | --input FILE.jsonl`."""
    parser.add_argument("run", metavar="RUN", help="run id, the start of one, or 'latest'")
    parser.add_argument("--input", type=Path, metavar="FILE", help="jsonl: one object a line with the model's inputs")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw boxes or a mask over the image, as FILE.png")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--uri", help="another store; default: as `tracking.uri=` left out")
    parser.usage = (
        "tfd2l predict RUN --premise TEXT --hypothesis TEXT (the model's own inputs) [--picture FILE] [--json]\n"
        "       tfd2l predict RUN --input FILE"
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the predictions."""
    import mlflow

    from tfd2l.tracking.stored_files import fetch_model
    from tfd2l.tracking.tracked_run import client_of

    client = client_of(tracking_uri(arguments.uri))
    run_id = _run_id(client, arguments.run)
    folder_of_model = fetch_model(client, run_id)
    takes = _inputs(folder_of_model)
    rows = _read(arguments.input, list(takes)) if arguments.input else [_typed(arguments.rest, takes)]
    with quiet():
        model = mlflow.pyfunc.load_model(str(folder_of_model))
    import pandas as pd

    shapes = {name: spec.shape[1:] for name, spec in model.unwrap_python_model().inputs.items() if takes[name] == FILE}
    # Paths in a file are meant from where it lies, those on the command line from where one stands.
    folder = arguments.input.parent if arguments.input else Path()
    numbers = [name for name, what in takes.items() if what == NUMBER]
    feed = [
        {
            **row,
            **{name: read_image(folder / row[name], shapes[name]) for name in shapes},
            **{name: _number(name, row[name]) for name in numbers},
        }
        for row in rows
    ]
    answers = model.predict(pd.DataFrame(feed)).to_dict("records")
    if arguments.picture:
        _draw(_class_names(client, run_id), feed, answers, list(shapes), arguments.picture)
    for row, unordered in zip(rows, answers, strict=True):
        answer = dict(sorted(unordered.items()))
        if arguments.json or arguments.input:
            print(json.dumps({**row, **answer}, ensure_ascii=False))
        else:
            print(shown(answer))
    return 0


def _class_names(client: Any, run_id: str) -> list[str]:
    from tfd2l.tracking.run_record import DATA_ARTIFACT
    from tfd2l.tracking.stored_files import fetch_artifact

    known = json.loads(fetch_artifact(client, run_id, DATA_ARTIFACT).read_text(encoding="utf-8"))
    return list(known["class names"])


def _draw(
    class_names: Sequence[str],
    feed: Sequence[Mapping[str, Any]],
    answers: Sequence[Mapping[str, Any]],
    images: Sequence[str],
    file: Path,
) -> None:
    import numpy as np

    if len(feed) != 1 or len(images) != 1:
        raise ConfigError(
            f"--picture is for one image (`--image FILE`). Received: {len(feed)} rows with {len(images)} images each"
        )
    save_picture(file, np.array(feed[0][images[0]], np.uint8), answers[0], class_names)


def _run_id(client: Any, wanted: str) -> str:
    from tfd2l.tracking.find_run import LATEST, describe_run, find_run

    run = find_run(client, wanted, with_model=True)
    if wanted == LATEST:
        print(f"run {describe_run(run)}", file=sys.stderr)
    return str(run.info.run_id)


def _inputs(model: Path) -> dict[str, str]:
    """Name -> TEXT, FILE or NUMBER for each input of an exported model."""
    import mlflow
    from mlflow.types.schema import Array, DataType

    signature = mlflow.models.Model.load(str(model)).signature
    types = {column.name: column.type for column in signature.inputs.inputs}
    of_type = {DataType.double: NUMBER, DataType.float: NUMBER}
    return {name: FILE if isinstance(of, Array) else of_type.get(of, TEXT) for name, of in types.items()}


def _typed(rest: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    parser = argparse.ArgumentParser(prog="tfd2l predict RUN", add_help=False, exit_on_error=False, allow_abbrev=False)
    for name in names:
        parser.add_argument(f"--{name}")
    options = " ".join(f"--{name} {what}" for name, what in names.items())
    try:
        given, unknown = parser.parse_known_args(list(rest))
    except argparse.ArgumentError as error:
        raise ConfigError(f"{error}. This model takes {options}. Received: {' '.join(rest)}") from error
    missing = [name for name in names if getattr(given, name) is None]
    if unknown or missing:
        near = did_you_mean(unknown[0].lstrip("-"), names) if unknown else ""
        raise ConfigError(
            f"This model takes {options}, or --input FILE.jsonl.{near} Received: {' '.join(rest) or 'nothing'}"
        )
    return {name: getattr(given, name) for name in names}


def _read(file: Path, names: Sequence[str]) -> list[dict[str, Any]]:
    try:
        lines = sys.stdin.readlines() if str(file) == "-" else file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DataError(f"{file}: cannot be read: {error.strerror or error}. Received: --input {file}") from error
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            raise DataError(f"{file}:{number}: not valid JSON: {error.msg}. Received: {line.strip()[:120]}") from error
        missing = [name for name in names if not isinstance(record, Mapping) or name not in record]
        if missing:
            takes = ", ".join(names)
            raise DataError(
                f"{file}:{number}: no key {missing[0]!r}; the model takes {takes}. Received: {line.strip()[:120]}"
            )
        rows.append({name: str(record[name]) for name in names})
    if not rows:
        raise DataError(f"{file}: no records. Received: {len(lines)} lines")
    return rows


def _number(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise ConfigError(f"{name} is a number. Received: {text}") from error
