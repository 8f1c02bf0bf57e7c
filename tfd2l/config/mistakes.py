"""All the mistakes of a command line at once, though Hydra stops at the first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Transformer
from hydra.errors import HydraException
from omegaconf import DictConfig, open_dict, read_write

from tfd2l.config.fitting import DroppedOption
from tfd2l.config.hydra_compose import COMPOSITION_ERRORS, compose_raw, expand_override
from tfd2l.config.hydra_errors import Refusal, explain_error, key_of
from tfd2l.config.origin import Origin
from tfd2l.config.problems import Problem, format_problems, refuse
from tfd2l.config.validate import Examination, examine
from tfd2l.errors import ConfigError, Tfd2lError


@contextmanager
def translate_errors(overrides: Sequence[str]) -> Iterator[None]:
    """Turn what Hydra, OmegaConf and YAML raise while composing into a `ConfigError` that tells every mistake."""
    try:
        yield
    except Tfd2lError:
        raise
    except Exception:
        found = find_mistakes(overrides)
        if not found:
            raise  # not the configuration's fault
        # What Hydra says is told in our words; its own chain of fifty lines would only stand above them.
        raise ConfigError(format_problems(found)) from None


def validate_sweep(overrides: Sequence[str]) -> None:
    """Check the jobs of a multirun before the first of them runs: every value that is swept over, once.

    Raises:
        ConfigError: with every mistake of every job.
    """
    found = {str(problem): problem for job in _jobs(overrides) for problem in find_mistakes(job)}
    refuse(list(found.values()))


def find_mistakes(overrides: Sequence[str], places: Mapping[str, tuple[str, str]] | None = None) -> list[Problem]:
    """Every mistake of a command line (or of what else was given, and where: `places`, see `Origin`)."""
    return examine_overrides(overrides, places)[0]


def examine_overrides(
    overrides: Sequence[str], places: Mapping[str, tuple[str, str]] | None = None
) -> tuple[list[Problem], Examination | None]:
    """Finds every mistake; and what composes in the end, None if nothing does.

    Where Hydra refuses an override, that is kept as a mistake, and composing starts again with the override mended or
    left out. A key that Hydra does not know is forced in: the check against the signatures says what would be right.
    """
    found: list[Problem] = []
    typed = {expand_override(override): override for override in overrides}
    origin = Origin(places=places or {})
    left = list(map(expand_override, overrides))
    tried: list[list[str]] = []
    while left not in tried:
        tried.append(list(left))
        try:
            config = compose_raw(left)
        except COMPOSITION_ERRORS as error:
            refused = explain_error(error, left) or _blamed_by_elimination(error, left)
            if refused.override is None:
                return [*found, Problem(refused.path, refused.text)], None
            if refused.text:
                found.append(Problem(refused.path, f"{refused.text} {origin.received(typed[refused.override])}"))
            place = left.index(refused.override)
            left[place : place + 1] = [refused.instead] if refused.instead else []
            if refused.instead:
                typed[refused.instead] = typed[refused.override]
        else:
            more, checked = _in_composed(config, left, typed, origin.places)
            return found + [problem for problem in more if problem.path not in {p.path for p in found}], checked
    return found, None


def _blamed_by_elimination(error: Exception, overrides: Sequence[str]) -> Refusal:
    """Blame the last override without which something else happens; none if the same happens without any of them."""
    reason = " ".join(str(error).split())
    for place in reversed(range(len(overrides))):
        try:
            compose_raw([*overrides[:place], *overrides[place + 1 :]])
        except COMPOSITION_ERRORS as other:
            if str(other) == str(error):
                continue
        blamed = overrides[place]
        return Refusal(key_of(blamed) or blamed, f"cannot be composed: {reason}. `--help` shows examples.", blamed)
    return Refusal("configuration", f"cannot be composed: {reason}. Received: {' '.join(overrides) or 'no overrides'}")


def _in_composed(
    config: DictConfig, used: Sequence[str], typed: Mapping[str, str], places: Mapping[str, tuple[str, str]]
) -> tuple[list[Problem], Examination]:
    origin = Origin([typed[override] for override in used], dict(config.hydra.runtime.choices), places)
    with open_dict(config), read_write(config):
        del config["hydra"]
    looked_at = examine(config, origin, used)
    found = looked_at.problems
    paths = {problem.path for problem in found}
    paths |= {note.path for note in looked_at.notes if isinstance(note, DroppedOption)}
    for override in used:
        forced = override.startswith("++") and not typed[override].startswith("++")
        if forced and not _is_reported(key_of(override), paths):
            text = f"is not set yet, so it is added with `+`: `+{typed[override]}`."
            found.append(Problem(key_of(override), f"{text} {origin.received(typed[override])}"))
    return found, looked_at


def _is_reported(key: str, paths: set[str]) -> bool:
    """True if a mistake concerns the key, what is inside it, or the component that it is an option of."""
    component = key.rpartition(".")[0]
    concerned = {key, component, f"{component}.name", "experiment"}
    return any(path in concerned or path.startswith(f"{key}.") or key.startswith(f"{path}.") for path in paths)


def _jobs(overrides: Sequence[str]) -> Iterator[list[str]]:
    """Command lines that hold every swept value once: that of the first values, and one for each other value."""
    values = [split_sweep(override) for override in overrides]
    try:
        swept = compose_raw([first for first, *_ in values]).hydra.sweeper.get("params") or {}
    except COMPOSITION_ERRORS:
        swept = {}  # the mistake is told when the first job is looked at
    values = [*(split_sweep(f"{key}={value}") for key, value in swept.items()), *values]
    first = [one for one, *_ in values]
    yield first
    for place, (_, *others) in enumerate(values):
        for value in others:
            yield [*first[:place], value, *first[place + 1 :]]


def split_sweep(override: str) -> list[str]:
    """`a=1`, `a=2` of `a=1,2`; what is not swept over (or cannot be read) by itself."""
    try:
        parsed = OverridesParser.create().parse_override(override)
        if not (parsed.is_sweep_override() and parsed.is_discrete_sweep()):
            return [override]
        return [f"{parsed.get_key_element()}={_encoded(value)}" for value in parsed.sweep_iterator()]
    except HydraException:
        return [override]


def _encoded(value: Any) -> str:
    """A value as it would be typed; Hydra's own way would take an interpolation for text."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) and "${" in value else Transformer.str(value)
