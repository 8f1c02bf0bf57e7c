"""Reports of segmentation: the table and what guessing scores, against scikit-learn; figures of any sizes; layers."""

from __future__ import annotations

import dataclasses

import keras
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, jaccard_score, precision_score, recall_score

from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.feature_maps import feature_maps
from tfd2l.reports.segmented_images import segmented_images


def finished(kept, predictions, model=None, classes=4):
    info = DataInfo(("image",), {}, {}, "a test", "0", class_names=tuple(f"class {n}" for n in range(classes)))

    def predict(split, limit):
        cut = slice(limit)
        decoded = {key: values[cut] for key, values in predictions.decoded.items()}
        return Predictions({"image": predictions.inputs["image"][cut]}, predictions.targets[cut], decoded)

    def model_inputs(raw):
        return np.stack(raw["image"]).astype(np.float32) / 255

    return FinishedRun(kept, model=model, data=info, predict=predict, model_inputs=model_inputs, total_steps=9)


@pytest.fixture
def masks():
    """Three images of two sizes; class 3 is nowhere and never predicted."""
    rng = np.random.default_rng(0)
    sizes = [(6, 8), (6, 8), (5, 4)]
    truth = [rng.choice([0, 1, 2, 255], size, p=[0.5, 0.2, 0.2, 0.1]).astype(np.uint8) for size in sizes]
    predicted = [np.where(rng.random(mask.shape) < 0.3, 1, mask % 3).astype(np.uint8) for mask in truth]
    images = [rng.integers(0, 256, (*size, 3)).astype(np.uint8) for size in sizes]
    return Predictions({"image": images}, truth, {"mask": predicted})


def test_segmented_images_measures_each_class_and_guessing(kept, masks):
    numbers = segmented_images(finished(kept, masks), num_images=2)
    truth = np.concatenate([mask.ravel() for mask in masks.targets])
    predicted = np.concatenate([mask.ravel() for mask in masks.decoded["mask"]])[truth != 255]
    truth = truth[truth != 255]
    table = kept.tables["tables/segmentation_test.json"]
    measures = {"IoU": jaccard_score, "precision": precision_score, "recall": recall_score}
    for name, score in measures.items():
        expected = score(truth, predicted, labels=range(3), average=None)
        np.testing.assert_allclose(table[name][:3], expected, atol=1e-4)
        assert table[name][3] is None
    np.testing.assert_allclose(table["share of the pixels"], np.bincount(truth, minlength=4) / truth.size, atol=1e-4)
    assert table["class"] == [f"class {n}" for n in range(4)]
    commonest = np.full_like(truth, np.bincount(truth).argmax())
    for place, taken in (("test", predicted), ("baseline", commonest)):
        miou = jaccard_score(truth, taken, labels=range(3), average="macro", zero_division=0)
        assert numbers[f"{place}/mean_iou"] == pytest.approx(miou)
        assert numbers[f"{place}/pixel_accuracy"] == pytest.approx(accuracy_score(truth, taken))
    figure = kept.figures["figures/segmented_images_test.png"]
    assert len(figure.axes) == 2 * 4
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["class 0", "class 1", "class 2", "not counted"]


@pytest.mark.parametrize("classes", [10, 20, 33])
def test_every_class_has_a_colour_of_its_own(kept, classes):
    mask = np.arange(classes, dtype=np.uint8)[None]
    image = np.zeros((1, classes, 3), np.uint8)
    segmented_images(finished(kept, Predictions({"image": [image]}, [mask], {"mask": [mask]}), classes=classes))
    (shown,) = kept.figures["figures/segmented_images_test.png"].axes[1].images
    assert len({tuple(colour) for colour in np.asarray(shown.get_array())[0]}) == classes


def test_background_is_left_grey(kept):
    mask, image = np.array([[0, 1, 255]], np.uint8), np.full((1, 3, 3), 100, np.uint8)
    run = finished(kept, Predictions({"image": [image]}, [mask], {"mask": [np.minimum(mask, 1)]}), classes=2)
    segmented_images(dataclasses.replace(run, data=dataclasses.replace(run.data, class_names=("background", "disc"))))
    figure = kept.figures["figures/segmented_images_test.png"]
    (shown,) = figure.axes[1].images
    assert shown.get_array()[0, 0].tolist() == [100] * 3
    assert shown.get_array()[0, 1].tolist() != [100] * 3 != shown.get_array()[0, 2].tolist()
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["disc", "not counted"]


def test_masks_of_images_that_a_stage_has_resized_are_judged_at_their_own_size(kept):
    truth, small = np.repeat([[0, 0, 1, 255]], 2, axis=0).astype(np.uint8), np.array([[0, 1]], np.uint8)
    image = np.zeros((2, 4, 3), np.uint8)
    numbers = segmented_images(finished(kept, Predictions({"image": [image]}, [truth], {"mask": [small]}), classes=2))
    assert numbers["test/pixel_accuracy"] == numbers["test/mean_iou"] == 1


@pytest.fixture
def convolutional():
    image = keras.Input((6, 8, 3))
    x = keras.layers.Conv2D(4, 3, padding="same", name="first")(image)
    x = keras.layers.Conv2D(9, 3, 2, padding="same", name="second")(x)
    return keras.Model(image, keras.layers.Dense(2, name="head")(keras.layers.GlobalAveragePooling2D(name="pool")(x)))


@pytest.mark.parametrize(("layers", "rows"), [(None, ["first", "second"]), (["second"], ["second"])])
def test_feature_maps_are_those_of_the_layers(kept, masks, convolutional, layers, rows):
    feature_maps(finished(kept, masks, convolutional), layers, image=1, channels=3)
    figure = kept.figures["figures/feature_maps.png"]
    grid = np.reshape(figure.axes, (len(rows), 4))
    assert [row[1].get_title(loc="left").split()[0] for row in grid] == rows
    x = masks.inputs["image"][1][None].astype(np.float32) / 255
    maps = np.asarray(keras.Model(convolutional.input, convolutional.get_layer(rows[-1]).output)(x))[0]
    most = np.argsort(-maps.std(axis=(0, 1)))[0]
    np.testing.assert_allclose(grid[-1][1].images[0].get_array(), maps[..., most], rtol=1e-5)


def test_a_layer_without_rows_and_columns_is_told(kept, masks, convolutional):
    with pytest.raises(ComponentError, match=r"no layer 'pol' .*It has: first, second\. Received: layers=pol"):
        feature_maps(finished(kept, masks, convolutional), ["pol"])
