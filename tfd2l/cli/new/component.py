"""Writes a built-in component of this checkout."""

from __future__ import annotations

import re
from pathlib import Path

from tfd2l.cli.new.names import attribute, class_name, require_kind, require_name, require_new, title
from tfd2l.cli.new.runs import example_run
from tfd2l.cli.new.templates import render_python
from tfd2l.cli.new.written import Written, shorten_path, write_files
from tfd2l.config.paths import checkout
from tfd2l.errors import ConfigError
from tfd2l.registry import GROUP_PREFIX, kind_folder


def new_component(kind: str, name: str) -> Written:
    """Writes a component of this checkout and its test, and registers it in `pyproject.toml`.

    Args:
        kind: Of `tfd2l.registry.KINDS`.
        name: What a configuration calls it.

    Returns:
        What was written.

    Raises:
        ConfigError: The name is taken or cannot be used, a file is there, or tfd2l runs from no checkout.
    """
    require_kind(kind)
    require_name(name)
    require_new(kind, name)
    root = checkout()
    if root is None:
        raise ConfigError(
            f"`tfd2l new component` writes into a checkout of tfd2l, and this one is installed as a package. Write a "
            f"plugin: `tfd2l new plugin {name} --kinds {kind}`. Received: {kind} {name}"
        )
    module = f"tfd2l.{kind_folder(kind)}.{name}"
    project = root / "pyproject.toml"
    registered = add_entry_point(
        project.read_text(encoding="utf-8"), kind, name, f"{module}:{attribute(kind, name)}", project
    )
    test = root / "tests" / kind_folder(kind) / f"test_{name}.py"
    files = write_files(
        {
            root / "tfd2l" / kind_folder(kind) / f"{name}.py": render_component(kind, name, module, "tfd2l"),
            test: render_test(kind, name, module),
        }
    )
    project.write_text(registered, encoding="utf-8")
    commands = [
        "pip install -e .   # registers the new entry point",
        f"python -m pytest {shorten_path(test)}",
        example_run(kind, name),
    ]
    return Written(files, commands, [shorten_path(project)])


def render_component(kind: str, name: str, module: str, distribution: str) -> str:
    """Returns the text of a component.

    Args:
        kind: Its kind.
        name: What a configuration calls it.
        module: Its module.
        distribution: Which it belongs to.
    """
    values = _values(kind, name, module)
    # Under which Keras registers its class: with the kind, since a loss may be called like an optimizer.
    package = module.rpartition(".")[0]
    top = module.partition(".")[0]
    return render_python(f"component/{kind}.py", top, **values, package=package, distribution=distribution)


def render_test(kind: str, name: str, module: str) -> str:
    """Returns the text of a component's test.

    Args:
        kind: Its kind.
        name: What a configuration calls it.
        module: Its module.
    """
    return render_python(f"test/{kind}.py", module.partition(".")[0], **_values(kind, name, module))


def add_entry_point(project: str, kind: str, name: str, target: str, file: Path) -> str:
    """Returns the text of a `pyproject.toml` with one more entry point, at the end of its group.

    Args:
        project: The text.
        kind: Whose group it is.
        name: The entry point.
        target: "module:attribute".
        file: Of the text, for the error.

    Raises:
        ConfigError: The group is not there.
    """
    group = re.search(
        rf'^\[project\.entry-points\."{re.escape(GROUP_PREFIX + kind)}"\]\n(?:[^\[\n].*\n)*', project, re.M
    )
    if group is None:
        raise ConfigError(
            f"There is no table of entry points for the kind {kind} to add a line to: write "
            f'`[project.entry-points."{GROUP_PREFIX}{kind}"]`. Received: {file}'
        )
    return f'{project[: group.end()]}{name} = "{target}"\n{project[group.end() :]}'


def _values(kind: str, name: str, module: str) -> dict[str, str]:
    return {"kind": kind, "name": name, "class_name": class_name(name), "title": title(name), "module": module}
