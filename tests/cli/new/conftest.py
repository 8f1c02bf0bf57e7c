"""An environment of its own, for plugins that tests install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def call(tmp_path_factory):
    """A function that calls Python in an environment of its own, which sees the packages of this one."""
    folder = tmp_path_factory.mktemp("generated")
    environment = folder / "env"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    shared = [path for path in sys.path if path.endswith("site-packages")]
    lines = [str(ROOT), *(f"import site; site.addsitedir({path!r})" for path in shared)]  # editable installs too
    (site / "shared.pth").write_text("\n".join(lines) + "\n")
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
