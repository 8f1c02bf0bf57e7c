"""The losses of the first steps of experiments of every chapter, with all digits.

    python -m benchmarks.first_losses FILE.json [NAME ...]             # adds to the file; default: all of `EXPERIMENTS`
    python -m benchmarks.first_losses --compare OLD.json NEW.json      # ends with 1 if a loss differs

Whoever changes the engine and means to change no number runs it before and after. It uses the command line and the
store alone, so that it runs on other commits too: `cd OTHER; PYTHONPATH=OTHER python .../benchmarks/first_losses.py`.
Options that were renamed since are tried under their names of before, if a checkout does not know the new ones.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import mlflow

STEPS = 20
CONFIG_ERROR = 2  # exit code
TWO = ("strategy.devices=[CPU:0,CPU:1]",)
NLI = ("nli_bert", "dataset.num_pairs=1000", "model.num_layers=2")
EXPERIMENTS: dict[str, tuple[str, ...]] = {
    # Chapter 10
    "nadaraya_watson": ("nadaraya_watson",),
    "seq2seq_bahdanau": ("seq2seq_bahdanau",),
    "transformer_mt": ("transformer_mt",),
    "vit": ("vit",),
    # Chapter 11
    "airfoil": ("airfoil",),
    "airfoil, adam": ("airfoil", "optimizer=adam"),
    "airfoil, keras_sgd, clipped, multipliers": (
        *("airfoil", "optimizer=keras_sgd", "++optimizer.global_clipnorm=0.5"),
        "++trainer.learning_rate_multipliers={kernel: 3.0}",
    ),
    "newton": ("newton",),
    "lr_schedules, cosine": ("lr_schedules", "schedule=lenet_cosine"),
    # Chapter 12
    "resnet18, mirrored": ("resnet18_multi_device", "strategy=mirrored", *TWO),
    "data_parallel_scratch": ("data_parallel_scratch",),
    "layer_parallel_scratch": ("layer_parallel_scratch",),
    "model_parallel_scratch": ("model_parallel_scratch",),
    "kvstore": ("kvstore",),
    # Chapter 13
    "ssd": ("ssd",),
    "fcn": ("fcn",),
    "finetune": ("finetune",),
    "style_transfer": ("style_transfer",),
    # Chapter 14
    "skip_gram": ("skip_gram",),
    "glove": ("glove",),
    "bert_pretraining": ("bert_pretraining",),
    # Chapter 15
    "nli_bert": NLI,
    "nli_bert, micro-batches, XLA": (*NLI, "trainer.micro_batches=4", "trainer.xla=true"),
    "nli_bert, averaged, steps in one call": (*NLI, "trainer.ema_momentum=0.9", "trainer.steps_per_execution=5"),
    "nli_bert, mirrored, micro-batches": (*NLI, "strategy=mirrored", *TWO, "trainer.micro_batches=2"),
    "nli_bag_of_words": ("nli_bag_of_words", "dataset.num_pairs=1000"),
}
RENAMED = {"learning_rate_multipliers": "rate_factors"}  # new name -> the one before


def first_losses(overrides: tuple[str, ...]) -> list[float]:
    """Runs an experiment for `STEPS` steps in a process of its own, and reads the loss of each from the store.

    Args:
        overrides: the experiment's name, then overrides of its configuration.

    Raises:
        RuntimeError: the run failed; the message is its output.
    """
    with tempfile.TemporaryDirectory(prefix="tfd2l-") as folder:
        store = f"sqlite:///{folder}/mlflow.db"
        shortened = (f"trainer.max_steps={STEPS}", "trainer.max_eval_steps=1", "trainer.log_every=1")
        unwatched = ("reports={}", "callbacks={}", "tracking.log_model=false", f"tracking.uri={store}")
        arguments = [f"+experiment={overrides[0]}", *overrides[1:], *shortened, *unwatched]
        ended = _run(arguments)
        if ended.returncode == CONFIG_ERROR:
            ended = _run([_with_names_before(argument) for argument in arguments])
        if ended.returncode:
            raise RuntimeError(f"{' '.join(arguments)} ended with {ended.returncode}: {ended.stdout}{ended.stderr}")
        client = mlflow.MlflowClient(store)
        (run,) = (run for e in client.search_experiments() for run in client.search_runs([e.experiment_id]))
        return [metric.value for metric in client.get_metric_history(run.info.run_id, "train/loss")]


def _run(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ}
    command = [sys.executable, "-m", "tfd2l.pipelines", *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def _with_names_before(argument: str) -> str:
    for name, before in RENAMED.items():
        argument = argument.replace(name, before)
    return argument


def compare(old: Path, new: Path) -> bool:
    """Prints for each experiment whether the losses in two files are the same bit by bit, and returns it for all."""
    before, after = (json.loads(file.read_text()) for file in (old, new))
    same = True
    for name in before | after:
        pairs = list(zip(before.get(name, []), after.get(name, []), strict=False))
        first = next((step for step, (a, b) in enumerate(pairs, 1) if a != b), None)
        if not pairs or len(before[name]) != len(after[name]):
            verdict = f"{len(before.get(name, []))} steps before, {len(after.get(name, []))} after"
        elif first is None:
            print(f"{name}: {len(pairs)} losses are the same bit by bit")
            continue
        else:
            a, b = pairs[first - 1]
            verdict = f"first differs in step {first}: {a} before, {b} after"
        print(f"{name}: {verdict}")
        same = False
    return same


def main() -> int:
    """Run, or compare."""
    if sys.argv[1:2] == ["--compare"]:
        return 0 if compare(*map(Path, sys.argv[2:4])) else 1
    file, names = Path(sys.argv[1]), sys.argv[2:]
    losses: dict[str, list[float]] = json.loads(file.read_text()) if file.exists() else {}
    for name in names or EXPERIMENTS:
        losses[name] = first_losses(EXPERIMENTS[name])
        print(f"{name}: {losses[name][:1]} ... {losses[name][-1:]}", flush=True)
        file.write_text(json.dumps(losses, indent=1))  # digits of repr: floats read back are the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
