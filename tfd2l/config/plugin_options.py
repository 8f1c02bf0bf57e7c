"""Do the option files that plugins ship compose, and fit the components that they name?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tfd2l.config.mistakes import find_mistakes
from tfd2l.config.paths import plugin_conf_dirs
from tfd2l.config.schema import MANY, ONE

# What an option file may leave to the run that chooses it: a value, and what it refers to.
LEFT_TO_THE_RUN = ("must be given", "its interpolation cannot be resolved")


def find_option_problems() -> Iterator[tuple[Path, str | None]]:
    """Yields each option file of a plugin that is wrong, with its first mistake; its folder and None if none is."""
    for folder in plugin_conf_dirs().values():
        found = {file: _problem(file) for file in sorted(folder.glob("*/*.yaml"))}
        wrong = {file: problem for file, problem in found.items() if problem}
        yield from wrong.items()
        if not wrong:
            yield folder, None


def _problem(file: Path) -> str | None:
    group, option = file.parent.name, file.stem
    label = next((label for label, kind in MANY.items() if kind == group), None)
    if group == "experiment":
        path, overrides = "", [f"+experiment={option}"]
    elif label is not None:
        path, overrides = f"{label}.checked", [f"+{group}@{label}.checked={option}", "name=checked"]
    elif group in ONE:
        path, overrides = group, [f"{group}={option}", "name=checked"]
    else:
        return None
    for problem in find_mistakes(overrides):
        concerned = problem.path.startswith(path) or str(file) in str(problem)
        if concerned and not any(left in problem.text for left in LEFT_TO_THE_RUN):
            return str(problem)
    return None
