"""What `tfd2l new plugin` writes can be installed, passes its own tests, and runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tfd2l.registry import KINDS

pytestmark = pytest.mark.slow


def test_a_plugin_with_a_component_of_every_kind(call):
    call("-m", "tfd2l.cli.main", "new", "plugin", "whole", "--kinds", ",".join(KINDS))
    call.install("tfd2l-whole")
    for kind in KINDS:
        assert "tfd2l-whole 0.1.0" in call("-m", "tfd2l.cli.main", "list", kind)
    assert " passed" in call("-m", "pytest", "tfd2l-whole")
    text = call("-m", "tfd2l.pipelines", "+experiment=whole", "debug=fast")
    assert "whole" in text


def test_an_optimizer_from_nothing_to_a_run(call):
    text = call("-m", "tfd2l.cli.main", "new", "plugin", "swift")
    call.install("tfd2l-swift")
    assert " passed" in call("-m", "pytest", "tfd2l-swift")
    command = next(line.strip() for line in text.splitlines() if "optimizer=swift" in line)
    assert command.startswith("python -m tfd2l.pipelines ")
    call(*command.split()[1:], "debug=fast")


def test_the_how_to_can_be_followed(call):
    """Every command and every block of Python of the page, in their order."""
    page = (Path(__file__).resolve().parents[3] / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(sh|python)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 8
    for language, block in blocks:
        if language == "python":
            assert call("-c", block).strip()
            continue
        for line in block.splitlines():
            first, *rest = shlex.split(line, comments=True)
            if first == "pip":
                call.install(rest[-1])
            else:
                call(*(["-m", "tfd2l.cli.main"] if first == "tfd2l" else []), *rest)
