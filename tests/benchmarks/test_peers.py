"""Frameworks that are compared with run in processes of their own."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

from benchmarks.paired import paired
from benchmarks.peer import Peer

ROOT = Path(__file__).parents[2]
PEERS = ("torch", "gensim", "jax")  # none of them is in a process with TensorFlow
OURS = ("tfd2l", "benchmarks", "tests", "plugins")
DOUBLING = """
import numpy as np
from benchmarks.peers.answering import Work, answer
answer(lambda given: Work(lambda: {"twice": 2 * given["x"]}, {"size": given["x"].size}))
"""


def imported(file, *, at_any_depth=True):
    """Full names of the modules that a file imports, on import or (at any depth) in its functions too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    nodes = ast.walk(tree) if at_any_depth else iter(tree.body)
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files():
    for folder in OURS:
        yield from (ROOT / folder).rglob("*.py")


def module_of(file):
    return ".".join(file.relative_to(ROOT).with_suffix("").parts)


def closure(file, known, seen):
    """All modules that come with a file on import."""
    for name in imported(file, at_any_depth=False):
        if name not in seen:
            seen.add(name)
            if name in known:
                closure(known[name], known, seen)
    return seen


def test_no_process_of_ours_loads_tensorflow_and_a_peer():
    known = {module_of(file): file for file in files()}
    with_peers = [file for file in files() if {name.partition(".")[0] for name in imported(file)} & set(PEERS)]
    assert {file.name for file in with_peers} == {
        "ssd_in_torch.py",
        "targets_in_torch.py",
        "torch_peer.py",
        "word2vec.py",  # its side is a process of its own, which loads gensim in a function
    }
    for file in with_peers:
        roots = {name.partition(".")[0] for name in closure(file, known, set())}
        assert not roots & {"tensorflow", "keras"}, file
    names = {module_of(file) for file in with_peers}
    for file in set(known.values()) - set(with_peers):
        assert not names & set(imported(file)), f"{file} imports a peer into its own process"
    tests = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("test_*.py"))
    assert not [name for name in PEERS if f"importorskip({name!r})".replace("'", '"') in tests.replace(DOUBLING, "")]


def test_a_peer_answers_with_facts_seconds_and_results(tmp_path, monkeypatch):
    (tmp_path / "doubling.py").write_text(DOUBLING)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    with Peer("doubling", x=np.arange(3.0)) as peer:
        assert peer.facts == {"size": 3}
        np.testing.assert_array_equal(peer.results()["twice"], [0, 2, 4])
        result = paired(lambda: None, peer, rounds=3, warmup=1)
        assert len(result.b) == 3
        assert all(seconds >= 0 for seconds in result.b)
        process = peer._process
    assert process.returncode == 0


def test_a_peer_that_is_not_installed_is_told():
    with pytest.raises(RuntimeError, match=r"ended with code 1; is the extra `bench` installed\?"):
        Peer("no_such_module_of_peers")
