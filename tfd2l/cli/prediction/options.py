"""A model's inputs as options of a command line."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from tfd2l.cli.prediction.model_inputs import ModelInput
from tfd2l.errors import ConfigError, did_you_mean, listing


def list_options(inputs: Mapping[str, ModelInput]) -> str:
    """Returns `--premise TEXT --hypothesis TEXT`, for usage lines."""
    return " ".join(f"{format_option(name)} {one.placeholder}" for name, one in inputs.items())


def format_option(name: str) -> str:
    """Returns an input as an option, in quotation marks where a shell needs them."""
    return shlex.quote(f"--{name}")


def parse_options(arguments: Sequence[str], inputs: Mapping[str, ModelInput]) -> dict[str, Any]:
    """Returns a value for each input from `--NAME VALUE` or `--NAME=VALUE`; a value may begin with a minus.

    Raises:
        ConfigError: an option is unknown, missing, given twice, without a value or with one of another type.
    """
    takes = f"This model takes {list_options(inputs)}, or --input FILE (csv, tsv or jsonl)"
    received = f"Received: {' '.join(arguments) or 'nothing'}"
    given: dict[str, str] = {}
    rest = list(arguments)
    while rest:
        option = rest.pop(0)
        body = option.removeprefix("--")
        fitting = [name for name in inputs if body == name or body.startswith(f"{name}=")]
        if option == body or not fitting:
            raise ConfigError(f"{takes}.{did_you_mean(body.lstrip('-').partition('=')[0], inputs)} {received}")
        name = max(fitting, key=len)  # a name may hold an equals sign itself
        _, equals, value = body.removeprefix(name).partition("=")
        if name in given:
            raise ConfigError(f"--{name} is given twice. {takes}. {received}")
        if not equals and not rest:
            raise ConfigError(f"--{name} needs a value. {takes}. {received}")
        given[name] = value if equals else rest.pop(0)
    missing = [f"--{name}" for name in inputs if name not in given]
    if missing:
        raise ConfigError(f"{takes}; {listing(missing)} {'are' if len(missing) > 1 else 'is'} missing. {received}")
    try:
        return {name: one.parse(given[name]) for name, one in inputs.items()}
    except ValueError as error:
        raise ConfigError(f"--{error}. {takes}. {received}") from None
