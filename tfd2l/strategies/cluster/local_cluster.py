"""A cluster on one machine: processes on the loopback interface, started and ended by the run."""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import ExitStack, closing, suppress
from typing import ClassVar

from tfd2l.errors import ClusterError

log = logging.getLogger("tfd2l")

HOST = "127.0.0.1"
START_SECONDS = 120.0
LOOK_SECONDS = 0.2
ENDING_SECONDS = 5.0  # its connections close before a process is gone


class LocalCluster:
    """Workers and parameter servers on loopback.

    A worker that dies is started again (it holds nothing that is lost with it); a server is not: the variables on it
    are gone.

    Args:
        workers, servers: how many of each.

    Raises:
        ClusterError: a process ended before it was ready.
    """

    running: ClassVar[LocalCluster | None] = None  # a process is the chief of one cluster at a time

    def __init__(self, workers: int, servers: int) -> None:
        ports = _free_ports(workers + servers)
        addresses = [f"{HOST}:{port}" for port in ports]
        self.cluster = {"worker": addresses[:workers], "ps": addresses[workers:]}
        self.processes: dict[tuple[str, int], subprocess.Popen[bytes]] = {}
        self._ending = threading.Event()
        # The processes end when the reading side of this pipe does, however this process goes.
        self._alive, self._tell_alive = os.pipe()
        if LocalCluster.running is not None:
            LocalCluster.running.end()
        LocalCluster.running = self
        for job, tasks in self.cluster.items():
            for index in range(len(tasks)):
                self._start(job, index)
        try:
            self._wait_until_ready()
        except ClusterError:
            self.end()
            raise
        threading.Thread(target=self._watch, daemon=True).start()

    def close(self) -> None:
        """Start nothing again. The processes end with this one: TensorFlow still says goodbye to them at its exit."""
        self._ending.set()

    def end(self) -> None:
        """End all processes now."""
        self.close()
        for process in self.processes.values():
            process.kill()
            process.wait()

    def lost_servers(self) -> list[int]:
        """Servers that have ended; asked when one does not answer, so one that is just ending is waited for."""
        limit = time.monotonic() + ENDING_SECONDS
        while True:
            ended = [
                index for (job, index), process in self.processes.items() if job == "ps" and process.poll() is not None
            ]
            if ended or time.monotonic() > limit:
                return ended
            time.sleep(LOOK_SECONDS)

    def _start(self, job: str, index: int) -> None:
        command = [sys.executable, "-m", "tfd2l.strategies.cluster.server", json.dumps(self.cluster), job, str(index)]
        # A worker needs no GPU of its own here; and what is sent to a process that is gone should fail, not wait.
        environment = {**os.environ, "GRPC_FAIL_FAST": "use_caller"}
        environment.pop("TF_CONFIG", None)
        self.processes[job, index] = subprocess.Popen(
            command, stdin=self._alive, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )

    def _wait_until_ready(self) -> None:
        limit = time.monotonic() + START_SECONDS
        waiting = {(job, i): address for job, tasks in self.cluster.items() for i, address in enumerate(tasks)}
        while waiting:
            for key, address in list(waiting.items()):
                code = self.processes[key].poll()
                if code is not None or time.monotonic() > limit:
                    state = "is not ready after two minutes" if code is None else f"ended with code {code}"
                    raise ClusterError(
                        f"strategy=parameter_server: {key[0]} {key[1]}, started on {address}, {state}. "
                        f"`tfd2l doctor` looks for the cause. Received: {json.dumps(self.cluster)}"
                    )
                host, _, port = address.partition(":")
                with suppress(OSError), closing(socket.create_connection((host, int(port)), timeout=1)):
                    del waiting[key]
            time.sleep(LOOK_SECONDS)

    def _watch(self) -> None:
        told: set[int] = set()
        while not self._ending.wait(LOOK_SECONDS):
            for (job, index), process in list(self.processes.items()):
                code = process.poll()
                if code is None or self._ending.is_set():
                    continue
                if job == "worker":
                    log.warning("worker %d ended (code %d); it is started again, the others go on", index, code)
                    self._start(job, index)
                elif index not in told:
                    log.error("parameter server %d ended (code %d); its variables are lost", index, code)
                    told.add(index)


def _free_ports(count: int) -> list[int]:
    with ExitStack() as stack:  # all held at once, so that they differ
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
