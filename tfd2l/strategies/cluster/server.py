"""A worker or parameter server of a cluster: it runs what the chief sends it.

    python -m tfd2l.strategies.cluster.server '{"worker": [...], "ps": [...]}' worker 0

Started by `strategy=parameter_server strategy.workers=2 strategy.servers=2`, and by nobody else; it ends when its
standard input does, that is, with the process that started it.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping, Sequence

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

LEAST_THREADS = 4  # fewer, and a step that waits for a server blocks the thread that would answer it


def serve(cluster: Mapping[str, Sequence[str]], job: str, index: int) -> None:
    """Serves until the process is ended."""
    threads = max(LEAST_THREADS, os.cpu_count() or 1)
    config = tf.compat.v1.ConfigProto(inter_op_parallelism_threads=threads)
    spec = tf.train.ClusterSpec({name: list(addresses) for name, addresses in cluster.items()})
    tf.distribute.Server(spec, job_name=job, task_index=index, protocol="grpc", config=config).join()


def _end_with_parent() -> None:
    sys.stdin.buffer.read()  # returns when the parent has gone, however it went
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    serve(json.loads(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
