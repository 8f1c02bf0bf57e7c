"""Training on changed images, through whole experiments: who sees the changes, and how fast the head learns."""

from __future__ import annotations

import mlflow
import numpy as np
import pytest

import tfd2l
from tfd2l.errors import ConfigError

SMALL = (
    "dataset.num_images=100",
    "dataset.image_size=32",
    "model=lenet",
    "~model.width",
    "stages.batch.batch_size=20",
    "trainer.epochs=2",
)


def experiment(*overrides, name="augmentation_cifar10", reports=("reports=null",), store=None):
    uri = [f"tracking.uri=sqlite:///{store}/mlflow.db"] if store else []
    return tfd2l.Experiment.from_config(tfd2l.compose(f"+experiment={name}", *SMALL, *reports, *uri, *overrides))


def weights(run):
    return [np.array(variable) for variable in run.model.variables]


def test_training_images_change_from_epoch_to_epoch_and_no_others():
    run = experiment("tables.augmentation=strong").prepare()
    first, again, other = (next(iter(run.batches.train(epoch)))[0] for epoch in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert np.any(first != other)
    plain = experiment("tables.augmentation=none").prepare()
    for split in ("validation", "test"):
        for ours, theirs in zip(run.batches.evaluation[split], plain.batches.evaluation[split], strict=True):
            np.testing.assert_array_equal(ours[0], theirs[0])


def test_a_mixture_is_trained_on_and_labels_are_evaluated(tmp_path):
    mix = ["loss=categorical_crossentropy", "+stages.mix.name=cutmix"]
    run = experiment(*mix, "~stages.prefetch", "tracking.log_model=false", store=tmp_path)
    result = run.run()
    assert result.trained.prepared.info.batch_spec[1].shape == (20, 5)
    assert np.isfinite(result.metrics["loss"])
    assert 0 <= result.metrics["test/accuracy"] <= 1


def test_a_mixture_needs_a_loss_of_probabilities():
    run = experiment("+stages.mix.name=mixup", "~stages.prefetch")
    built = run.build(run.prepare())
    with pytest.raises(ConfigError, match="choose loss=categorical_crossentropy"):
        run.fit(built)


def test_the_same_run_twice_is_the_same():
    runs = []
    for _ in range(2):
        run = experiment("tables.augmentation=strong", "trainer.max_steps=3")
        runs.append(weights(run.fit(run.build(run.prepare()))))
    for one, other in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "settings", [(), ("trainer.xla=true",), ("strategy=mirrored", "strategy.devices=[CPU:0,CPU:1]")]
)
def test_the_head_learns_at_its_own_rate(settings):
    """By plain gradient descent, one step moves the head ten times as far, and the rest as far as ever."""
    moved = {}
    for factors in ("null", "{classifier: 10}"):
        few = ("trainer.max_steps=1", "optimizer=sgd", "optimizer.learning_rate=0.01", "schedule=constant")
        run = experiment(f"trainer.learning_rate_multipliers={factors}", *few, *settings)
        built = run.build(run.prepare())
        before = [np.array(variable) for variable in built.model.trainable_variables]
        run.fit(built)
        after = [np.array(variable) for variable in built.model.trainable_variables]
        moved[factors] = [new - old for new, old in zip(after, before, strict=True)]
        built.prepared.strategy.close()
    *body, kernel, bias = zip(*moved.values(), strict=True)
    for plain, ours in body:
        np.testing.assert_allclose(ours, plain, atol=1e-6)
    for plain, ours in (kernel, bias):
        assert np.abs(plain).max() > 0
        np.testing.assert_allclose(ours, 10 * plain, rtol=1e-3, atol=1e-6)


def test_a_pattern_without_weights_is_told_before_training():
    run = experiment("trainer.learning_rate_multipliers={fc: 10}")
    prepared = run.prepare()
    with pytest.raises(ConfigError, match=r"no trainable weight has 'fc' in its path.*classifier"):
        run.build(prepared)


def test_a_factor_is_positive():
    with pytest.raises(
        ConfigError, match=r"a number above 0 .*Received: trainer\.learning_rate_multipliers=\{classifier: 0\}"
    ):
        _ = experiment("trainer.learning_rate_multipliers={classifier: 0}").settings


def test_the_report_draws_what_is_trained_on(tmp_path):
    run = experiment("tracking.log_model=false", "trainer.max_steps=1", reports=(), name="finetune", store=tmp_path)
    result = run.run()
    figures = mlflow.MlflowClient(result.tracking_uri).list_artifacts(result.run_id, "figures")
    assert "figures/augmented_images.png" in [figure.path for figure in figures]
