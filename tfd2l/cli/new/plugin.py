"""Writes a plugin: a distribution of components, with tests."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import distribution
from pathlib import Path

import tfd2l
from tfd2l.cli.new.component import render_component, render_test
from tfd2l.cli.new.names import OWN_LICENSE, attribute, require_kind, require_name, require_new, title
from tfd2l.cli.new.runs import example_run
from tfd2l.cli.new.templates import render
from tfd2l.cli.new.written import Written, shorten_path, write_files
from tfd2l.errors import ConfigError
from tfd2l.registry import kind_folder

PREFIX = "tfd2l-"
EXPERIMENT_KINDS = {"dataset", "model"}  # with both of them the plugin has an experiment too


def new_plugin(name: str, kinds: Sequence[str], folder: Path | None = None, license_name: str = "MIT") -> Written:
    """Writes an installable distribution with a component of each kind, tests, README and CI workflow.

    Args:
        name: What a configuration calls its components; the distribution is `tfd2l-NAME`.
        kinds: Of `tfd2l.registry.KINDS`; with a dataset and a model there is an experiment that uses them.
        folder: Where to write it; None: a folder of the distribution's name in the working directory.
        license_name: "MIT", "Apache-2.0" or "none".

    Returns:
        What was written.

    Raises:
        ConfigError: A name is taken or cannot be used, a kind does not exist, or a file is there already.
    """
    name = re.sub(rf"^{PREFIX}", "", name).replace("-", "_")
    require_name(name)
    if not kinds:
        raise ConfigError("A plugin has a component of one kind at least: --kinds optimizer. Received: no kind")
    for kind in kinds:
        require_kind(kind)
        require_new(kind, name)
    kinds = list(dict.fromkeys(kinds))
    project = f"{PREFIX}{name.replace('_', '-')}"
    package = project.replace("-", "_")
    root = (folder if folder is not None else Path(project)).absolute()
    has_experiment = set(kinds) >= EXPERIMENT_KINDS
    components = [
        {
            "kind": kind,
            "name": name,
            "module": f"{package}.{kind_folder(kind)}.{name}",
            "attribute": attribute(kind, name),
            "command": example_run(kind, name),
        }
        for kind in kinds
    ]
    values = {
        "name": name,
        "title": title(name),
        "distribution": project,
        "package": package,
        "components": components,
        "has_experiment": has_experiment,
        "license": license_name,
        "version": tfd2l.__version__,
        "year": datetime.now(UTC).year,
        "author": _author() or f"The authors of {project}",
        "overrides": _experiment_overrides(kinds, name),
    }
    texts = {
        "pyproject.toml": render("plugin/pyproject.toml", **values),
        "README.md": render("plugin/README.md", **values),
        ".gitignore": render("plugin/gitignore", **values),
        ".github/workflows/test.yml": render("plugin/workflow.yml", **values),
        "tests/conftest.py": render("plugin/conftest.py", **values),
        f"{package}/__init__.py": f'"""Components of the plugin {project}."""\n',
        f"{package}/py.typed": "",
    }
    if license_name != "none":
        texts["LICENSE"] = (
            _own_license() if license_name == OWN_LICENSE else render(f"plugin/LICENSE.{license_name}", **values)
        )
    for kind, component in zip(kinds, components, strict=True):
        inside = kind_folder(kind)
        texts[f"{package}/{inside}/__init__.py"] = f'"""{title(inside)}."""\n'
        text = render_component(kind, name, component["module"], project)
        texts[f"{package}/{inside}/{name}.py"] = text
        texts[f"tests/{inside}/test_{name}.py"] = render_test(kind, name, component["module"])
    if has_experiment:
        texts[f"{package}/conf/experiment/{name}.yaml"] = render("plugin/experiment.yaml", **values)
        texts["tests/test_experiment.py"] = render("plugin/test_experiment.py", **values)
    files = write_files({root / path: text for path, text in texts.items()})
    shown = shorten_path(root)
    last = f"python -m tfd2l.pipelines +experiment={name}" if has_experiment else components[0]["command"]
    commands = [f"pip install -e {shown}", f"python -m pytest {shown}", last]
    notes = (
        [] if license_name == "none" else [f"License: {license_name}; another: --license, LICENSE and pyproject.toml."]
    )
    return Written(files, commands, notes=notes)


def _experiment_overrides(kinds: Sequence[str], name: str) -> dict[str, str]:
    """Returns the component of each kind that the plugin's experiment uses."""
    defaults = {
        "loss": "sparse_categorical_crossentropy",
        "decoder": "class_probabilities",
        "optimizer": "adam",
        "schedule": "constant",
    }
    return {kind: name if kind in kinds else default for kind, default in defaults.items()}


def _own_license() -> str:
    """Returns the text of tfd2l's license, which comes with every installation."""
    text = distribution("tfd2l").read_text("licenses/LICENSE")
    if text is None:
        raise ConfigError(
            f"The installation of tfd2l lacks its license file, which would be copied: write --license MIT or none. "
            f"Received: --license {OWN_LICENSE}"
        )
    return text


def _author() -> str:
    """Returns the name that git signs commits with; empty if there is none."""
    try:
        done = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
