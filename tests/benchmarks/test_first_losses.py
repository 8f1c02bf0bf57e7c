"""Losses of first steps are compared bit by bit."""

from __future__ import annotations

import json

from benchmarks.first_losses import compare


def test_a_single_different_bit_and_a_missing_step_are_found(tmp_path, capsys):
    before = {"same": [0.1, 0.2], "differs": [0.1, 0.2], "shorter": [0.1, 0.2], "missing": [0.1]}
    after = {"same": [0.1, 0.2], "differs": [0.1, 0.20000000000000004], "shorter": [0.1]}
    old, new = tmp_path / "old.json", tmp_path / "new.json"
    old.write_text(json.dumps(before))
    new.write_text(json.dumps(after))
    assert compare(old, old)
    capsys.readouterr()
    assert not compare(old, new)
    assert capsys.readouterr().out.splitlines() == [
        "same: 2 losses are the same bit by bit",
        "differs: first differs in step 2: 0.2 before, 0.20000000000000004 after",
        "shorter: 2 steps before, 1 after",
        "missing: 1 steps before, 0 after",
    ]
