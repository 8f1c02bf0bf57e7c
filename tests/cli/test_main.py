"""`tfd2l`: its commands, and what it makes of a word that it does not know."""

from __future__ import annotations

import pytest

from tfd2l.cli.main import COMMANDS, main


def test_the_help_names_every_command(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(command in text and what in text for command, what in COMMANDS.items())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(capsys, command):
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])
    assert ended.value.code == 0
    assert f"usage: tfd2l {command}" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [[], ["lits"], ["list", "--nope"], ["describe", "optimizer"]])
def test_a_command_line_that_is_not_understood_exits_2(capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err
