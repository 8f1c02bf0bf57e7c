"""`tfd2l list`: what is installed, whose it is, and what is wrong with it."""

from __future__ import annotations

import sys
from importlib.metadata import version

import pytest

from tfd2l import registry
from tfd2l.cli.main import main
from tfd2l.config.health import first_line
from tfd2l.config.signature import signature_of


@pytest.fixture(autouse=True)
def wide(monkeypatch):
    """A terminal wide enough that no cell is folded."""
    monkeypatch.setenv("COLUMNS", "400")


def summary_of(kind, name):
    """Returns the first line of a component's docstring."""
    return first_line(signature_of(registry.find(kind, name)).docstring)


def listed(capsys, *arguments):
    """The rows of a listing through a pipe: name -> row (an experiment may have the name of its strategy: both)."""
    assert main(["list", *arguments]) == 0
    rows = {}
    for row in capsys.readouterr().out.splitlines():
        kind, name, told, owner = row.split("\t")
        rows[kind] = kind
        rows[name] = rows.get(name, "") + f"{name}  {told}  {owner}"
    return rows


def test_a_terminal_shows_tables(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    main(["list", "loss"])
    title, heads, *rows = capsys.readouterr().out.splitlines()
    assert "loss" in title
    assert "description" in heads
    assert registry.entries("loss")[0].name in rows[0]


def test_everything_is_listed(capsys):
    rows = listed(capsys)
    assert {*registry.KINDS, "experiment", "nli_bert", "pipeline", "nli_transfer"} <= rows.keys()
    for kind in registry.KINDS:
        of_kind = listed(capsys, kind)  # by itself: an experiment may have the name of a component
        for entry in registry.entries(kind):
            assert entry.name in rows
            assert entry.owner in of_kind[entry.name]


def test_one_kind_is_listed_alone_with_the_first_line_of_each_docstring(capsys):
    rows = listed(capsys, "optimizer")
    assert {"optimizer", "adamw", "ademamix"} <= rows.keys()
    assert "early_stopping" not in rows
    assert rows["adamw"].split(maxsplit=1)[1].startswith(f"{summary_of('optimizer', 'adamw')}  ")
    assert f"tfd2l {version('tfd2l')}" in rows["adamw"]
    assert "tfd2l-ademamix" in rows["ademamix"]


def test_the_experiments_are_listed_with_what_they_are(capsys):
    rows = listed(capsys, "experiment")
    assert "Natural language inference with BERT (section 15.7)." in rows["nli_bert"]
    assert "conf/experiment/nli_bert.yaml" in rows["nli_bert"]


def test_the_pipelines_are_listed_with_what_they_are(capsys):
    rows = listed(capsys, "pipeline")
    assert (
        "BERT on few labelled pairs: from scratch, and from the encoder of a run on other pairs" in rows["nli_transfer"]
    )
    assert "pipelines/nli_transfer.yaml" in rows["nli_transfer"]


def test_an_unknown_kind_is_answered_with_the_nearest(capsys):
    assert main(["list", "optimisers"]) == 2
    text = capsys.readouterr().err
    assert text.startswith("error: There is no kind 'optimisers'. Did you mean 'optimizer'? Kinds: dataset, ")
    assert text.endswith("Received: optimisers\n")


def test_broken_and_stale_components_are_shown_as_such_beside_whole_ones(capsys, install):
    points = {"bent": "x_bent:Bent", "gone": "x_gone:Gone", "left": "x_left:Left"}
    files = {"x_bent.py": "import no_such_package\nclass Bent: ...\n", "x_left.py": "class Other: ...\n"}
    site = install("x-broken", {"tfd2l.loss": points}, files)
    rows = listed(capsys, "loss")
    assert f"broken: {site}/x_bent.py:1: there is no module no_such_package" in rows["bent"]
    assert "stale: there is no module x_gone" in rows["gone"]
    assert "stale: x_left has no Left" in rows["left"]
    name = "sparse_categorical_crossentropy"
    assert summary_of("loss", name) in rows[name]


def test_both_owners_of_a_name_are_listed(capsys, install):
    twin = {"tfd2l.loss": {"twin": "x_twin_listed:Twin"}}
    install("x-one", twin, {"x_twin_listed.py": "class Twin: 'A twin.'\n"})
    install("x-two", twin)
    main(["list", "loss"])
    rows = [line.split() for line in capsys.readouterr().out.splitlines() if "A twin." in line]
    assert [row[-2] for row in rows] == ["x-one", "x-two"]


def test_listing_imports_no_component_even_if_its_source_does_not_tell(capsys, install):
    made = "Made = type('Made', (), {})\n"
    install("x-made", {"tfd2l.loss": {"made": "x_made_listed:Made"}}, {"x_made_listed.py": made})
    assert "x-made 1.0" in listed(capsys, "loss")["made"]
    assert "x_made_listed" not in sys.modules


def test_brackets_in_a_docstring_are_shown(capsys, install):
    source = "def Loss():\n    '''Reads [cls] and [/x].'''\n"
    install("x-brackets", {"tfd2l.loss": {"brackets": "x_brackets:Loss"}}, {"x_brackets.py": source})
    assert "Reads [cls] and [/x]." in listed(capsys, "loss")["brackets"]


def test_a_component_of_this_session_is_listed(capsys):
    @registry.register("loss", "of_this_session")
    def of_this_session():
        """Mine."""

    try:
        row = listed(capsys, "loss")["of_this_session"]
    finally:
        registry.unregister("loss", "of_this_session")
    assert "Mine." in row
    assert registry.SESSION in row
