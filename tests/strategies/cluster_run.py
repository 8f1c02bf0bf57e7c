"""A run in a process of its own, as the tests of clusters need it: `cluster_run.py RESULT_FILE KILL OVERRIDE ...`.

KILL is `never`, or `JOB INDEX STEP`: that process of the cluster is killed after that step. What was seen is written
to the file as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

import keras
import numpy as np

import tfd2l

RESULT, KILL, OVERRIDES = Path(sys.argv[1]), sys.argv[2], sys.argv[3:]
SEEN: dict[str, list[float]] = {"loss": [], "examples": []}


class Watch(keras.callbacks.Callback):
    """Notes every step, and kills."""

    def on_train_batch_end(self, batch, logs=None):
        for name, values in SEEN.items():
            values.append(logs[name])
        job, _, rest = KILL.partition(" ")
        if rest and len(SEEN["loss"]) == int(rest.split()[1]):
            process = strategy.local.processes[job, int(rest.split()[0])]
            os.kill(process.pid, signal.SIGKILL)


tfd2l.register("callback", "watch")(Watch)
config = tfd2l.compose(*OVERRIDES, "+callbacks.watch.name=watch")
experiment = tfd2l.Experiment.from_config(config)
strategy = experiment.make_strategy()
experiment.make_strategy = lambda: strategy
try:
    result = experiment.run()
except tfd2l.errors.Interrupted as error:
    RESULT.write_text(json.dumps({"interrupted": str(error), "code": error.exit_code, **SEEN}))
else:
    built = result.trained.built
    told = {
        "iterations": int(np.array(built.optimizer.iterations)),
        "scheduled": built.plan.total_steps,
        "train": built.prepared.info.sizes["train"],
        "metrics": dict(result.metrics),
        "run_id": result.run_id,
    }
    if hasattr(strategy, "placement"):
        told["bytes"] = strategy.placement.held
        told["devices"] = {v.path: v.value.device for v in (*built.model.variables, *built.optimizer.variables)}
    RESULT.write_text(json.dumps({**told, **SEEN}))
