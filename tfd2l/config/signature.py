"""The signature of a component's constructor: the schema of its configuration, and its defaults.

It is read from the source: importing a Keras component costs seconds (TensorFlow), and a misspelt key must be answered
at once. Only where the source does not show it (a compiled module, a constructor made at run time) is the component
imported and inspected.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict
from functools import cache
from typing import Any

from tfd2l.config.default_values import UNKNOWN, to_plain
from tfd2l.config.parameter import Parameter, Signature
from tfd2l.config.signature_source import read_signature
from tfd2l.config.source import module_file, record_files
from tfd2l.config.source_cache import source_cache
from tfd2l.registry import Entry


def signature_of(entry: Entry) -> Signature:
    """The signature of a registered component.

    Raises:
        ComponentError: it had to be imported, and that failed, or it cannot be called.
    """
    signature = static_signature(entry)
    if signature is not None:
        return signature
    component = entry.load()
    try:
        return _live(component)
    except (TypeError, ValueError) as error:
        raise entry.unusable(f"is not a function or class with a signature: {error}") from error


def static_signature(entry: Entry) -> Signature | None:
    """The signature as the source tells it; None if only an import would. Imports nothing."""
    return _static(entry.module, entry.attribute) if entry.component is None else None


def signature_without_import(entry: Entry) -> Signature | None:
    """The signature of a component that its source shows, or that is imported already; None if there is no such."""
    if entry.component is None:
        return static_signature(entry)
    try:
        return _live(entry.component)
    except (TypeError, ValueError):
        return None


@cache
def _static(module: str, attribute: str) -> Signature | None:
    """Returns the signature as it was kept, or as the source shows it now."""
    file = module_file(module)
    if file is None:
        return None
    key = f"signature {file} {module}:{attribute}"
    kept = _from_plain(source_cache().recall(key))
    if kept is not None:
        return kept
    with record_files() as files:
        signature = read_signature(module, attribute)
    if signature is not None:
        source_cache().remember(key, files, _to_plain(signature))
    return signature


def _to_plain(signature: Signature) -> dict[str, Any]:
    plain = asdict(signature)
    plain["parameters"] = [
        {key: value for key, value in parameter.items() if value is not UNKNOWN} for parameter in plain["parameters"]
    ]
    return plain


def _from_plain(plain: Any) -> Signature | None:
    try:
        parameters = tuple(Parameter(**parameter) for parameter in plain["parameters"])
        return Signature(**{**plain, "parameters": parameters})
    except (KeyError, TypeError):
        return None  # nothing is kept, or something else


def _live(component: Any) -> Signature:
    live = inspect.signature(component)
    module = str(getattr(component, "__module__", ""))
    parameters = [
        Parameter(
            parameter.name,
            None if parameter.annotation is parameter.empty else _annotation_text(parameter.annotation),
            None if parameter.default is parameter.empty else repr(parameter.default),
            UNKNOWN if parameter.default is parameter.empty else to_plain(parameter.default),
            module,
        )
        for parameter in live.parameters.values()
        if parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    is_open = any(p.kind is p.VAR_KEYWORD for p in live.parameters.values())
    try:
        file, line = inspect.getsourcefile(component) or "?", inspect.getsourcelines(component)[1]
    except (OSError, TypeError):
        file, line = "?", 0
    return Signature(tuple(parameters), is_open, inspect.getdoc(component), file, line, module)


def _annotation_text(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
