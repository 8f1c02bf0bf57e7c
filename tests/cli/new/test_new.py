"""`tfd2l new` writes what runs, and never over anything."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tfd2l.cli.main import main
from tfd2l.cli.new import component as component_module
from tfd2l.cli.new import experiment as experiment_module
from tfd2l.cli.new.component import add_entry_point, render_component, render_test
from tfd2l.cli.new.names import attribute
from tfd2l.errors import ConfigError
from tfd2l.registry import KINDS, kind_folder

ROOT = Path(__file__).resolve().parents[3]
ALL = ",".join(KINDS)


def printed(capsys, *arguments):
    """Runs `tfd2l new ...`; returns its exit code and what it prints."""
    code = main(["new", *arguments])
    out, err = capsys.readouterr()
    return code, out + err


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A folder that `tfd2l new` takes for the checkout: with its pyproject.toml and conf/ alone."""
    root = tmp_path / "checkout"
    (root / "conf" / "experiment").mkdir(parents=True)
    shutil.copy(ROOT / "pyproject.toml", root)
    for module in (component_module, experiment_module):
        monkeypatch.setattr(module, "checkout", lambda: root)
    monkeypatch.chdir(root)
    return root


def test_a_plugin_of_every_kind_is_written(here, capsys):
    code, text = printed(capsys, "plugin", "mine", "--kinds", ALL)
    assert code == 0, text
    root = here / "tfd2l-mine"
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    assert project["name"] == "tfd2l-mine"
    for kind in KINDS:
        target = f"tfd2l_mine.{kind_folder(kind)}.mine:{attribute(kind, 'mine')}"
        assert project["entry-points"][f"tfd2l.{kind}"] == {"mine": target}
        assert f"tests/{kind_folder(kind)}/test_mine.py" in text
    written = {str(file.relative_to(root)) for file in root.rglob("*") if file.is_file()}
    assert {"README.md", ".gitignore", ".github/workflows/test.yml", "LICENSE", "tests/conftest.py"} <= written
    assert "pip install -e tfd2l-mine\n" in text
    workflow = yaml.safe_load((root / ".github/workflows/test.yml").read_text())
    assert workflow["jobs"]["test"]["steps"][1]["with"]["python-version"] == "${{ matrix.python }}"


def test_a_plugin_is_in_the_style_of_the_project(here, capsys):
    assert printed(capsys, "plugin", "my_thing", "--kinds", ALL)[0] == 0
    folder = here / "tfd2l-my-thing"
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["ruff"]
    selected = ",".join(options["lint"]["select"])
    ignored = ",".join([*options["lint"]["ignore"], "D"])
    command = [str(Path(sys.executable).with_name("ruff"))]
    line = ["--line-length", str(options["line-length"])]
    for check in (["check", "--select", selected, "--ignore", ignored], ["format", "--check", "--diff"]):
        done = subprocess.run([*command, *check, *line, "--isolated", "."], cwd=folder, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_the_options_of_a_component_are_read_without_importing_it(kind, here):
    text = render_component(kind, "mine", "tfd2l_mine.mine", "tfd2l-mine")
    tree = ast.parse(text)
    assert ast.get_docstring(tree).startswith("Mine ")
    assert attribute(kind, "mine") in {getattr(node, "name", "") for node in tree.body}
    ast.parse(render_test(kind, "mine", "tfd2l_mine.mine"))


def imported(text):
    """Returns the names that a module imports from tfd2l, with their modules."""
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
    return [(node.module, alias.name) for node in nodes if node.module.split(".")[0] == "tfd2l" for alias in node.names]


def test_what_templates_and_the_how_to_import_is_there():
    page = (ROOT / "docs" / "how-to" / "write-a-plugin.md").read_text(encoding="utf-8")
    texts = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    texts += [render_component(kind, "mine", "mine.mine", "mine") for kind in KINDS]
    texts += [render_test(kind, "mine", "mine.mine") for kind in KINDS]
    names = {pair for text in texts for pair in imported(text)}
    assert len(names) > 20
    assert [pair for pair in sorted(names) if not hasattr(importlib.import_module(pair[0]), pair[1])] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plugin", "MyThing"], r"no word of Python\. Did you mean 'my_thing'\? Received: MyThing"),
        (["plugin", "class"], "no word of Python. Received: class"),
        (["plugin", "2nd"], "begins with a letter, and is no word of Python. Received: 2nd"),
        (["plugin", "adam"], "The optimizer 'adam' is there already, of tfd2l"),
        (["plugin", "mine", "--kinds", "optimiser"], "no kind of component 'optimiser'. Did you mean 'optimizer'?"),
        (["plugin", "mine", "--kinds", ","], "Received: no kind"),
        (["component", "modle", "mine"], "Did you mean 'model'?"),
        (["component", "dataset", "snli"], "The dataset 'snli' is there already"),
        (["experiment", "mine", "--like", "nli_brt"], "no experiment 'nli_brt'. Did you mean 'nli_bert'?"),
        (["experiment", "nli_bert"], "There is an experiment 'nli_bert' already"),
        ([], "A new what? `tfd2l new plugin NAME`"),
    ],
)
def test_what_cannot_be_written_is_one_paragraph(here, capsys, arguments, message):
    code, text = printed(capsys, *arguments)
    assert code == 2
    assert message.replace(r"\.", ".").replace(r"\?", "?") in text
    assert "Received: " in text
    assert not list(here.iterdir())


def test_nothing_is_written_over(here, capsys):
    assert printed(capsys, "plugin", "mine")[0] == 0
    (here / "tfd2l-mine" / "README.md").write_text("changed")
    code, text = printed(capsys, "plugin", "mine")
    assert code == 2
    assert "Nothing is written over" in text
    assert (here / "tfd2l-mine" / "README.md").read_text() == "changed"


def test_licenses(here, capsys):
    for name, beginning in {"MIT": "MIT License", "Apache-2.0": "Apache License"}.items():
        code, text = printed(capsys, "plugin", "mine", "--license", name, "--folder", name)
        assert (code, f"License: {name}" in text) == (0, True)
        assert (here / name / "LICENSE").read_text().strip().startswith(beginning)
    assert printed(capsys, "plugin", "mine", "--license", "none", "--folder", "none")[0] == 0
    assert not (here / "none" / "LICENSE").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_a_component_of_the_checkout_has_a_file_a_line_and_a_test(checkout, capsys, kind):
    before = (ROOT / "pyproject.toml").read_text()
    code, text = printed(capsys, "component", kind, "my_thing")
    assert code == 0, text
    folder = kind_folder(kind)
    assert (checkout / "tfd2l" / folder / "my_thing.py").is_file()
    assert (checkout / "tests" / folder / "test_my_thing.py").is_file()
    line = f'my_thing = "tfd2l.{folder}.my_thing:{attribute(kind, "my_thing")}"\n'
    after = (checkout / "pyproject.toml").read_text()
    assert after.replace(line, "", 1) == before
    assert tomllib.loads(after)["project"]["entry-points"][f"tfd2l.{kind}"]["my_thing"]
    assert f"python -m pytest tests/{folder}/test_my_thing.py" in text
    assert printed(capsys, "component", kind, "my_thing")[0] == 2  # its files are there


def test_a_package_is_no_place_for_a_component(monkeypatch, here, capsys):
    monkeypatch.setattr(component_module, "checkout", lambda: None)
    code, text = printed(capsys, "component", "loss", "mine")
    assert (code, "`tfd2l new plugin mine --kinds loss`" in text) == (2, True)


def test_a_project_without_the_group_is_refused():
    with pytest.raises(ConfigError, match=r'write `\[project\.entry-points\."tfd2l\.loss"\]`'):
        add_entry_point("[project]\n", "loss", "mine", "m:Mine", Path("pyproject.toml"))


def test_an_experiment_of_ones_own_is_like_another(here, capsys):
    from tfd2l.config.compose import compose

    code, text = printed(capsys, "experiment", "my_nli", "--like", "nli_bert", "--config-dir", "mine")
    assert code == 0, text
    file = here / "mine" / "experiment" / "my_nli.yaml"
    assert "--config-dir mine +experiment=my_nli debug=fast" in text
    path = f"hydra.searchpath=[file://{here}/mine]"
    like, own = compose("+experiment=nli_bert"), compose(path, "+experiment=my_nli")
    assert own.name == "my_nli"
    own.name, own.description = like.name, like.description
    assert own == like
    # Every section that is offered as a comment can be taken as it stands.
    lines = file.read_text().splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("# dataset:"))
    file.write_text("\n".join([*lines[:start], *(line.removeprefix("# ") for line in lines[start:])]))
    changed = compose(path, "+experiment=my_nli")
    changed.name, changed.description = like.name, like.description
    assert changed == like
    # And another component can be chosen.
    file.write_text(file.read_text().replace("  - _self_", "  - override /optimizer: yogi\n  - _self_", 1))


def test_an_experiment_of_the_checkout(checkout, capsys):
    code, text = printed(capsys, "experiment", "my_airfoil", "--like", "airfoil")
    assert (code, (checkout / "conf" / "experiment" / "my_airfoil.yaml").is_file()) == (0, True)
    assert "+experiment=my_airfoil --cfg job" in text
