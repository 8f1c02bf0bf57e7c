"""Synchronous data parallelism on several machines (section 12.7)."""

from __future__ import annotations

import tensorflow as tf

from tfd2l.errors import ConfigError
from tfd2l.strategies.base.strategy import Strategy
from tfd2l.strategies.base.structure import ElementSpec
from tfd2l.strategies.cluster.cluster import VARIABLE, Task, task_from_environment

JOBS = ("chief", "worker")


class MultiWorker(Strategy):
    """Data parallelism over processes, each with a copy of the model on every of its devices.

    Gradients are summed over all of them in each step. Every process reads all data and takes its rows of each batch:
    nothing depends on how many there are. The chief (or worker 0) logs, saves and exports; the others follow.
    """

    def __init__(self, task: Task) -> None:
        super().__init__(tf.distribute.MultiWorkerMirroredStrategy())
        self.task = task
        self.is_chief = task.type == "chief" or ("chief" not in task.cluster and task.index == 0)

    def describe(self, batch_spec: ElementSpec) -> str:
        processes = sum(map(len, self.task.cluster.values()))
        return f"{self.task.type} {self.task.index} of {processes} processes: {super().describe(batch_spec)}"


def multi_worker() -> Strategy:
    """Trains on several machines, synchronously: those that TF_CONFIG lists.

    Their jobs are worker, and chief if wanted. The same command runs on every one of them, with its own `task`.

    Raises:
        ConfigError: TF_CONFIG is not set, or malformed.
    """
    task = task_from_environment("multi_worker", JOBS, needed=["worker"])
    if task is None:
        raise ConfigError(
            f"strategy=multi_worker reads the machines from the environment variable {VARIABLE}, which is not set. For "
            f"several devices of one machine there is `strategy=mirrored`. Received: no {VARIABLE}"
        )
    return MultiWorker(task)
