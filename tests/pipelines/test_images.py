"""A whole run on images: what the reports show, and that the exported model takes an image and its file."""

from __future__ import annotations

import json

import keras
import mlflow
import numpy as np
import pandas as pd
import pytest
import tensorflow as tf

import tfd2l
from tfd2l.cli.main import main
from tfd2l.data.info import DataInfo
from tfd2l.pipelines.experiment.serving import ServingGraph
from tfd2l.stages.batch import Batch
from tfd2l.tracking.stored_files import fetch_model


@pytest.fixture(scope="module")
def image_run(tmp_path_factory):
    """One whole run of lenet_fashion_mnist on few pictures, in a store of its own: (trained, result, client)."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('store')}/mlflow.db"
    overrides = ("dataset.num_images=1000", "stages.batch.batch_size=32", "trainer.epochs=1")
    config = tfd2l.compose("+experiment=lenet_fashion_mnist", *overrides, f"tracking.uri={uri}")
    experiment = tfd2l.Experiment.from_config(config)
    result = experiment.run()
    return result.trained, result, mlflow.MlflowClient(uri)


@pytest.fixture
def images(image_run):
    """Four raw test images, (28, 28, 1) uint8 each."""
    trained, _, _ = image_run
    return [example["image"] for example in trained.prepared.splits["test"].take(4).as_numpy_iterator()]


def test_serving_is_the_model_on_scaled_pixels(image_run, images):
    trained, _, _ = image_run
    served = trained.serving({"image": images})
    expected = tf.nn.softmax(trained.model(np.stack(images).astype(np.float32) / 255))
    np.testing.assert_allclose(served["probabilities"], expected, atol=1e-6)


def test_the_table_of_predictions_holds_no_pixels_and_a_figure_shows_them(image_run):
    trained, result, client = image_run
    with open(client.download_artifacts(result.run_id, "tables/predictions_test.json")) as file:
        table = json.load(file)
    assert table["columns"] == ["example", "label", "predicted", "probability", "right"]
    assert sorted(row[0] for row in table["data"]) == list(range(100))
    labels = [int(example["label"]) for example in trained.prepared.splits["test"].as_numpy_iterator()]
    assert all(trained.prepared.raw.class_names[labels[row[0]]] == row[1] for row in table["data"])
    figures = {item.path for item in client.list_artifacts(result.run_id, "figures")}
    assert figures == {
        f"figures/{name}.png" for name in ("schedule", "learning_curves", "confusion_matrix_test", "predictions_test")
    }


def test_the_logged_model_answers_as_the_experiment_does(image_run, images):
    trained, result, client = image_run
    model = mlflow.pyfunc.load_model(str(fetch_model(client, result.run_id)))
    answers = model.predict(pd.DataFrame({"image": [image.tolist() for image in images]}))
    expected = trained.serving({"image": images})
    assert answers["label"].tolist() == expected["label"]
    np.testing.assert_allclose(answers["probabilities"].tolist(), expected["probabilities"], atol=1e-6)


def test_predict_takes_a_file_of_an_image_or_a_list_of_such(image_run, images, capsys, tmp_path):
    trained, result, _ = image_run
    (tmp_path / "folder").mkdir()
    for number, image in enumerate(images):
        (tmp_path / "folder" / f"{number}.png").write_bytes(tf.io.encode_png(image).numpy())
    expected = trained.serving({"image": images})
    command = ["predict", result.run_id, "--uri", result.tracking_uri]
    assert main([*command, "--image", str(tmp_path / "folder" / "0.png")]) == 0
    shown = capsys.readouterr().out
    assert expected["label"][0] in shown
    assert f"{expected['probability'][0]:.4f}" in shown
    # paths in a list are meant from where it lies
    (tmp_path / "list.jsonl").write_text("".join(f'{{"image": "folder/{number}.png"}}\n' for number in range(4)))
    assert main([*command, "--input", str(tmp_path / "list.jsonl")]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["label"] for row in rows] == expected["label"]
    assert rows[3]["image"] == "folder/3.png"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "This model takes --image FILE, or --input FILE (csv, tsv or jsonl); --image is missing."),
        (["--image", "missing.png"], "missing.png: cannot be read: No such file"),
        (["--image", "{small}"], "the model takes images of 28 x 28 pixels"),
        (
            ["--image", "{right}", "--picture", "x.png"],
            "--picture draws boxes or a mask; this model answers with classes,",
        ),
    ],
    ids=["nothing", "no file", "size", "nothing to draw"],
)
def test_predict_says_what_is_wrong(image_run, capsys, tmp_path, options, said):
    _, result, _ = image_run
    (tmp_path / "small.png").write_bytes(tf.io.encode_png(np.zeros((8, 8, 1), np.uint8)).numpy())
    (tmp_path / "right.png").write_bytes(tf.io.encode_png(np.zeros((28, 28, 1), np.uint8)).numpy())
    options = [option.format(small=tmp_path / "small.png", right=tmp_path / "right.png") for option in options]
    assert main(["predict", result.run_id, "--uri", result.tracking_uri, *options]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert said in error
    assert "Received: " in error


def test_the_real_data_takes_the_place_of_the_generated(tmp_path, shared_data):
    for name in ("lenet_fashion_mnist", "resnet18_multi_device"):
        config = tfd2l.compose(
            f"+experiment={name}", "dataset=fashion_mnist", f"dataset.path={shared_data / 'fashion_mnist_900'}"
        )
        experiment = tfd2l.Experiment.from_config(config)
        prepared = experiment.prepare()
        assert prepared.info.sizes["train"] == 540
        assert prepared.batches.steps_per_epoch == 3


def test_images_of_several_sizes_are_served_together_in_their_order():
    sizes = [(4, 5), (2, 3), (4, 5), (6, 1), (2, 3)]
    images = [np.full([*size, 3], 10 * row, np.uint8) for row, size in enumerate(sizes)]
    spec = {"image": tf.TensorSpec([None, None, 3], tf.uint8)}
    image = keras.Input([None, None, 3])
    model = keras.Model(
        image, {"mean": keras.layers.GlobalAveragePooling2D()(image), "same": keras.layers.ReLU()(image)}
    )
    stage = Batch(inputs=["image"])
    graph = ServingGraph([stage], model, None, DataInfo(("image",), spec, {}, "a test", "0"))
    served = graph({"image": images})
    np.testing.assert_allclose(served["mean"], [[10.0 * row] * 3 for row in range(len(sizes))])
    assert [same.shape for same in served["same"]] == [image.shape for image in images]
