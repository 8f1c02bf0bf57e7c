"""Options that were typed as flags are answered with what to type."""

from __future__ import annotations

import pytest
from hydra.main import get_args_parser

from tfd2l.pipelines.flags import find_unknown_flags

NLI = "+experiment=nli_bert"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["--epochs", "3"], "Did you mean 'trainer.epochs=3'? `--help` shows more. Received: --epochs 3"),
        (["--batch-size=8"], "Did you mean 'stages.batch.batch_size=8'? `--help` shows more. Received: --batch-size=8"),
        (["--log-every", "1"], "Did you mean 'trainer.log_every=1'? `--help` shows more. Received: --log-every 1"),
        (["--gpus", "2"], "Did you mean 'strategy=mirrored'? `--help` shows more. Received: --gpus 2"),
        (["--epochs", "--cfg", "job"], "Did you mean 'trainer.epochs=VALUE'? `--help` shows more. Received: --epochs"),
    ],
)
def test_a_flag_that_is_an_option_is_answered(typed, told):
    (problem,) = find_unknown_flags([NLI, *typed], get_args_parser())
    assert problem.path == typed[0].partition("=")[0]
    assert problem.text == f"options of a run are typed without dashes. {told}"


@pytest.mark.parametrize("typed", [["--cfg", "job"], ["--multirun"], ["--conf"], ["--xyzzy"], ["-m", "seed=1,2"]])
def test_flags_that_there_are_and_what_is_like_nothing_are_left_to_the_parser(typed):
    assert find_unknown_flags([NLI, *typed], get_args_parser()) == []
