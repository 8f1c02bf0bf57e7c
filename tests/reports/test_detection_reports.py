"""Reports of detectors: what they draw and what they measure."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import tensorflow as tf

from tfd2l.data.info import NO_DATA
from tfd2l.errors import ComponentError
from tfd2l.models.lenet import lenet
from tfd2l.models.tiny_ssd import tiny_ssd
from tfd2l.reports.anchor_boxes import anchor_boxes
from tfd2l.reports.base.finished_run import FinishedRun, Predictions
from tfd2l.reports.detected_objects import detected_objects
from tfd2l.reports.precision_recall import precision_recall

DATA = dataclasses.replace(
    NO_DATA,
    inputs=("image",),
    class_names=("cat", "dog", "owl"),
    batch_spec=(tf.TensorSpec([2, 32, 48, 3]), tf.TensorSpec([2, 2, 5])),
)


@pytest.fixture
def run(request):
    """A function: model, predictions -> (what is kept, a finished run). The second image is of another size."""
    kept = request.getfixturevalue("kept")

    def finish(model=None, predictions=None):
        given = predictions or found()
        return kept, FinishedRun(kept, model=model, data=DATA, predict=lambda split, limit: given, total_steps=7)

    return finish


def found(**changes):
    """A cat that is found, a dog that is found and guessed once more, and a dog that is not found."""
    rng = np.random.default_rng(0)
    cat, dog = [0.1, 0.1, 0.4, 0.4], [0.5, 0.5, 0.9, 0.9]
    parts = {
        "inputs": {"image": [rng.integers(0, 255, (*size, 3), np.uint8) for size in ((32, 48), (40, 20))]},
        "targets": [np.array([[0, *cat], [1, *dog]]), np.array([[1, *cat], [-1, 0, 0, 0, 0]])],
        "decoded": {
            "boxes": [np.array([cat, dog, cat]), np.zeros((3, 4))],
            "labels": [["cat", "dog", "dog"], ["", "", ""]],
            "scores": [[0.9, 0.6, 0.8], [0.0, 0.0, 0.0]],
        },
    }
    return Predictions(**{**parts, **changes})


def test_average_precision_by_class_and_over_classes(run):
    kept, finished = run()
    numbers = precision_recall(finished)
    table = kept.tables["tables/average_precision_test.json"]
    assert table["class"] == ["cat", "dog", "owl"]
    assert table["objects"] == [1, 2, 0]
    assert table["detections"] == [1, 2, 0]
    assert table["AP50"] == [1.0, 0.25, None]  # the dogs: wrong, then right, of two
    assert table["AP50, 11 points"] == [1.0, round(6 * 0.5 / 11, 4), None]
    assert table["AP50, COCO"][1] == pytest.approx(51 * 0.5 / 101, abs=1e-4)
    assert numbers["test/map50"] == pytest.approx(0.625)
    assert numbers["test/coco_map50"] == pytest.approx((1 + 51 * 0.5 / 101) / 2)
    assert {"test/map50_11_point", "test/coco_map", "test/coco_map75"} < set(numbers)
    (axes,) = kept.figures["figures/precision_recall_test.png"].axes
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["cat  1.000", "dog  0.250"]


def test_objects_and_what_was_found_stand_beside_each_other(run):
    kept, finished = run()
    detected_objects(finished, score_threshold=0.7)
    axes = kept.figures["figures/detected_objects_test.png"].axes
    texts = [[text.get_text() for text in one.texts] for one in axes[:4]]
    assert texts == [["cat", "missed: dog"], ["cat 0.90", "✗ dog 0.80"], ["missed: dog"], []]
    lines = [[box.get_linestyle() for box in one.patches] for one in axes[:4]]
    assert lines == [["-", ":"], ["-", "--"], [":"], []]  # found and missed, right and wrong
    assert [one.get_title() for one in axes[:2]] == ["0: ground truth", "predictions from 0.7 on"]
    first = axes[0].patches[0]
    np.testing.assert_allclose(first.get_xy(), [0.1 * 48 - 0.5, 0.1 * 32 - 0.5])
    np.testing.assert_allclose([first.get_width(), first.get_height()], [0.3 * 48, 0.3 * 32], rtol=1e-6)


def test_anchors_at_each_scale(run):
    options = {"base_channels": [2], "scale_channels": [2, 2], "sizes": [[0.1], [0.2], [0.4, 0.5], [0.8]]}
    kept, finished = run(tiny_ssd(DATA, **options))
    anchor_boxes(finished)
    figure = kept.figures["figures/anchor_boxes.png"]
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[0].startswith("16 x 24 pixels, 1152 anchors")
    assert titles[-1] == "1 x 1 pixels, 3 anchors\nsizes 0.8"
    assert [len(axes.patches) for axes in figure.axes] == [12, 12, 16, 3]
    with pytest.raises(ComponentError, match="Received: 2"):
        anchor_boxes(finished, example=2)


def test_what_is_no_detector_is_refused(run):
    _, finished = run(predictions=found(decoded={"label": ["cat", "dog"]}))
    for report in (precision_recall, detected_objects):
        with pytest.raises(ComponentError, match="decoder=detections"):
            report(finished)
    spec = dataclasses.replace(DATA, batch_spec=(tf.TensorSpec([2, 28, 28, 1]),))
    with pytest.raises(ComponentError, match="Received: model"):
        anchor_boxes(run(lenet(spec))[1])


def test_crowded_images_are_drawn_larger(run):
    few = found()
    many = found(targets=[np.tile(few.targets[0][:1], (9, 1)), few.targets[1]])
    sizes = []
    for predictions in (few, many):
        kept, finished = run(predictions=predictions)
        detected_objects(finished)
        (axes, *_) = kept.figures["figures/detected_objects_test.png"].axes
        sizes.append(axes.get_window_extent().width)
    assert sizes[1] > 1.5 * sizes[0]


def test_a_detector_that_finds_nothing(run):
    nothing = {"boxes": [np.zeros((3, 4))] * 2, "labels": [[""] * 3] * 2, "scores": [[0.0] * 3] * 2}
    _, finished = run(predictions=found(decoded=nothing))
    numbers = precision_recall(finished)
    detected_objects(finished)
    assert numbers["test/map50"] == numbers["test/coco_map"] == 0
