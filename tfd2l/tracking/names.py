"""Names and values of users, as MLflow takes them.

MLflow takes letters, digits, `_`, `-`, `.`, `:`, `/` and blanks in the names of parameters, metrics, tags and
artifacts, if the name is not another one when it is read as a path. Any other character is escaped as `_x2a_`, its
number in hexadecimal digits between `_x` and `_`, so that two names never become one and each can be read back.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import TypeVar

from mlflow.entities import Metric, Param, Run, RunData, RunTag

log = logging.getLogger("tfd2l")

MAX_KEY = 250  # MLflow's own limits
MAX_PARAM_VALUE = 6000
MAX_TAG_VALUE = 8000
MAX_RUN_NAME = 250
MAX_EXPERIMENT_NAME = 500
MAX_FILE_NAME = 255  # bytes, of most file systems
DIGEST = 8  # hexadecimal digits that tell cut names apart

ESCAPED = re.compile(r"_x([0-9a-f]*)_")
TO_ESCAPE = re.compile(
    r"""
    [^\w\-. :/]                                  # what MLflow does not take
    | _(?=x[0-9a-f]*(?:[_./]|[^\w\-. :/]))        # what could be read as an escape
    | ^/+ | /+\Z | (?<=/)/+                       # parts of a path that are empty,
    | ^\.\. | (?:(?<=/)|^)\.{1,2}(?=/|\Z)         # or another folder
    """,
    re.VERBOSE,
)
EMPTY = "_x_"

Value = TypeVar("Value")


def escape_name(name: str) -> str:
    """`.*kernel` -> `._x2a_kernel`: the name of a parameter, metric, tag or artifact, of any length."""
    return TO_ESCAPE.sub(lambda found: "".join(f"_x{ord(character):x}_" for character in found[0]), name) or EMPTY


def unescape_name(name: str) -> str:
    """`._x2a_kernel` -> `.*kernel`: the name before it was escaped."""
    return ESCAPED.sub(lambda found: chr(int(found[1], 16)) if found[1] else "", name)


def escape_key(key: str) -> str:
    """The name of a parameter, metric or tag; one that is too long is cut, with a digest that tells it from others."""
    return _cut_name(escape_name(str(key)), MAX_KEY)


def escape_path(path: str) -> str:
    """The path of an artifact; it cannot leave the folder of its run."""
    return "/".join(_cut_file_name(part) for part in escape_name(path).split("/"))


def escape_folder(name: str) -> str:
    """The name of one folder, for an experiment of any name."""
    return _cut_file_name(escape_name(name).replace("/", "_x2f_"))


def fit_run_name(name: str) -> str:
    """The name of a run, no longer than MLflow takes."""
    return _cut_name(_writable(name), MAX_RUN_NAME)


def fit_experiment_name(name: str) -> str:
    """The name of an experiment, no longer than MLflow takes."""
    return _cut_name(_writable(name), MAX_EXPERIMENT_NAME)


def fit_params(params: Mapping[str, object]) -> list[Param]:
    """Parameters as MLflow takes them; what is cut is logged."""
    return [Param(key, value) for key, value in _fit(params, MAX_PARAM_VALUE, "parameter").items()]


def fit_tags(tags: Mapping[str, object]) -> list[RunTag]:
    """Tags as MLflow takes them; what is cut is logged."""
    return [RunTag(key, value) for key, value in _fit(tags, MAX_TAG_VALUE, "tag").items()]


def original_names(run: Run) -> Run:
    """A run of the store with the names of its parameters, metrics and tags as they were logged."""
    data = run.data

    def named(entries: Mapping[str, Value], entry: Callable[[str, Value], object]) -> list[object]:
        return [entry(unescape_name(key), value) for key, value in entries.items()]

    metrics = [Metric(unescape_name(key), value, 0, 0) for key, value in data.metrics.items()]
    return Run(run.info, RunData(metrics, named(data.params, Param), named(data.tags, RunTag)), run.inputs, run.outputs)


def _fit(entries: Mapping[str, object], limit: int, what: str) -> dict[str, str]:
    fitted = {}
    for name, value in entries.items():
        text = _writable(str(value))
        if len(text) > limit:
            log.info("tracking: %s %r has %d characters; MLflow keeps the first %d", what, name, len(text), limit)
        fitted[escape_key(name)] = text[:limit]
    return fitted


def _writable(text: str) -> str:
    """Text that any database takes: without NUL, and without halves of characters (from names of files, say)."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8").replace("\0", "\\x00")


def _cut_name(name: str, limit: int) -> str:
    if len(name) <= limit:
        return name
    cut = f"{name[: limit - DIGEST - 1]}-{_digest(name)}"
    log.info("tracking: a name of %d characters is cut to %d: %r", len(name), limit, cut)
    return cut


def _cut_file_name(name: str) -> str:
    encoded = name.encode()
    if len(encoded) <= MAX_FILE_NAME:
        return name
    ending = PurePosixPath(name).suffix
    tail = f"-{_digest(name)}{ending if len(ending) < DIGEST else ''}"
    return encoded[: MAX_FILE_NAME - len(tail.encode())].decode(errors="ignore") + tail


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:DIGEST]
