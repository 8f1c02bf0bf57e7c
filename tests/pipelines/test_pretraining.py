"""BERT pretrained and fine-tuned: one run's weights and vocabulary are the next one's, and its model fills masks."""

from __future__ import annotations

import numpy as np
import pytest

import tfd2l
from tfd2l.cli.main import main
from tfd2l.data.facts.vocabulary import Vocabulary

TINY = (
    "dataset.num_paragraphs=60",
    "model.num_layers=1",
    "model.hidden_dim=16",
    "model.num_heads=2",
    "model.intermediate_dim=16",
    "stages.tokenize.vocabulary_size=300",
    "stages.batch.batch_size=16",
    "stages.batch.boundaries=[64]",
    "trainer.epochs=1",
    "reports=null",
)


@pytest.fixture(scope="module")
def pretrained(tmp_path_factory):
    """A whole run of bert_pretraining, tiny: (trained, result)."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    experiment = tfd2l.Experiment.from_config(
        tfd2l.compose("+experiment=bert_pretraining", *TINY, f"tracking.uri={uri}")
    )
    result = experiment.run()
    return result.trained, result


def test_both_tasks_are_measured(pretrained):
    _, result = pretrained
    measured = {name for name in result.metrics if name.startswith("test/")}
    assert measured == {f"test/{m}" for m in ("loss", "mlm_loss", "nsp_loss", "mlm_accuracy", "nsp_accuracy")}
    assert all(np.isfinite(value) for value in result.metrics.values())


def test_predict_fills_the_masks_of_a_text(pretrained, capsys):
    _, result = pretrained
    assert main(["predict", "latest", "--uri", result.tracking_uri, "--text", "the [MASK] is flying"]) == 0
    shown = capsys.readouterr().out
    (filled,) = [line for line in shown.splitlines() if line.strip().startswith("filled")]
    assert "[MASK]" not in filled
    assert filled.split()[-2:] == ["is", "flying"]


def test_a_classifier_takes_up_encoder_and_vocabulary(pretrained):
    earlier, result = pretrained
    overrides = ["model=bert_pretrained", f"model.weights=run:{result.run_id}", "dataset.num_pairs=60"]
    experiment = tfd2l.Experiment.from_config(
        tfd2l.compose("+experiment=nli_bert", *overrides, "debug=fast", f"tracking.uri={result.tracking_uri}")
    )
    built = experiment.build(experiment.prepare())
    assert built.prepared.info.fact(Vocabulary).tokens == earlier.prepared.info.fact(Vocabulary).tokens
    for ours, theirs in zip(built.model.backbone.get_weights(), earlier.model.backbone.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)
    experiment.fit(built)  # two steps


def test_the_pipeline_pretrains_once_and_fine_tunes_on_few_and_many_labels():
    from tfd2l.pipelines.pipeline.request import read_request
    from tfd2l.pipelines.pipeline.steps import compose_steps

    steps = compose_steps(read_request(["+pipeline=bert_nli", "debug=fast"]))
    parts = ("0.05", "0.2", "1")
    assert [step.label for step in steps] == [
        "pretrain",
        *(f"scratch, fraction {part}" for part in parts),
        *(f"finetuned, fraction {part}" for part in parts),
    ]
