"""Errors that a user can mend, and exit codes.

Exit codes of `python -m tfd2l.pipelines` and `tfd2l`: 0 all is well; 1 a bug, with its traceback; 2 a mistake that the
user can mend; 3 the run is finished and its model is kept, but reports of it failed; 75 stopped after saving, may be
started again; 130 interrupted.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

EXIT_MISTAKE = 2
EXIT_REPORTS = 3
EXIT_INTERRUPTED = 75
LEAST_LIKENESS = 0.6  # of 1: a name less like what came is not offered


class Tfd2lError(Exception):
    """A mistake that the user can mend; printed as one paragraph, without a traceback, exit code 2."""

    exit_code = EXIT_MISTAKE
    ag_pass_through = True
    """Says to TensorFlow's autograph: leave the message as it is, when this is raised while a graph is made."""


class ConfigError(Tfd2lError):
    """The composed configuration does not fit the components that it names."""


class ComponentError(Tfd2lError):
    """A component is unknown, owned twice, or cannot be imported or built."""


class DataError(Tfd2lError):
    """A file, record or download is missing or malformed."""


class TrackingError(Tfd2lError):
    """The MLflow store, or a run in it, cannot be read or written."""


class ResumeError(Tfd2lError):
    """A run cannot go on where it stopped."""


class ClusterError(Tfd2lError):
    """A process of a cluster cannot be started, or is lost."""


class NonFiniteError(Tfd2lError):
    """A loss, a gradient or a weight is NaN or infinite: training has diverged, or the data hold such values."""


class StepError(Tfd2lError):
    """A step of a pipeline ended with a failure that it has told itself; the exit code is the step's."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class ReportsFailed(Tfd2lError):
    """A run is finished and its model is kept, but reports of it failed; exit code 3."""

    exit_code = EXIT_REPORTS


class Interrupted(Tfd2lError):
    """Training was asked to stop and has saved where it stands; exit code 75 says that it may be started again."""

    exit_code = EXIT_INTERRUPTED


def nearest(received: str, known: Iterable[str]) -> str | None:
    """Returns the known name most similar to what came; None if none is similar."""

    def likeness(name: str) -> float:
        return difflib.SequenceMatcher(None, _folded(name), _folded(received)).ratio()

    best = max(sorted(known), key=likeness, default=None)
    return best if best is not None and likeness(best) >= LEAST_LIKENESS else None


def _folded(name: str) -> str:
    return name.lower().replace("-", "_")


def did_you_mean(received: str, known: Iterable[str], prefix: str = "") -> str:
    """Returns a sentence that offers the nearest name, for the middle of an error; empty if none is similar."""
    name = nearest(received, known)
    return f" Did you mean {prefix + name!r}?" if name else ""


def listing(names: Iterable[str]) -> str:
    """Returns names in order, comma separated; `(none)` without any."""
    return ", ".join(sorted(names)) or "(none)"
