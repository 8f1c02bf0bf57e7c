"""Find all mistakes of a composed configuration by the signatures of the components that it names."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from tfd2l import registry
from tfd2l.config import hints, types
from tfd2l.config.health import require_loadable
from tfd2l.config.measures import list_measures
from tfd2l.config.options import option_names
from tfd2l.config.origin import Origin
from tfd2l.config.parameter import Parameter, Signature
from tfd2l.config.problems import Problem, refuse
from tfd2l.config.schema import (
    GLOBAL,
    MANY,
    NEEDED,
    ONE,
    PLAIN,
    SETTINGS,
    SUPPLIED,
    TRAINING,
    components,
    settings_entry,
    trains,
)
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError, did_you_mean, listing


def find_problems(config: Mapping[str, Any], origin: Origin) -> list[Problem]:
    """Returns every mistake of a resolved configuration."""
    found = list(_top_level_problems(config, origin))
    if not _is_chosen(config):
        return found or [Problem("experiment", _no_experiment())]
    wrong = {problem.path for problem in found}
    whole = {key: value for key, value in config.items() if key not in wrong}
    for path, kind, component in components(whole):
        labels = whole[path.partition(".")[0]] if "." in path else {}
        of_component = list(_component_problems(path, kind, component, labels, origin))
        found += of_component or _monitor_problems(path, kind, component, whole, origin)
    for path in SETTINGS:
        if path not in wrong and config.get(path) is not None:
            found += _settings_problems(path, config[path], origin)
    return found


def validate_section(path: str, values: Mapping[str, Any]) -> None:
    """Checks the values of a section, such as `trainer`, against its signature.

    Raises:
        ConfigError: with every mistake in it.
    """
    refuse(list(_settings_problems(path, values, Origin())))


def _settings_problems(path: str, values: Mapping[str, Any], origin: Origin) -> Iterator[Problem]:
    signature = signature_of(settings_entry(path))
    yield from _argument_problems(path, path, values, signature, origin)


def _top_level_problems(config: Mapping[str, Any], origin: Origin) -> Iterator[Problem]:
    known = {*ONE, *MANY, *SETTINGS, *PLAIN}
    for key, value in config.items():
        if key not in known:
            group = next((group for group, kind in MANY.items() if key == kind), None)
            near = _explain_addition(key, group, value, config) if group else _meant(key, value, config, known)
            yield Problem(key, f"no such key.{near} {origin.of(key, value)}")
        elif key in PLAIN and not types.fits(value, PLAIN[key]):
            expected = types.describe_type(PLAIN[key].removesuffix(" | None"))
            yield Problem(key, f"expects {expected}. {origin.of(key, value)}")
        elif key in MANY and not isinstance(value, Mapping | None):
            near = _way_out(MANY[key], f"{key}.LABEL")
            expected = f"{{LABEL: {{name: {MANY[key].upper()}, ...}}, ...}}"
            yield Problem(key, f"expects {expected}.{near} {origin.of(key, value)}")
        elif key in SETTINGS and not isinstance(value, Mapping | None):
            yield Problem(key, f"expects a mapping. {origin.of(key, value)}")
    if _is_chosen(config):
        for key in (*TRAINING, *NEEDED) if trains(config) else NEEDED:
            if config.get(key) is None:
                options = listing(option_names(key))
                yield Problem(key, f"missing. Choose one with `{key}=NAME`: {options}. {origin.of(key, None)}")


def _explain_addition(kind: str, group: str, value: object, config: Mapping[str, Any]) -> str:
    """How a component is added to a labelled group."""
    option = value.get("name") if isinstance(value, Mapping) else value
    taken = config.get(group)
    labels = list(taken) if isinstance(taken, Mapping) else []
    if not isinstance(option, str):
        return _way_out(kind, f"{group}.LABEL")
    return f" It has a label: `{hints.format_labelled(kind, group, option, option in option_names(kind), labels)}`."


def _meant(key: str, value: object, config: Mapping[str, Any], known: Collection[str]) -> str:
    """Which option or group a key stands for that is none."""
    if key in hints.FORMS:
        return f" Did you mean `{hints.FORMS[key]}`?"
    named = did_you_mean(key, {*known, *GLOBAL}) if isinstance(value, Mapping) or _alike(key, [*known]) else ""
    whole = {k: v for k, v in config.items() if k in known and (k in ONE or isinstance(v, Mapping))}
    paths = list(hints.list_option_paths(components(whole), {path: settings_entry(path) for path in SETTINGS}))
    exact = [path for path in hints.suggest_paths(key, paths) if path.rpartition(".")[2] == key or key in hints.ALIASES]
    return (
        hints.format_question(exact)
        or named
        or did_you_mean(key, {*known, *GLOBAL})
        or hints.format_question(hints.suggest_paths(key, paths))
    )


def _way_out(kind: str, path: str) -> str:
    """How an option file is chosen for a labelled component."""
    return f" Choose an option with `+{kind}@{path}=NAME`." if option_names(kind) else ""


def _component_problems(
    path: str, kind: str, component: object, labels: Mapping[str, Any], origin: Origin
) -> Iterator[Problem]:
    if not isinstance(component, Mapping) or not isinstance(component.get("name"), str):
        group, _, label = path.rpartition(".")
        near = did_you_mean(label, [str(other) for other in labels if str(other) != label], f"{group}.")
        way_out = _way_out(kind, path) if isinstance(component, str) else ""
        yield Problem(path, f"expects {{name: {kind.upper()}, ...}}.{near}{way_out} {origin.of(path, component)}")
        return
    try:
        entry = registry.find(kind, component["name"])
        require_loadable(entry)
        signature = signature_of(entry)
    except ComponentError as error:
        why = str(error).rpartition(" Received: ")[0]
        yield Problem(f"{path}.name", f"{why} {origin.of(f'{path}.name', component['name'])}")
        return
    given = {str(key): value for key, value in component.items() if key != "name"}
    yield from _argument_problems(path, f"{kind} {entry.name}", given, signature, origin)


def _monitor_problems(
    path: str, kind: str, component: Mapping[str, Any], config: Mapping[str, Any], origin: Origin
) -> Iterator[Problem]:
    """What watches a measure that the run does not make."""
    signature = signature_of(registry.find(kind, component["name"]))
    for parameter in signature.parameters:
        value = component.get(parameter.name)
        if value is not None and types.names_measure(parameter.annotation):
            measured = list_measures(config)
            if measured is not None and value not in measured:
                where = f"{path}.{parameter.name}"
                near = did_you_mean(str(value), measured)
                text = f"the run does not measure {value!r}.{near} It measures: {', '.join(measured)}."
                yield Problem(where, f"{text} {origin.of(where, value)}")


def _argument_problems(
    path: str, what: str, given: Mapping[str, Any], signature: Signature, origin: Origin
) -> Iterator[Problem]:
    settable = [name for name in signature.names if name not in SUPPLIED and name != "name"]
    for key, value in given.items():
        where = f"{path}.{key}"
        if key in settable:
            yield from _value_problems(where, signature[key], value, origin)
        elif key in signature.names:
            yield Problem(where, f"is supplied by the experiment, not set: leave it out. {origin.of(where, value)}")
        elif not signature.open:
            called = [f"{path}.{name}" for name in hints.ALIASES.get(key, ()) if name in settable]
            near = hints.format_question(called) or did_you_mean(key, settable, f"{path}.")
            taken = f"{what} takes: {', '.join(settable) or 'no options'}"
            yield Problem(where, f"no such option.{near} {taken}. {origin.of(where, value)}")
    unknown = [key for key in given if key not in settable]
    for name in settable:
        # A misspelt key was told above; that the right one is missing goes without saying.
        if signature[name].default is None and name not in given and not _alike(name, unknown):
            way_out = f"Give it with `+{path}.{name}=VALUE`."
            received = f"Received: {', '.join(given) or 'no options'}"
            yield Problem(f"{path}.{name}", f"missing, and {what} needs it. {way_out} {received}")


def _alike(name: str, others: Sequence[str]) -> bool:
    return bool(difflib.get_close_matches(name, others, cutoff=0.6))


def _value_problems(where: str, parameter: Parameter, value: object, origin: Origin) -> Iterator[Problem]:
    if value == "???":
        yield Problem(where, f"must be given: `{where}=VALUE`. {origin.of(where, value)}")
    elif not types.fits(value, parameter.annotation):
        near = did_you_mean(value, types.list_choices(parameter.annotation)) if isinstance(value, str) else ""
        yield Problem(where, f"expects {types.describe_type(parameter.annotation)}.{near} {origin.of(where, value)}")
    elif value is not None and types.expects_path(parameter.annotation):
        path = types.as_path(value)
        if not path.exists():
            near = did_you_mean(path.name, [p.name for p in path.parent.glob("*")]) if path.parent.is_dir() else ""
            yield Problem(where, f"no such file or folder: {path.absolute()}.{near} {origin.of(where, value)}")


def _is_chosen(config: Mapping[str, Any]) -> bool:
    """True if there is something to run: a model and data, or a named run of reports."""
    return bool(config.get("dataset") or config.get("model") or config.get("name"))


def _no_experiment() -> str:
    return (
        f"none is chosen, so there is nothing to run. Choose one with `+experiment=NAME`: "
        f"{listing(option_names('experiment'))}. `tfd2l list experiment` says what they are. Received: no experiment"
    )
