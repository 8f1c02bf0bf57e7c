"""A run that is killed at random moments and resumes each time, beside the same run without kills.

    python -m benchmarks.kill_and_resume [KILLS] [OVERRIDE ...]     # default: 20 +experiment=nli_bert, a small one

Every process is a real one and is ended by SIGKILL. Says whether weights and metric histories are the same, bit by
bit, and exits with 1 if they are not.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import mlflow
import numpy as np

from tfd2l.registry import entries
from tfd2l.tracking.metric_names import TIME, TRAIN, XLA, in_group, metric_name
from tfd2l.training.checkpoint.file import read_checkpoint
from tfd2l.training.differentiation import SEED_STATE

SMALL = (
    "+experiment=nli_bert",
    "dataset.num_pairs=2000",
    "model.num_layers=2",
    "model.dropout=0.1",
    "trainer.epochs=12",
    "trainer.log_every=1",
    "trainer.checkpoint_every=10",
    "reports={}",
)
SECONDS = 1.0  # a process lives at most so long after its first new checkpoint
POLL = 0.02
CHECKPOINTS = "step-*.checkpoint"
LAST = "last.checkpoint"


@dataclass(frozen=True)
class Comparison:
    """The run that was killed beside the one that was not.

    Args:
        kills: processes that were killed while they trained.
        steps: logged steps of `train/loss`, and of the run left alone.
        weights_differ: names of weights that are not the same bit by bit: those exported, and everything in the
            last checkpoint (optimizer and random states too).
        histories_differ: names of metrics (times left out) whose steps or values differ.
        runs: MLflow runs that the killed processes made.
    """

    kills: int
    steps: tuple[int, int]
    weights_differ: list[str]
    histories_differ: list[str]
    runs: int

    @property
    def same(self) -> bool:
        """Nothing differs, and it was one run."""
        return not self.weights_differ and not self.histories_differ and self.runs == 1

    def __str__(self) -> str:
        different = [*self.weights_differ, *self.histories_differ]
        return (
            f"{self.kills} kills, {self.runs} run; steps logged {self.steps[0]}, left alone {self.steps[1]}; "
            f"{'weights, optimizer and histories are the same bit by bit' if self.same else f'differing: {different}'}"
        )


def kill_and_resume(overrides: list[str], kills: int, folder: Path, seed: int = 0) -> Comparison:
    """Run twice, once with kills."""
    alone, killed = folder / "alone", folder / "killed"
    _finish(alone, overrides)
    draw = random.Random(seed)
    done = 0
    while done < kills:
        had = _checkpoints(killed)
        process = _run(killed, overrides)
        while process.poll() is None and _checkpoints(killed) <= had:
            time.sleep(POLL)
        ends = time.monotonic() + draw.uniform(0, SECONDS)
        while time.monotonic() < ends:
            _keep_last(killed)
            time.sleep(POLL)
        process.kill()
        process.wait()
        if not _checkpoints(killed):
            return _compare(alone, killed, done)  # it had come to its end
        done += 1
    _finish(killed, overrides)
    return _compare(alone, killed, done)


def _run(folder: Path, overrides: list[str]) -> subprocess.Popen[bytes]:
    folder.mkdir(parents=True, exist_ok=True)
    store = f"tracking.uri=sqlite:///{folder}/mlflow.db"
    command = [sys.executable, "-m", "tfd2l.pipelines", *overrides, store, "resume=auto"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _finish(folder: Path, overrides: list[str]) -> None:
    process = _run(folder, overrides)
    while process.poll() is None:
        _keep_last(folder)
        time.sleep(POLL)


def _keep_last(folder: Path) -> None:
    """Gives the last checkpoint a second name: a finished run has none."""
    for file in sorted(folder.glob(f"checkpoints/*/{CHECKPOINTS}"))[-1:]:
        with suppress(FileNotFoundError):  # the run is finished meanwhile
            linked = folder / f"{LAST}.linked"
            os.link(file, linked)
            linked.replace(folder / LAST)
            linked.unlink(missing_ok=True)  # if both were names of one file already


def _checkpoints(folder: Path) -> set[str]:
    return {path.name for path in folder.glob(f"checkpoints/*/{CHECKPOINTS}")}


def _compare(alone: Path, killed: Path, kills: int) -> Comparison:
    import keras

    for entry in entries("model"):
        entry.load()  # Keras finds a class by its name once it is imported
    found = []
    for folder in (alone, killed):
        client = mlflow.MlflowClient(f"sqlite:///{folder}/mlflow.db")
        ids = [run.info.run_id for e in client.search_experiments() for run in client.search_runs([e.experiment_id])]
        keys = [key for key in client.get_run(ids[0]).data.metrics if not in_group(key, TIME, XLA)]
        histories = {key: [(m.step, m.value) for m in client.get_metric_history(ids[0], key)] for key in keys}
        uri = f"runs:/{ids[0]}/checkpoint/model.keras"
        path = mlflow.artifacts.download_artifacts(uri, tracking_uri=f"sqlite:///{folder}/mlflow.db")
        model = keras.saving.load_model(path, compile=False)
        # Keras saves no seeds of dropout; those, and the optimizer, are in the last checkpoint.
        weights = {v.path: np.array(v) for v in model.variables if v.name != SEED_STATE}
        weights |= {f"last/{name}": array for name, array in read_checkpoint(folder / LAST).arrays.items()}
        found.append((ids, histories, weights))
    (_, wanted, theirs), (ids, histories, mine) = found
    differing = [name for name in {*mine, *theirs} if not np.array_equal(mine.get(name, []), theirs.get(name, []))]
    other = [key for key in {*histories, *wanted} if histories.get(key) != wanted.get(key)]
    loss = metric_name(TRAIN, "loss")
    steps = (len(histories.get(loss, [])), len(wanted[loss]))
    return Comparison(kills, steps, sorted(differing), sorted(other), len(ids))


def main() -> int:
    """Print what came of it."""
    arguments = sys.argv[1:]
    kills = int(arguments.pop(0)) if arguments and arguments[0].isdecimal() else 20
    overrides = arguments if any(a.startswith("+experiment") for a in arguments) else [*SMALL, *arguments]
    with tempfile.TemporaryDirectory() as folder:
        comparison = kill_and_resume(overrides, kills, Path(folder))
    print(comparison)
    return 0 if comparison.same else 1


if __name__ == "__main__":
    sys.exit(main())
