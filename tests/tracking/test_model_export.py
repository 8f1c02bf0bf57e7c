"""The exported model as MLflow loads it."""

from __future__ import annotations

import mlflow
import pandas as pd
import pytest
import tensorflow as tf

from tfd2l.tracking.open_store import client_of
from tfd2l.tracking.stored_files import fetch_model


def joined(inputs):
    return {"both": tf.strings.join([inputs["premise"], inputs["hypothesis"]], "|")}


PAIRS = {"premise": ["a", "b"], "hypothesis": ["c", "d"]}


@pytest.mark.parametrize(
    "names",
    [{}, {"premise": "question1", "hypothesis": "question2"}, {"premise": "hypothesis", "hypothesis": "Frage (2), ü"}],
    ids=["the keys", "columns", "crossed, and no word"],
)
def test_inputs_are_named_as_the_user_names_their_columns(export_model, names):
    run = export_model(joined, PAIRS, names)
    model = mlflow.pyfunc.load_model(str(fetch_model(client_of(run.uri), run.run_id)))
    columns = [names.get(key, key) for key in PAIRS]
    assert model.metadata.signature.inputs.input_names() == columns
    assert list(model.input_example) == columns
    table = pd.DataFrame(dict(zip(columns, PAIRS.values(), strict=True)))
    assert model.predict(table)["both"].tolist() == ["a|c", "b|d"]
