"""Every command that README.md and docs/ show works, and the pages and files that they point to are there."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest

from tfd2l.cli import main as cli
from tfd2l.pipelines import __main__ as pipelines

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
RUN = ["python", "-m", "tfd2l.pipelines"]
RUN_WHOLE = {"list", "describe", "doctor", "clean"}  # commands of `tfd2l` that need no run
ELSEWHERE = {"make", "source", "pip", "curl", "git", "cd", "python", "mlflow"}  # run by other tests, or by a person
FILES = ("dataset.path", "dataset.content", "dataset.style")  # options that name a file or folder of the reader's
README_LINES = 120


def blocks(page: Path, language: str) -> list[str]:
    """Returns the fenced blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def commands(page: Path) -> list[str]:
    """Returns the lines of all bash blocks, those that go on after a backslash as one."""
    lines = [line for block in blocks(page, "bash") for line in block.replace("\\\n", " ").split("\n")]
    return [line for line in lines if line.strip() and not line.startswith("#")]


COMMANDS = [(page.relative_to(ROOT).as_posix(), line) for page in PAGES for line in commands(page)]


@pytest.fixture
def call(monkeypatch, capsys, tmp_path):
    """A function that calls a command's `main` as its process would; returns what it printed."""
    monkeypatch.chdir(tmp_path)

    def run(main, *arguments):
        monkeypatch.setattr(sys, "argv", ["tfd2l", *arguments])
        try:
            code = main()
        except SystemExit as exit:
            code = exit.code or 0
        printed = capsys.readouterr()
        assert code == 0, printed.err or printed.out
        return printed.out

    return run


def first_job(word: str) -> str:
    """Returns an override of a sweep with its first value alone."""
    key, equals, value = word.partition("=")
    return word if value.startswith("[") else f"{key}{equals}{value.partition(',')[0]}"


def create_input(word: str) -> None:
    """Creates the file or folder that an override names, empty: what is in it is read after all checks."""
    key, _, value = word.partition("=")
    if key in FILES:
        path = Path(value)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch() if path.suffix else path.mkdir()


@pytest.mark.parametrize(("page", "line"), COMMANDS, ids=[f"{page}: {line}" for page, line in COMMANDS])
def test_a_command_works(page, line, call):
    """Runs are composed and checked whole, as `--cfg job` does; other commands run, or have their arguments parsed."""
    words = [word for word in shlex.split(line, comments=True) if "=" not in word or not word.split("=")[0].isupper()]
    if words[:3] == RUN:
        if "--config-dir" not in words:  # it names a folder of the reader's
            overrides = [first_job(word) if "-m" in words else word for word in words[3:] if word != "-m"]
            for override in overrides:
                create_input(override)
            text = call(pipelines.main, *overrides, "--cfg", "job")
            assert "name:" in text
    elif words[0] == "tfd2l":
        if words[1] in RUN_WHOLE and "--yes" not in words:
            assert call(cli.main, *words[1:])
        else:
            assert words[1] in cli.COMMANDS
            assert call(cli.main, words[1], "--help")
    else:
        assert words[0] in ELSEWHERE, f"no test knows what to do with {line!r}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_files_that_a_page_names_are_there(page):
    """Source files in code marks, and relative links."""
    text = page.read_text(encoding="utf-8")
    named = re.findall(r"`((?:tfd2l|conf|tests|plugins|pipelines|docs|benchmarks)/[\w./-]+\.(?:py|yaml|md))`", text)
    missing = [name for name in named if not (ROOT / name).is_file()]
    links = [link for link in re.findall(r"\]\(([^)#\s]+)\)", text) if "://" not in link]
    missing += [link for link in links if not (page.parent / link).exists() and "reference/" not in link]
    assert missing == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= README_LINES
