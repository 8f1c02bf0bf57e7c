"""Renders the templates of components, tests and plugins."""

from __future__ import annotations

import re
import sys
from functools import cache
from pathlib import Path

import jinja2

FOLDER = Path(__file__).with_name("templates")
IMPORT = re.compile(r"(import|from) (?!__future__)")


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def render(template: str, **values: object) -> str:
    """Returns the text of a template, `templates/TEMPLATE.jinja`.

    Args:
        template: Its path.
        **values: What it needs.
    """
    return _environment().get_template(f"{template}.jinja").render(**values)


def render_python(template: str, own_package: str, **values: object) -> str:
    """Returns the Python text of a template, its imports in the groups and the order in which ruff wants them.

    Args:
        template: Its path.
        own_package: The package that the text belongs to, whose imports stand last.
        **values: What it needs.
    """
    head, imports, body = _divide(render(template, **values))
    groups: list[list[str]] = [[], [], []]  # of Python, of others, of the package itself
    for line in imports:
        root = line.split()[1].partition(".")[0]
        groups[2 if root == own_package else 0 if root in sys.stdlib_module_names else 1].append(line)
    blocks = ["\n".join(sorted(group, key=_sort_key)) for group in groups if group]
    return head + "\n\n".join(blocks) + "\n" + body


def _divide(text: str) -> tuple[str, list[str], str]:
    """Returns a module's text up to its imports, the lines of its imports but for `__future__`, and the rest."""
    lines = text.splitlines(keepends=True)
    places = [place for place, line in enumerate(lines) if IMPORT.match(line)]
    first, last = places[0], places[-1]
    return "".join(lines[:first]), [lines[place].strip() for place in places], "".join(lines[last + 1 :])


def _sort_key(line: str) -> tuple[bool, str]:
    word, module = line.split()[:2]
    return word == "from", module.lower()
