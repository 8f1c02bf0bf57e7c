"""The loss of a detector, and the metrics that take it apart, beside the definitions in float64."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from tfd2l.losses.multibox import Multibox
from tfd2l.metrics.box_mae import BoxMAE
from tfd2l.metrics.class_error import ClassError
from tfd2l.metrics.multibox_part import MultiboxPart
from tfd2l.ops.vision.anchors import generate_anchors
from tfd2l.ops.vision.box_offsets import encode_offsets
from tfd2l.ops.vision.multibox_targets import compute_multibox_targets

IMAGES, CLASSES = 5, 3


@pytest.fixture(scope="module")
def batch():
    """Objects of some images (the last has none), and outputs of a model that knows nothing."""
    rng = np.random.default_rng(0)
    anchors = tf.concat([generate_anchors(n, n, [s, 1.3 * s], [1, 2, 0.5]) for n, s in ((6, 0.2), (3, 0.5))], axis=0)
    low = rng.uniform(0, 0.6, (IMAGES, 4, 2))
    objects = np.concatenate(
        [rng.integers(0, CLASSES, (IMAGES, 4, 1)), low, low + rng.uniform(0.1, 0.4, low.shape)], axis=-1
    ).astype(np.float32)
    objects[np.arange(4) >= np.array([4, 3, 2, 1, 0])[:, None]] = [-1, 0, 0, 0, 0]
    count = anchors.shape[0]
    outputs = {
        "classes": tf.constant(rng.normal(0, 2, (IMAGES, count, 1 + CLASSES)), tf.float32),
        "offsets": tf.constant(rng.normal(0, 1, (IMAGES, count, 4)), tf.float32),
        "anchors": tf.tile(anchors[tf.newaxis], [IMAGES, 1, 1]),
    }
    return tf.constant(objects), outputs


@pytest.fixture(scope="module")
def parts(batch):
    """In float64: -log p of the right class, offsets that are wanted and given, where an object is."""
    objects, outputs = batch
    targets = compute_multibox_targets(outputs["anchors"], objects)
    logits = np.asarray(outputs["classes"], np.float64)
    log_p = logits - np.log(np.exp(logits).sum(-1, keepdims=True))
    cross_entropy = -np.take_along_axis(log_p, np.asarray(targets.classes)[..., None], axis=2)[..., 0]
    distance = np.abs(np.asarray(targets.offsets, np.float64) - np.asarray(outputs["offsets"], np.float64))
    return cross_entropy, distance, np.asarray(targets.mask, bool)


def of_image(batch, **options):
    loss = Multibox(reduction="none", **options)
    plain = loss(*batch)
    compiled = tf.function(loss, jit_compile=True)(*batch)
    np.testing.assert_allclose(plain, compiled, rtol=1e-4)
    assert plain.shape == (IMAGES,)
    return plain.numpy()


def test_as_the_book_means_over_all_anchors(batch, parts):
    cross_entropy, distance, found = parts
    expected = cross_entropy.mean(axis=1) + (distance * found[..., None]).mean(axis=(1, 2))
    np.testing.assert_allclose(of_image(batch), expected, rtol=1e-5)


def test_per_object_and_weighted(batch, parts):
    cross_entropy, distance, found = parts
    count = np.maximum(found.sum(axis=1), 1)
    expected = (cross_entropy.sum(axis=1) + 3 * (distance * found[..., None]).sum(axis=(1, 2))) / count
    np.testing.assert_allclose(of_image(batch, per="objects", box_weight=3.0), expected, rtol=1e-5)


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal(batch, parts, gamma):
    cross_entropy, *_ = parts
    expected = ((1 - np.exp(-cross_entropy)) ** gamma * cross_entropy).mean(axis=1)
    computed = of_image(batch, class_loss="focal", gamma=gamma, box_weight=0.0)
    np.testing.assert_allclose(computed, expected, rtol=1e-4)


def test_focal_has_a_gradient_where_all_is_known():
    logits = tf.constant([[[50.0, 0.0]]])
    outputs = {"classes": logits, "offsets": tf.zeros((1, 1, 4)), "anchors": tf.constant([[[0.0, 0.0, 0.5, 0.5]]])}
    with tf.GradientTape() as tape:
        tape.watch(logits)
        value = Multibox("focal", gamma=0.5)(tf.constant([[[-1.0, 0, 0, 0, 0]]]), outputs)
    assert np.isfinite(tape.gradient(value, logits)).all()


@pytest.mark.parametrize("sigma", [0.5, 1.0, 10.0])
def test_smooth_l1(batch, parts, sigma):
    _, distance, found = parts
    smooth = np.where(distance < 1 / sigma**2, (sigma * distance) ** 2 / 2, distance - 0.5 / sigma**2)
    expected = (smooth * found[..., None]).mean(axis=(1, 2))
    whole, classes = of_image(batch, box_loss="smooth_l1", sigma=sigma), of_image(batch, box_weight=0.0)
    np.testing.assert_allclose(whole - classes, expected, rtol=1e-3, atol=1e-6)


def test_giou_is_0_where_the_offsets_are_right(batch):
    objects, outputs = batch
    targets = compute_multibox_targets(outputs["anchors"], objects)
    right = {**outputs, "offsets": encode_offsets(outputs["anchors"], targets.boxes)}
    for given, least in ((right, 0.0), (outputs, 0.1)):
        _, boxes = Multibox(box_loss="giou", per="objects").compute_parts(objects, given)
        assert np.all((np.abs(boxes) < 1e-4) if least == 0 else (boxes[:4] > least))


@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_the_hardest_background(batch, parts, ratio):
    cross_entropy, _, found = parts
    expected = []
    for loss, own in zip(cross_entropy, found, strict=True):
        negatives = np.sort(loss[~own])[::-1][: int(np.ceil(ratio * max(own.sum(), 1)))]
        expected.append((loss[own].sum() + negatives.sum()) / max(own.sum(), 1))
    computed = of_image(batch, negative_ratio=ratio, per="objects", box_weight=0.0)
    np.testing.assert_allclose(computed, expected, rtol=1e-5)


def test_more_background_than_there_is_counts_all(batch):
    everything = of_image(batch, per="objects")
    np.testing.assert_allclose(of_image(batch, per="objects", negative_ratio=1e6), everything, rtol=1e-5)


def test_an_image_counts_the_same_in_any_batch(batch):
    objects, outputs = batch
    whole = of_image(batch, negative_ratio=3.0)
    for image in range(IMAGES):
        rows = slice(image, image + 1)
        alone = Multibox(reduction="none", negative_ratio=3.0)(objects[rows], {k: v[rows] for k, v in outputs.items()})
        np.testing.assert_allclose(alone[0], whole[image], rtol=1e-5)


def test_padding_counts_for_nothing(batch):
    objects, outputs = batch
    more = tf.pad(objects, [[0, 0], [0, 3], [0, 0]], constant_values=-1)
    np.testing.assert_array_equal(of_image((more, outputs)), of_image(batch))


def test_the_books_two_measures(batch, parts):
    objects, outputs = batch
    _, distance, found = parts
    targets = compute_multibox_targets(outputs["anchors"], objects)
    wrong = np.argmax(outputs["classes"], axis=-1) != np.asarray(targets.classes)
    weights = tf.constant([1.0, 1.0, 1.0, 0.0, 0.0])
    for metric, values in ((ClassError(), wrong), (BoxMAE(), distance * found[..., None])):
        metric.update_state(objects, outputs, weights)
        np.testing.assert_allclose(metric.result(), values[:3].mean(), rtol=1e-5)
        again = type(metric).from_config(metric.get_config())
        again.update_state(objects, outputs)
        np.testing.assert_allclose(again.result(), values.mean(), rtol=1e-5)


def test_the_two_parts_add_up(batch):
    objects, outputs = batch
    options = {"name": "multibox", "class_loss": "focal", "box_weight": 2.0, "per": "objects"}
    metrics = {part: MultiboxPart(part, options) for part in ("classes", "boxes")}
    assert [metric.name for metric in metrics.values()] == ["class_loss", "box_loss"]
    for metric in metrics.values():
        metric.update_state(objects, outputs)
    whole = Multibox(class_loss="focal", box_weight=2.0, per="objects")(objects, outputs)
    parts = float(metrics["classes"].result()) + 2 * float(metrics["boxes"].result())
    np.testing.assert_allclose(parts, whole, rtol=1e-5)


def test_it_survives_saving_and_refuses_arguments_out_of_range():
    loss = Multibox("focal", 1.5, "smooth_l1", 3.0, 2.0, 3.0, "objects", 0.4)
    assert keras.losses.deserialize(keras.losses.serialize(loss)).get_config() == loss.get_config()
    for options in ({"gamma": -1.0}, {"box_weight": -1.0}, {"sigma": 0.0}, {"negative_ratio": 0.0}):
        with pytest.raises(ValueError, match="Received"):
            Multibox(**options)
    with pytest.raises(ValueError, match="iou_threshold"):
        Multibox(iou_threshold=0.0)
