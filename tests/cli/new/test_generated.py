"""What `tfd2l new plugin` writes can be installed, passes its own tests, and runs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tfd2l.registry import KINDS

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """A function that calls Python in an environment of its own, which sees the packages of this one."""
    folder = tmp_path_factory.mktemp("generated")
    environment = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    shared = [str(ROOT), *(path for path in sys.path if path.endswith("site-packages"))]
    (site / "shared.pth").write_text("\n".join(shared) + "\n")
    variables = {**os.environ, "MLFLOW_TRACKING_URI": f"sqlite:///{folder}/mlflow.db"}
    variables.pop("PYTHONPATH", None)

    def run(*arguments):
        command = [environment / "bin" / "python", *arguments]
        done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
        return done.stdout + done.stderr

    def install(plugin):
        command = [sys.executable, "-m", "pip", "--python", str(environment / "bin" / "python"), "install", "--quiet"]
        subprocess.run([*command, "--no-deps", "-e", str(folder / plugin)], check=True)

    run.install = install
    return run


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
