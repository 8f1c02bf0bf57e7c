"""The Python that README.md and the how-to guides show runs, from top to bottom of each page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tensorflow as tf  # two logical devices: see tests/conftest.py

import tfd2l
from tfd2l import registry

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "docs/how-to/predict-and-serve.md", ROOT / "docs/how-to/notebooks.md"]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FEWER = ["steps.scratch.stages.subset.fraction=0.2, 1", "~steps.transferred"]  # of the pipeline's nine runs


@pytest.mark.slow
def test_python_blocks_run(monkeypatch, tmp_path):
    """Experiments run in `debug=fast`; pages come in an order in which `latest` has the inputs that they give."""
    assert tf.config.list_logical_devices("CPU")
    monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path}/mlflow.db")
    monkeypatch.chdir(tmp_path)
    compose, compose_pipeline = tfd2l.compose, tfd2l.Pipeline.compose
    monkeypatch.setattr(tfd2l, "compose", lambda *overrides: compose(*overrides, "debug=fast"))
    monkeypatch.setattr(tfd2l.Pipeline, "compose", lambda *overrides: compose_pipeline(*overrides, *FEWER))
    for page in PAGES:
        blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
        assert blocks, page
        names: dict[str, object] = {}
        for block in blocks:
            exec(compile(block, str(page), "exec"), names)
    registry.unregister("optimizer", "my_sgd")
    assert isinstance(names["result"].metrics, dict)
    assert names["run"].model is not None


def test_no_other_page_has_python_that_is_not_run():
    """`docs/how-to/write-a-plugin.md` is followed by tests/cli/new."""
    pages = {page for page in (ROOT / "docs").rglob("*.md") if BLOCK.search(page.read_text(encoding="utf-8"))}
    assert pages - set(PAGES) == {ROOT / "docs/how-to/write-a-plugin.md"}
