"""Predicts with the model of a run: its inputs are given as options, or stand in a csv, tsv or jsonl file."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from tfd2l.cli.answer_picture import save_picture
from tfd2l.cli.answers import format_answer
from tfd2l.cli.prediction.file_prediction import Job, predict_file
from tfd2l.cli.prediction.options import parse_options
from tfd2l.cli.prediction.predictor import Predictor, Row
from tfd2l.cli.prediction.records import FORMATS
from tfd2l.cli.prediction.stored_model import StoredModel, find_model
from tfd2l.cli.prediction.writers import merge, name_predictions, print_json
from tfd2l.errors import ConfigError, DataError

TAKES_REST = True  # a model's inputs are known only once the model is
USAGE = """\
tfd2l predict RUN --premise TEXT --hypothesis TEXT (the model's own inputs) [--picture FILE] [--json]
       tfd2l predict RUN --input FILE [--output FILE] [--on-bad-record skip]"""


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l predict RUN --INPUT VALUE ... | --input FILE [--output FILE]`."""
    formats = sorted(set(FORMATS.values()))
    parser.allow_abbrev = False  # `--in` may be an input of the model
    parser.usage = USAGE
    parser.add_argument("run", metavar="RUN", help="run id, the start of one, or 'latest'")
    parser.add_argument(
        "--input", type=Path, metavar="FILE", help="csv, tsv or jsonl with the model's inputs; - is standard input"
    )
    parser.add_argument("--format", choices=formats, help="of --input; default: by its ending, jsonl for -")
    parser.add_argument(
        "--output", type=Path, metavar="FILE", help="csv, tsv or jsonl by its ending; default: jsonl, printed"
    )
    parser.add_argument(
        "--on-bad-record", choices=["error", "skip"], default="error", help="default: error; skip: left out and counted"
    )
    parser.add_argument(
        "--picture",
        type=Path,
        metavar="FILE",
        help="draw boxes with a score from 0.5 on, or a mask, over the image, as FILE.png",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--uri", help="the store; default: MLFLOW_TRACKING_URI, else that of this checkout")


def run(arguments: argparse.Namespace) -> int:
    """Prints or writes the predictions."""
    model = find_model(arguments.run, arguments.uri)
    if arguments.input is None:
        _predict_options(model, arguments)
        return 0
    if arguments.rest or arguments.picture:
        further = arguments.rest or ["--picture", str(arguments.picture)]
        raise ConfigError(f"--input gives all rows; it does not go with {further[0]}. Received: {' '.join(further)}")
    job = Job(arguments.input, arguments.format, arguments.output, arguments.on_bad_record)
    predict_file(job, model.inputs, model.load)
    return 0


def _predict_options(model: StoredModel, arguments: argparse.Namespace) -> None:
    if arguments.output:
        raise ConfigError(f"--output goes with --input FILE. Received: --output {arguments.output}")
    values = parse_options(arguments.rest, model.inputs)
    predictor = Predictor(model.load(), model.inputs, Path())
    try:
        row = predictor.prepare(values)
    except ValueError as error:
        raise DataError(f"--{error}. Received: {' '.join(arguments.rest)}") from None
    (answer,) = predictor([row])
    if arguments.picture:
        drawn = _draw(model, row, answer, arguments.picture)
        print(f"{arguments.picture}: {drawn}", file=sys.stderr)
    if arguments.json:
        print_json(*merge(values, answer, name_predictions(answer, values)))
    else:
        print(format_answer(dict(sorted(answer.items()))))


def _draw(model: StoredModel, row: Row, answer: dict[str, Any], file: Path) -> str:
    images = [name for name, one in model.inputs.items() if one.is_image]
    if len(images) != 1:
        raise ConfigError(
            f"--picture draws over the image that a model takes. Received: a model with {len(images)} images"
        )
    return save_picture(file, row[images[0]], answer, model.class_names)
