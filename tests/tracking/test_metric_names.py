"""Names of metrics in the store: made in one place, and all listed."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tfd2l.tracking import metric_names
from tfd2l.tracking.metric_names import NAMES, in_group, report_metrics
from tfd2l.training.compilation import Trial

ROOT = Path(__file__).resolve().parents[2]
WRITER = ROOT / "tfd2l" / "cli" / "new"  # writes files of tests, whose paths begin like names
FILES = sorted(
    file for folder in ("tfd2l", "plugins") for file in (ROOT / folder).rglob("*.py") if WRITER not in file.parents
)
MADE = re.compile(r"(train|epoch|validation|test|time|xla|report)/\w*\Z")  # a name, or how one begins
ROOMS = ("tracking", "reports", "pipelines", "callbacks", "metrics")  # where a name may begin with a variable


def built_names(tree: ast.AST, *, with_variables: bool) -> list[str]:
    """Returns the texts of a module that are names of metrics in the store, docstrings left out.

    Args:
        tree: of the module.
        with_variables: find f-strings such as `f"{split}/{name}"` too.
    """
    nodes = list(ast.walk(tree))
    docstrings = [n.value for n in nodes if isinstance(n, ast.Expr)]
    texts = [n for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str) and n not in docstrings]
    found = [text.value for text in texts if MADE.match(text.value)]
    if with_variables:
        keys = [key for n in nodes if isinstance(n, ast.Dict) for key in n.keys]
        keys += [n.key for n in nodes if isinstance(n, ast.DictComp)]
        joined = [ast.unparse(key) for key in keys if isinstance(key, ast.JoinedStr)]
        found += [text for text in joined if re.search(r"split\w*}/", text)]
    return found


def test_no_other_module_makes_names_of_metrics():
    elsewhere = {}
    for file in FILES:
        if file != Path(metric_names.__file__):
            room = file.relative_to(ROOT).parts[1]
            if found := built_names(ast.parse(file.read_text(encoding="utf-8")), with_variables=room in ROOMS):
                elsewhere[str(file.relative_to(ROOT))] = found
    assert elsewhere == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("{f'test/{name}': 1}", ["test/"]),
        ("x = 'validation/loss'", ["validation/loss"]),
        ("{f'{split}/{name}': 1}", ["f'{split}/{name}'"]),
        ("def f():\n    'test/loss'", []),
        ("x = 'figures/test/one.png'", []),
    ],
)
def test_a_name_that_is_made_elsewhere_is_found(code, found):
    assert built_names(ast.parse(code), with_variables=True) == found


def test_every_metric_of_a_trial_is_listed():
    listed = ", ".join(NAMES).split(", ")
    assert {f"xla/{name}" for name in Trial(1.0, 1.0, 1.0, 1).metrics()} == {n for n in listed if in_group(n, "xla")}


def test_numbers_of_reports_replace_no_metric_of_the_run():
    numbers = {"test/map50": 0.5, "test/accuracy": 0.75, "validation/loss": 1.0, "height": 2.0}
    assert list(report_metrics(numbers, {"test/accuracy", "validation/loss"})) == [
        "test/map50", "report/test/accuracy", "report/validation/loss", "report/height",
    ]  # fmt: skip
