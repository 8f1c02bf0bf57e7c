"""Which option is meant: `batch_size` is `stages.batch.batch_size`, `lr` is `optimizer.learning_rate`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tfd2l import registry
from tfd2l.config.signature import signature_of
from tfd2l.errors import ComponentError, nearest

MOST = 4  # paths that are suggested

# What other programs call it -> what it is called here, the nearest first.
ALIASES: Mapping[str, Sequence[str]] = {
    "lr": ("learning_rate",),
    "bs": ("batch_size",),
    "wd": ("weight_decay",),
    "l2": ("weight_decay",),
    "n_epochs": ("epochs",),
    "num_epochs": ("epochs",),
    "max_epochs": ("epochs",),
    "num_train_epochs": ("epochs",),
    "steps": ("max_steps",),
    "num_steps": ("max_steps",),
    "max_len": ("max_length", "max_sequence_length"),
    "seq_len": ("max_length", "num_steps"),
    "max_seq_len": ("max_length", "max_sequence_length"),
    "max_seq_length": ("max_length", "max_sequence_length"),
    "vocab_size": ("vocabulary_size", "max_size"),
    "hidden_size": ("hidden_dim", "num_hiddens"),
    "hidden": ("hidden_dim", "num_hiddens"),
    "n_layers": ("num_layers", "num_blocks"),
    "n_heads": ("num_heads",),
    "dropout_rate": ("dropout",),
    "clip": ("global_clipnorm",),
    "grad_clip": ("global_clipnorm",),
    "max_grad_norm": ("global_clipnorm",),
    "gradient_clip_val": ("global_clipnorm",),
    "snapshot_every": ("checkpoint_every",),
    "snapshot_keep": ("checkpoint_keep",),
    "save_steps": ("checkpoint_every",),
    "save_total_limit": ("checkpoint_keep",),
    "rate_factors": ("learning_rate_multipliers",),
    "lr_multipliers": ("learning_rate_multipliers",),
    "accumulate_grad_batches": ("micro_batches",),
    "gradient_accumulation_steps": ("micro_batches",),
    "fp16": ("precision",),
    "amp": ("precision",),
    "mixed_precision": ("precision",),
    "ema": ("ema_momentum",),
    "ema_decay": ("ema_momentum",),
    "warmup_steps": ("warmup", "warmup_fraction"),
    "data_dir": ("path",),
    "data_path": ("path",),
}
FORMS: Mapping[str, str] = {  # what is another choice here, not an option
    "gpus": "strategy=mirrored",
    "num_gpus": "strategy=mirrored",
    "multi_gpu": "strategy=mirrored",
    "distributed": "strategy=mirrored",
    "workers": "strategy=parameter_server strategy.workers=2",
    "checkpoint": "resume=auto",
    "pretrained": "model.weights=run:RUN_ID",
}


def suggest_paths(key: str, paths: Iterable[str]) -> list[str]:
    """Returns the options that end in a key, or in what it is called here; else those spelled most like it.

    Args:
        key: as typed; what stands before its last dot does not count.
        paths: of all options: see `option_paths`.
    """
    name, by_name = key.rpartition(".")[2], dict[str, list[str]]()
    for path in paths:
        by_name.setdefault(path.rpartition(".")[2], []).append(path)
    for wanted in (name, *ALIASES.get(name, ())):
        if wanted in by_name:
            return by_name[wanted][:MOST]
    near = nearest(name, by_name)
    return by_name[near][:MOST] if near else []


def list_option_paths(
    components: Iterable[tuple[str, str, Any]], settings: Mapping[str, registry.Entry]
) -> Iterator[str]:
    """Yields the path of every option that a run takes.

    Args:
        components: path, kind and configuration of each.
        settings: section -> where its signature is.
    """
    for section, entry in settings.items():
        yield from (f"{section}.{name}" for name in signature_of(entry).names)
    for path, kind, component in components:
        try:
            signature = signature_of(registry.find(kind, component["name"]))
        except (ComponentError, KeyError, TypeError):
            continue
        yield from (f"{path}.{name}" for name in signature.names if name != "name")


def format_question(suggestions: Sequence[str]) -> str:
    """Returns ` Did you mean 'a' or 'b'?`; empty without a suggestion."""
    return f" Did you mean {' or '.join(map(repr, suggestions))}?" if suggestions else ""


def format_labelled(kind: str, group: str, option: str, has_file: bool, taken: Iterable[str] = ()) -> str:
    """Returns the override that adds a labelled component: `+metric@metrics.accuracy=accuracy`."""
    label, number = option, 2
    while label in set(taken):
        label, number = f"{option}_{number}", number + 1
    return f"+{kind}@{group}.{label}={option}" if has_file else f"'+{group}.{label}={{name: {option}}}'"
