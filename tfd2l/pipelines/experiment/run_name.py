"""Names a run after its overrides, which distinguish the runs of an experiment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

from tfd2l.config.hydra_errors import key_of

SHORT = {"learning_rate": "lr", "batch_size": "batch"}
UNNAMED = ("experiment", "pipeline", "name", "description", "tracking", "resume", "hydra", "hparams")
COMPONENTS = ("model", "dataset", "optimizer")
MOST_OF_VALUE = 32  # characters
MOST = 120


def name_run(config: Mapping[str, Any], overrides: Sequence[str]) -> str:
    """Returns the name of a run: the experiment, and each override by the last part of its key.

    What says where a run is logged, or which experiment it is, is left out. Where nothing is left, the run is named
    after its components: `nli_bert bert_classifier nli_embedded adamw`.

    Args:
        config: of the run.
        overrides: as they were typed.
    """
    told = {override: key_of(override) for override in overrides}
    told = {override: key for override, key in told.items() if key.partition(".")[0] not in UNNAMED}
    last = Counter(key.rpartition(".")[2] for key in told.values())
    parts = [_shorten(override, key, whole=last[key.rpartition(".")[2]] > 1) for override, key in told.items()]
    parts = parts or [config[kind]["name"] for kind in COMPONENTS if config.get(kind)]
    name = " ".join([str(config.get("name") or "tfd2l"), *parts])
    return name if len(name) <= MOST else f"{name[: MOST - 3]}..."


def _shorten(override: str, key: str, *, whole: bool) -> str:
    name = ".".join(key.split(".")[-2:]) if whole else key.rpartition(".")[2]
    name = SHORT.get(name, name)
    if override.startswith("~"):
        return f"~{name}"
    value = override.partition("=")[2].strip("'\"")
    if "/" in value and "://" not in value and not value.startswith(("{", "[")):
        value = PurePath(value).name
    return f"{name}={value if len(value) <= MOST_OF_VALUE else value[: MOST_OF_VALUE - 3] + '...'}"
