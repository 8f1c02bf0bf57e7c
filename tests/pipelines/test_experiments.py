"""Every experiment runs, two steps of everything, as a user starts it."""

from __future__ import annotations

import mlflow
import pytest

import tfd2l
from tfd2l.config.options import option_files

LESS = {  # a small part of the data, where the default takes long to make
    "nli_embedded": "dataset.num_pairs=1000",
    "shapes_embedded": "dataset.num_images=2000",
    "translation_embedded": "dataset.num_pairs=1000",
    "corpus_embedded": "dataset.num_paragraphs=500",
    "scenes_embedded": "dataset.num_images=200",
    "content_and_style": "dataset.image_size=[48,64]",
}
REAL = {  # whose data nothing generated stands for
    "bert_pretraining_wikitext2": "wikitext2/wikitext-2-v1.zip",
    "bert_pretraining_wikitext2_long": "wikitext2/wikitext-2-v1.zip",
    "fcn_camvid": "camvid_small",
    "seq2seq_bahdanau_fra_eng": "fra_eng/fra-eng.zip",
    "skip_gram_ptb": "ptb/ptb.zip",
    "ssd_bccd": "bccd",
    "transformer_mt_fra_eng": "fra_eng/fra-eng.zip",
}
SLOW = {  # what differs in them from one that is not here has tests of its own
    *("data_parallel_scratch", "model_parallel_scratch", "layer_parallel_scratch", "ring_allreduce", "kvstore"),
    *("resnet18_multi_device", "seq2seq_bahdanau_fra_eng", "transformer_mt_fra_eng", "transformer_mt"),
    *("fcn_camvid", "ssd_bccd"),
    *("bert_pretraining_wikitext2", "bert_pretraining_wikitext2_long", "elmo_embedded", "gpt_embedded"),
    *("skip_gram_hierarchical", "skip_gram_softmax", "skip_gram_ptb"),
    *("finetune", "kaggle_cifar10", "kaggle_dogs"),
}
EXPERIMENTS = [
    pytest.param(name, marks=[pytest.mark.slow] * (name in SLOW)) for name in sorted(option_files("experiment"))
]


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_runs_in_debug_fast(name, tmp_path, request):
    overrides = [f"+experiment={name}", "debug=fast", f"tracking.uri=sqlite:///{tmp_path}/mlflow.db"]
    if name in REAL:
        overrides.append(f"dataset.path={request.getfixturevalue('shared_data') / REAL[name]}")
    config = tfd2l.compose(*overrides)
    data = config.dataset.name if config.get("dataset") else None
    if data in LESS:
        config = tfd2l.compose(*overrides, LESS[data])
    experiment = tfd2l.Experiment.from_config(config)
    result = experiment.run()
    trained = result.trained
    if trained is None:
        kept = mlflow.MlflowClient(result.tracking_uri).list_artifacts(result.run_id, "figures")
        assert kept  # an illustration is its figures
        return
    assert int(trained.built.optimizer.iterations) == (2 if trained.model.trainable_variables else 0)
    assert (result.model_uri is not None) == config.tracking.log_model
    splits = trained.prepared.splits
    assert any(name.startswith(("test/", "validation/")) for name in result.metrics) == (len(splits) > 1)
