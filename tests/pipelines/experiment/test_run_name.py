"""The name of a run tells it from the others of its experiment."""

from __future__ import annotations

import pytest

from tfd2l.pipelines.experiment.run_name import MOST, name_run

CONFIG = {
    "name": "nli_bert",
    "model": {"name": "bert_small"},
    "dataset": {"name": "snli"},
    "optimizer": {"name": "adamw"},
}


@pytest.mark.parametrize(
    ("overrides", "name"),
    [
        (["+experiment=nli_bert", "optimizer.learning_rate=1e-4", "trainer.epochs=2"], "nli_bert lr=1e-4 epochs=2"),
        (["+experiment=nli_bert", "tracking.uri=sqlite:////x.db", "resume=auto"], "nli_bert bert_small snli adamw"),
        ([], "nli_bert bert_small snli adamw"),
        (["optimizer=sgd", "dataset.path=/data/snli_1.0.zip"], "nli_bert optimizer=sgd path=snli_1.0.zip"),
        (["dataset.seed=1", "seed=2"], "nli_bert dataset.seed=1 seed=2"),
        (["~reports.attention", "name=other"], "nli_bert ~attention"),
        (["+trainer.learning_rate_multipliers={.*kernel: 10}"], "nli_bert learning_rate_multipliers={.*kernel: 10}"),
        (["reports.words.words=[" + "word," * 20 + "]"], "nli_bert words=[word,word,word,word,word,wor..."),
    ],
)
def test_a_run_is_named_after_what_was_typed(overrides, name):
    assert name_run(CONFIG, overrides) == name


def test_a_long_name_is_cut():
    name = name_run(CONFIG, [f"model.option_{number}=a_long_value" for number in range(20)])
    assert len(name) == MOST
    assert name.endswith("...")
