"""What every run says of itself: configuration, versions, data, and a page that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import yaml

from tfd2l.data.facts.vocabulary import TargetVocabulary, Vocabulary
from tfd2l.data.info import NO_DATA, DataInfo
from tfd2l.text.wordpiece import VOCABULARY_ARTIFACT, save_vocabulary
from tfd2l.tracking import environment
from tfd2l.tracking.tracked_run import FINGERPRINT_TAG, NOTE_TAG, OVERRIDES_TAG, STEPS_TAG, TrackedRun

DATA_ARTIFACT = "data/data.json"
COUNTED_TAG = "data.counted"  # one a line
WEIGHTS_TAG = "weights"  # which were measured and exported
SHORTENED_TAG = "tfd2l.shortened"  # why its numbers are no results
PREDICT_TAG = "tfd2l.predict"  # the command
SHORTENED = "Not a result"
TARGET_VOCABULARY_ARTIFACT = "data/target_vocabulary.txt"


def record_start(run: TrackedRun, config: Mapping[str, Any]) -> None:
    """Before anything is computed: the whole configuration, owners of its components, versions, devices, code."""
    run.log_params(dict(environment.flat(config)))
    run.log_text(yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True), "config/config.yaml")
    run.log_json(environment.owners(config), "config/components.json")
    machine = environment.machine()
    run.log_json({"versions": environment.versions(), **machine}, "environment.json")
    run.log_tags(
        {
            **environment.git(),
            "mlflow.user": environment.user(),
            "mlflow.source.name": environment.command(),
            OVERRIDES_TAG: "\n".join(environment.overrides()),
            "seed": str(config["seed"]),
            "devices": ", ".join(machine["devices"]),
            **{f"version.{name}": version for name, version in environment.versions().items()},
            NOTE_TAG: _page(config, "running"),
        }
    )


def record_data(run: TrackedRun, data: DataInfo, steps_per_epoch: int) -> None:
    """Where the examples came from, how many, what was counted, steps of an epoch, and the vocabulary."""
    vocabulary, target = data.find_fact(Vocabulary), data.find_fact(TargetVocabulary)
    counted = "\n".join(f"{count} {reason}" for reason, count in data.counts.items())
    sizes = {f"data.{split}": str(size) for split, size in data.sizes.items()}
    known_by = {"data.source": data.source, FINGERPRINT_TAG: data.fingerprint}
    run.log_tags({**known_by, STEPS_TAG: str(steps_per_epoch), **sizes, **({COUNTED_TAG: counted} if counted else {})})
    known = {
        "source": data.source,
        "fingerprint": data.fingerprint,
        "sizes": dict(data.sizes),
        "counted": dict(data.counts),
        "class names": list(data.class_names),
        "vocabulary size": len(vocabulary or ()),
        "target vocabulary size": len(target or ()),
    }
    run.log_json(known, DATA_ARTIFACT)
    for artifact, words in ((VOCABULARY_ARTIFACT, vocabulary), (TARGET_VOCABULARY_ARTIFACT, target)):
        folder, _, name = artifact.partition("/")
        if words is not None:
            with run.writing(folder) as temporary:
                save_vocabulary(words.tokens, temporary / name)


def describe_result(
    run: TrackedRun,
    config: Mapping[str, Any],
    data: DataInfo,
    metrics: Mapping[str, float],
    *,
    notes: Mapping[str, str] = MappingProxyType({}),
    warnings: Sequence[str] = (),
) -> None:
    """Replaces the run's page by one that holds its results.

    Args:
        run: the run.
        config: its configuration.
        data: what is known of its data.
        metrics: of the test split, and what reports have measured; may be empty.
        notes: the tags that say which weights were measured, whether its numbers are results, and how to predict.
        warnings: reports that failed, each with its reason.
    """
    if data is NO_DATA:
        body = "An illustration: its figures and tables are under *Artifacts*."
        run.log_tags({NOTE_TAG: _page(config, "\n\n".join([body, *_metric_table(metrics)]))})
        return
    sizes = ", ".join(f"{size} {split}" for split, size in data.sizes.items())
    lines = [f"**{SHORTENED}: {notes[SHORTENED_TAG]}.**"] if SHORTENED_TAG in notes else []
    lines += [
        f"**Data**: {data.source} (fingerprint `{data.fingerprint}`): {sizes}.",
        *(f"{count} {reason}." for reason, count in data.counts.items()),
    ]
    lines += _metric_table(metrics)
    if WEIGHTS_TAG in notes:
        lines.append(f"Measured and exported are the weights {notes[WEIGHTS_TAG]}.")
    if PREDICT_TAG in notes:
        lines.append(
            "Figures, the table of predictions (wrong ones first) and the exported model are under *Artifacts*. "
            f"Try it:\n\n```\n{notes[PREDICT_TAG]}\n```"
        )
    else:
        lines.append("Figures and tables are under *Artifacts*.")
    if warnings:
        told = "\n".join(f"- {' '.join(text.split())}" for text in warnings)
        lines.append(f"**Reports that failed** (`tfd2l report {run.run_id}` makes them):\n\n{told}")
    run.log_tags({NOTE_TAG: _page(config, "\n\n".join(lines))})


def _metric_table(metrics: Mapping[str, float]) -> list[str]:
    rows = "\n".join(f"| {name} | {value:.4f} |" for name, value in metrics.items())
    return [f"| metric | value |\n|---|---|\n{rows}"] if metrics else []


def _page(config: Mapping[str, Any], body: str) -> str:
    parts = " · ".join(
        f"{kind} `{config[kind]['name']}`"
        for kind in ("dataset", "model", "optimizer", "schedule", "strategy")
        if config.get(kind)
    )
    return f"# {config.get('name')}\n\n{config.get('description') or ''}\n\n{parts}\n\n{body}\n"
