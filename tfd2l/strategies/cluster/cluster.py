"""The cluster that the environment variable TF_CONFIG describes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tfd2l.errors import ConfigError, did_you_mean

VARIABLE = "TF_CONFIG"
EXAMPLE = (
    '{"cluster": {"chief": ["a:2222"], "worker": ["b:2222"], "ps": ["c:2222"]}, "task": {"type": "chief", "index": 0}}'
)


@dataclass(frozen=True)
class Task:
    """A task of a cluster: the place of this process in it.

    Args:
        cluster: job -> addresses (host:port) of its tasks.
        type: this task's job.
        index: its number in the job.
    """

    cluster: Mapping[str, Sequence[str]]
    type: str
    index: int


def task_from_environment(strategy: str, jobs: Sequence[str], needed: Sequence[str]) -> Task | None:
    """Reads the task from TF_CONFIG; None if it is not set.

    Args:
        strategy: its name, for errors.
        jobs: those that the strategy knows.
        needed: those that must have a task.

    Raises:
        ConfigError: TF_CONFIG is not JSON, or does not describe such a cluster.
    """
    text = os.environ.get(VARIABLE)
    if not text:
        return None
    try:
        described = json.loads(text)
    except json.JSONDecodeError as error:
        raise _malformed(strategy, f"is not JSON ({error})", text) from error
    cluster, task = (described.get(key) if isinstance(described, dict) else None for key in ("cluster", "task"))
    if not isinstance(cluster, dict) or not isinstance(task, dict):
        raise _malformed(strategy, "has no `cluster` or no `task`", text)
    for job, addresses in cluster.items():
        if job not in jobs:
            near = did_you_mean(job, jobs)
            raise _malformed(strategy, f"has a job {job!r}.{near} Jobs: {', '.join(jobs)}", text)
        if not isinstance(addresses, list) or not all(isinstance(a, str) and ":" in a for a in addresses):
            raise _malformed(strategy, f"lists for {job!r} something else than addresses host:port", text)
    missing = [job for job in needed if not cluster.get(job)]
    if missing:
        raise _malformed(strategy, f"has no task {' and no task '.join(missing)}", text)
    kind, index = task.get("type"), task.get("index")
    if (
        not isinstance(kind, str)
        or kind not in cluster
        or not isinstance(index, int)
        or not 0 <= index < len(cluster[kind])
    ):
        raise _malformed(strategy, f"says that this is task {kind} {index}, which the cluster does not have", text)
    return Task(cluster, kind, index)


def _malformed(strategy: str, what: str, text: str) -> ConfigError:
    return ConfigError(
        f"strategy={strategy}: the environment variable {VARIABLE} {what}. It looks like {EXAMPLE}. "
        f"Received: {VARIABLE}={text}"
    )
