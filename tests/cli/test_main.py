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


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "error: which command? list, describe, doctor, "),
        (["lits"], "error: argument COMMAND: invalid choice: 'lits'"),
        (["list", "--nope"], "error: unrecognized arguments: --nope"),
        (["describe"], "error: Describe what? `tfd2l describe KIND NAME`; kinds: callback, "),
        (["describe", "optimizer"], "error: Which optimizer? `tfd2l list optimizer` names them. Received: "),
    ],
)
def test_a_command_line_that_is_not_understood_exits_2(capsys, arguments, told):
    try:
        code = main(arguments)
    except SystemExit as ended:  # of what argparse refuses
        code = ended.code
    assert code == 2
    assert told in capsys.readouterr().err
