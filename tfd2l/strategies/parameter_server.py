"""Asynchronous training with parameter servers (section 12.7)."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import tensorflow as tf

from tfd2l.config.ranges import PositiveInt
from tfd2l.errors import ClusterError, ConfigError
from tfd2l.strategies.base.strategy import Compute, Pending, Strategy, Submit
from tfd2l.strategies.base.structure import ElementSpec, Structure
from tfd2l.strategies.cluster.cluster import VARIABLE, Task, task_from_environment
from tfd2l.strategies.cluster.local_cluster import LocalCluster
from tfd2l.strategies.cluster.placement import Placement
from tfd2l.strategies.cluster.server import serve

log = logging.getLogger("tfd2l")

JOBS = ("chief", "worker", "ps")
LOST = (tf.errors.UnavailableError, tf.errors.CancelledError, tf.errors.AbortedError)


class ParameterServer(Strategy):
    """Asynchronous data parallelism: workers compute gradients, servers keep the variables.

    Each step runs on some worker, which reads the variables from their servers and sends them its gradients.
    Several steps run at once, each on variables that the others may change meanwhile. A batch is
    sent out by the chief, so that each is learnt from once; when a worker is lost, the steps it had not finished go
    to another. Such a step may have changed some variables already: these it changes twice. Its loss and metrics
    count once.

    Args:
        distribution: TensorFlow's own.
        workers, servers: how many.
        local: the processes, if the run has started them.
    """

    in_process = False

    def __init__(
        self,
        distribution: tf.distribute.ParameterServerStrategy,
        workers: int,
        servers: int,
        local: LocalCluster | None = None,
    ) -> None:
        super().__init__(distribution)
        self.in_flight = 2 * workers  # for each worker one that it computes, and one that waits for it
        self.workers = workers
        self.servers = servers
        self.local = local
        self.placement = Placement(distribution, servers)
        self._coordinator = tf.distribute.coordinator.ClusterCoordinator(distribution)

    @contextmanager
    def scope(self) -> Iterator[None]:
        with self.distribution.scope(), self.placement.scope():
            yield

    @property
    def devices(self) -> list[str]:
        return [f"/job:worker/task:{index}/device:CPU:0" for index in range(self.workers)]

    def describe(self, batch_spec: ElementSpec) -> str:
        rows = tf.nest.flatten(batch_spec)[0].shape[0]
        return f"{self.workers} workers, {self.servers} servers; batches of {rows} on one worker each, asynchronous"

    def compile(self, compute: Compute, finish: Compute, batch_spec: ElementSpec) -> Submit:
        @tf.function(input_signature=[batch_spec])
        def work(batch: Structure) -> Any:
            return self.run(compute, batch)

        finish = tf.function(finish, reduce_retracing=True)

        def submit(batch: Structure) -> Pending:
            with self._name_lost_servers():
                result = self._coordinator.schedule(work, args=(batch,))

            def wait() -> Any:
                with self._name_lost_servers():
                    return finish(result.get())

            return wait

        return submit

    def close(self) -> None:
        if self.local is not None:
            self.local.close()

    @contextmanager
    def _name_lost_servers(self) -> Iterator[None]:
        try:
            yield
        except LOST as error:
            which = self.local.lost_servers() if self.local is not None else []
            name = f"parameter server {', '.join(map(str, which))}" if which else "a parameter server"
            raise ClusterError(f"{name} is lost, and the variables it kept.") from error


def parameter_server(workers: PositiveInt | None = None, servers: PositiveInt | None = None) -> Strategy:
    """Trains asynchronously with workers, and parameter servers among which the variables are divided by their bytes.

    TF_CONFIG describes a real cluster (jobs chief, worker, ps): the same command runs on every machine, that of the
    chief trains and logs, the others serve until they are ended. Without it, `workers` and `servers` are started as
    processes of this machine, and end with the run.

    Args:
        workers: worker processes on this machine; none with TF_CONFIG.
        servers: parameter server processes on this machine; none with TF_CONFIG.

    Raises:
        ConfigError: TF_CONFIG is malformed, or neither it nor the processes are given, or both.
        ClusterError: a process could not be started.

    References:
        - Li et al., 2014, *Scaling Distributed Machine Learning with the Parameter Server*.
    """
    task = task_from_environment("parameter_server", JOBS, needed=JOBS)
    if (task is None) == (workers is None or servers is None):
        raise ConfigError(
            "strategy=parameter_server needs either processes on this machine, `strategy.workers=2 "
            f"strategy.servers=2`, or a cluster in {VARIABLE}, not both. Received: strategy.workers={workers}, "
            f"strategy.servers={servers}, {VARIABLE} {'not set' if task is None else 'set'}"
        )
    if task is not None:
        return _of_cluster(task)
    assert workers is not None
    assert servers is not None
    if min(workers, servers) < 1:
        raise ConfigError(
            f"strategy.workers and strategy.servers count from 1 up. Received: {workers} workers, {servers} servers"
        )
    local = LocalCluster(workers, servers)
    try:
        return _connected(local.cluster, workers, servers, local)
    except BaseException:
        local.end()
        raise


def _of_cluster(task: Task) -> Strategy:
    if task.type != "chief":
        log.info("serving as %s %d until this process is ended", task.type, task.index)
        serve(task.cluster, task.type, task.index)
    return _connected(task.cluster, len(task.cluster["worker"]), len(task.cluster["ps"]))


def _connected(
    cluster: Mapping[str, Sequence[str]], workers: int, servers: int, local: LocalCluster | None = None
) -> ParameterServer:
    os.environ.setdefault("GRPC_FAIL_FAST", "use_caller")  # what is sent to a process that is gone fails at once
    chief = {"task_type": "chief", "task_id": 0} if "chief" in cluster else {}
    spec = tf.train.ClusterSpec({job: list(tasks) for job, tasks in cluster.items()})
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(spec, rpc_layer="grpc", **chief)
    return ParameterServer(tf.distribute.ParameterServerStrategy(resolver), workers, servers, local)
