"""Describes a component, an experiment, a pipeline or a section of the configuration: its options and its source."""

from __future__ import annotations

import argparse
from typing import Any

from omegaconf import OmegaConf

from tfd2l import registry
from tfd2l.config.health import require_loadable
from tfd2l.config.hydra_compose import compose_raw
from tfd2l.config.options import option_files
from tfd2l.config.paths import PIPELINE
from tfd2l.config.schema import MANY, ONE, SETTINGS, SUPPLIED, settings_entry
from tfd2l.config.signature import signature_of
from tfd2l.config.usage import find_config_files, find_experiments_using
from tfd2l.errors import ConfigError, did_you_mean, listing
from tfd2l.pipelines.pipeline.command import describe_pipeline
from tfd2l.pipelines.pipeline.request import read_request

EXPERIMENT = "experiment"
KINDS = (*registry.KINDS, EXPERIMENT, PIPELINE, *SETTINGS)


def configure(parser: argparse.ArgumentParser) -> None:
    """`tfd2l describe KIND NAME`."""
    parser.add_argument("kind", metavar="KIND", nargs="?", help=listing(KINDS))
    parser.add_argument("name", metavar="NAME", nargs="?", help="as `tfd2l list KIND` shows it; a section has none")


def run(arguments: argparse.Namespace) -> int:
    """Print the description; nothing is imported unless the signature can be had in no other way."""
    if arguments.kind is None:
        raise ConfigError(f"Describe what? `tfd2l describe KIND NAME`; kinds: {listing(KINDS)}. Received: no kind")
    if arguments.name is None and arguments.kind in (*registry.KINDS, EXPERIMENT, PIPELINE):
        raise ConfigError(f"Which {arguments.kind}? `tfd2l list {arguments.kind}` names them. Received: no name")
    if arguments.kind == PIPELINE:
        print(describe_pipeline(read_request([f"+{PIPELINE}={arguments.name}"])))
        return 0
    if arguments.kind == EXPERIMENT:
        print(_experiment(arguments.name))
        return 0
    if arguments.kind in SETTINGS and arguments.name is None:
        signature = signature_of(settings_entry(arguments.kind))
        print(f"{arguments.kind}\n\n{signature.docstring}\n\nOptions, as `{arguments.kind}.OPTION=VALUE`:")
        print("\n".join(f"  {parameter}" for parameter in signature.parameters))
        return 0
    registry.entries(arguments.kind)  # refuses a kind that is none
    entry = registry.find(arguments.kind, arguments.name)
    require_loadable(entry)
    signature = signature_of(entry)
    print(f"{entry.kind} {entry.name}\n\n{signature.docstring or '(no docstring)'}\n\nOptions:")
    for parameter in signature.parameters:
        if parameter.name != "name":  # in a configuration it is the component's
            print(f"  {parameter}" + ("   (supplied by the experiment)" if parameter.name in SUPPLIED else ""))
    if signature.open:
        print("  and any further keyword")
    files = {f"{entry.kind}={file.stem}": str(file) for file in find_config_files(entry.kind, entry.name)}
    options = {f"{entry.kind}={entry.name}": "these defaults"} | files
    experiments = find_experiments_using(entry.kind, entry.name)
    print(f"\nOwner:        {entry.owner}\nSource:       {signature.file}:{signature.line}")
    print(f"Config:       {', '.join(f'{option} ({where})' for option, where in options.items())}")
    print(f"Experiments:  {', '.join(experiments) or '(none)'}")
    return 0


def _experiment(name: str) -> str:
    """What an experiment is made of, how it is changed, and how it is run."""
    files = option_files(EXPERIMENT)
    if name not in files:
        near = did_you_mean(name, files)
        raise ConfigError(f"There is no experiment {name!r}.{near} There are: {listing(files)}. Received: {name}")
    overrides = [f"+{EXPERIMENT}={name}"]
    tree: Any = OmegaConf.to_container(compose_raw(overrides), resolve=True)
    lines = [f"experiment {name}", "", str(tree.get("description") or "").strip(), "", "Made of:"]
    for path in (path for path in ONE if tree.get(path)):
        lines.append(f"  {path:<10} {_format_component(tree[path])}")
    for group in (group for group in MANY if tree.get(group)):
        lines.append(f"  {group}:")
        lines += [f"    {label:<12} {_format_component(one)}" for label, one in tree[group].items() if one is not None]
    usual = {parameter.name: parameter.default for parameter in signature_of(settings_entry("trainer")).parameters}
    other = [f"{key}={value}" for key, value in tree["trainer"].items() if repr(value) != usual.get(key)]
    lines += [f"  {'trainer':<10} {'  '.join(other) or 'its defaults'}", f"  {'seed':<10} {tree['seed']}"]
    lines += ["", "Changed by `PATH=VALUE`: trainer.epochs=3, another component by `optimizer=NAME`, `~stages.LABEL`."]
    lines += ["What an option means: `tfd2l describe KIND NAME`, `tfd2l describe trainer`.", ""]
    lines += [f"File:   {files[name]}", f"Run:    python -m tfd2l.pipelines +{EXPERIMENT}={name}"]
    lines += [
        "        debug=fast                two steps of everything",
        "        --cfg job                 all of it",
    ]
    return "\n".join(lines)


def _format_component(component: dict[str, Any]) -> str:
    options = [f"{key}={value}" for key, value in component.items() if key != "name"]
    return "  ".join([str(component.get("name")), *options])
