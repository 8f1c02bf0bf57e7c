"""Understand what Hydra says while composing: which override it refuses, why, and what it should have been."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.errors import HydraException, MissingConfigException, OverrideParseException

from tfd2l.config import hints
from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, compose_raw
from tfd2l.config.options import option_files, option_names
from tfd2l.config.schema import MANY
from tfd2l.errors import did_you_mean, listing, nearest

KEY = re.compile(r"[\w.$/-]+(@[\w.:$-]*)?")  # as Hydra reads it: `optimizer.learning_rate`, `metric@metrics.accuracy`


@dataclass(frozen=True)
class Refusal:
    """What Hydra stopped at.

    Args:
        path: where in the configuration.
        text: what is wrong; empty if the check against the signatures will say it better.
        override: the override to blame; None if none is (a file is), and composing cannot go on.
        instead: the override with which it can; None leaves it out.
    """

    path: str
    text: str
    override: str | None = None
    instead: str | None = None


def explain_error(error: Exception, overrides: Sequence[str]) -> Refusal | None:
    """Why these overrides could not be composed; None if it cannot be told from what Hydra says."""
    if isinstance(error, MissingConfigException):
        return _missing_option(error, overrides)
    if isinstance(error, yaml.YAMLError):
        return explain_yaml_error(error)
    if isinstance(error, OverrideParseException):
        return _not_an_override(error, overrides)
    nameless = next((override for override in overrides if not key_of(override).partition("@")[0]), None)
    if nameless:
        return Refusal(nameless, "is not of the form `key=value`. `--help` shows examples.", nameless)
    text = str(error).strip()
    for pattern, sign, explain in _PATTERNS:
        match = re.search(pattern, text)
        blamed = _blamed(key_of(match.group(1)), sign, overrides) if match else None
        if match and blamed:
            return explain(match, blamed, error, overrides)
    blamed = next(filter(_names_no_option, overrides), None)
    if blamed:
        none = f"; to choose none: `~{blamed.removesuffix('=null')}`" if re.match(r"\w.*=null$", blamed) else ""
        return Refusal(key_of(blamed), f"expects the name of an option{none}.", blamed)
    return None


def key_of(override: str) -> str:
    """`optimizer.learning_rate` of `+optimizer.learning_rate=0.1`."""
    return override.lstrip("+~").partition("=")[0]


def _blamed(key: str, sign: str, overrides: Sequence[str]) -> str | None:
    """The override of a key that begins with a sign (`+`, `~`, or none); of several the last."""
    of_key = [override for override in overrides if key_of(override) == key]
    signed = [override for override in of_key if override[: len(override) - len(override.lstrip("+~"))] == sign]
    return next(reversed(signed or of_key), None)


def _missing_option(error: MissingConfigException, overrides: Sequence[str]) -> Refusal:
    group, _, option = (error.missing_cfg_file or "").rpartition("/")
    options = sorted(error.options or option_names(group))
    there = f" There are: {listing(options)}." if options else " There is no such group."
    text = f"there is no {option!r}.{did_you_mean(option, options)}{there}"
    chosen = [o for o in overrides if key_of(o).partition("@")[0] == group and option in o.partition("=")[2]]
    if chosen:
        near = nearest(option, options)
        key, _, value = chosen[-1].partition("=")
        return Refusal(key_of(key), text, chosen[-1], f"{key}={value.replace(option, near)}" if near else None)
    parent = re.match(r"In '([^']+)'", str(error))
    where = f" (the defaults of {parent.group(1)})" if parent else ""
    return Refusal(group or option, f"{text} Mend that file. Received: {group}: {option}{where}")


def explain_yaml_error(error: yaml.YAMLError) -> Refusal:
    """Where a file is not YAML, and why."""
    if isinstance(error, yaml.reader.ReaderError):
        what = f"character {error.character:#x} at position {error.position}"
        return Refusal(str(error.name), f"not valid YAML: {error.reason}. Take it out. Received: {what}")
    if not isinstance(error, yaml.MarkedYAMLError):
        return Refusal("a configuration file", f"not valid YAML. Received: {error}")
    mark = error.problem_mark
    place = f"{mark.name}:{mark.line + 1}" if mark else "a configuration file"
    received = error.context or error.problem
    return Refusal(place, f"not valid YAML: {error.problem}. Mend that line. Received: {received}")


def _not_an_override(error: OverrideParseException, overrides: Sequence[str]) -> Refusal:
    override = error.override
    if "=" in override:
        if not KEY.fullmatch(key_of(override)):
            return Refusal(key_of(override), "no key is written so: keys are names with dots between them.", override)
        reason = str(error.args[0] if error.args else error).strip().splitlines()[0]
        way_out = "Quote a value that holds spaces, commas, quotes or brackets: `'key=\"a, b\"'`."
        return Refusal(key_of(override), f"its value cannot be read: {reason}. {way_out}", override)
    near = nearest(override, option_files("experiment"))
    meant = f" Did you mean '+experiment={near}'?" if near else ""
    text = f"is not of the form `key=value`.{meant} `--help` shows examples."
    chosen = any(key_of(other) == "experiment" for other in overrides)
    return Refusal(override, text, override, f"+experiment={near}" if near and not chosen else None)


def _not_chosen_yet(match: re.Match[str], blamed: str, _: Exception, overrides: Sequence[str]) -> Refusal:
    group = match.group(1)
    labelled = next((label for label, kind in MANY.items() if kind == group), None)
    if labelled:
        return Refusal(group, _labelled(group, labelled, blamed, _labels(labelled, blamed, overrides), []), blamed)
    return Refusal(group, f"none is chosen yet, so it is added with `+`: `+{blamed}`.", blamed, f"+{blamed}")


def _labelled(kind: str, group: str, override: str, taken: Sequence[str], chosen: Sequence[str]) -> str:
    """Says how a labelled component is added, and which one that was chosen by an option is changed."""
    option = override.partition("=")[2]
    added = hints.format_labelled(kind, group, option, bool(option_names(kind)), taken)
    changed = f"; `{kind}@{group}.{option}={option}` changes the one that is there" if option in chosen else ""
    return f"several may be given, so each has a label: `{added}` adds one{changed}."


def _labels(group: str, blamed: str, overrides: Sequence[str]) -> list[str]:
    """Returns the labels that a configuration has without an override; none if it cannot be composed."""
    try:
        present = compose_raw([override for override in overrides if override != blamed])[group]
    except COMPOSITION_ERRORS:
        return []
    return [str(label) for label in present or ()]


def _other_package(match: re.Match[str], blamed: str, _: Exception, _overrides: Sequence[str]) -> Refusal:
    there = re.split(r", | or ", match.group(2))
    labelled = next((label for label, kind in MANY.items() if kind == match.group(1)), None)
    if labelled:
        labels = [one.rpartition(".")[2] for one in there]
        return Refusal(match.group(1), _labelled(match.group(1), labelled, blamed, labels, labels), blamed)
    way_out = f"another is added with `+`: `+{blamed}`."
    return Refusal(match.group(1), f"none is chosen there.{did_you_mean(match.group(1), there)} Or {way_out}", blamed)


def _unknown_key(match: re.Match[str], blamed: str, error: Exception, _overrides: Sequence[str]) -> Refusal:
    key = match.group(1)
    if blamed.startswith("++") or key.startswith("hydra."):
        return Refusal(key, f"cannot be set: {str(error.__cause__ or error).splitlines()[0]}.", blamed)
    return Refusal(key, "", blamed, f"++{blamed}")


def _there_already(match: re.Match[str], blamed: str, _: Exception, _overrides: Sequence[str]) -> Refusal:
    without = blamed.lstrip("+")
    if without == blamed:
        return Refusal(match.group(1), "is chosen twice: leave one out.", blamed)
    return Refusal(match.group(1), f"is there already, so it is changed without `+`: `{without}`.", blamed, without)


def _nothing_to_delete(match: re.Match[str], blamed: str, _: Exception, _overrides: Sequence[str]) -> Refusal:
    return Refusal(match.group(1), "there is no such key to remove. `--cfg job` shows those there are.", blamed)


def _several_values(_match: re.Match[str], blamed: str, _: Exception, _overrides: Sequence[str]) -> Refusal:
    key, values = key_of(blamed), blamed.partition("=")[2]
    return Refusal(key, f"holds several values. One run for each: add `-m`; one list: `{key}=[{values}]`.", blamed)


def _bad_value(_match: re.Match[str], blamed: str, error: Exception, _overrides: Sequence[str]) -> Refusal:
    reason = str(error.__cause__ or error).strip().splitlines()[0]
    return Refusal(key_of(blamed), f"its value cannot be used: {reason}.", blamed)


def _names_no_option(override: str) -> bool:
    key = key_of(override).partition("@")[0]
    if override.startswith("~") or (key and not option_names(key)):
        return False
    try:
        value = OverridesParser.create().parse_override(override).value()
    except HydraException:
        return False
    return not all(isinstance(name, str) for name in (value if isinstance(value, list) else [value]))


_PATTERNS = (
    (r"Could not override '([^']+)'\. No match in the defaults list", "", _not_chosen_yet),
    (r"Could not override '([^']+)'\.\s+Did you mean to override (?:one of )?(.+)\?", "", _other_package),
    (r"Could not override '([^']+)'", "", _unknown_key),
    (r"An item is already at '([^']+)'", "+", _there_already),
    (r"Multiple values for (\S+)\. ", "+", _there_already),
    (r"(\S+) appears more than once in the final defaults list", "+", _there_already),
    (r"Could not delete.*? '([^']+)'", "~", _nothing_to_delete),
    (r"Ambiguous value for argument '([^']+)'", "", _several_values),
    (r"Error merging override ([^=]+)=", "", _bad_value),
)
