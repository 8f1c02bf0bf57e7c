"""What a run of an experiment came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

from tfd2l.errors import ComponentError, DataError, listing
from tfd2l.pipelines.experiment.stored_files import fetch_figures
from tfd2l.pipelines.experiment.trained import Trained
from tfd2l.tracking.open_store import client_of


@dataclass(frozen=True)
class Result:
    """What a run of an experiment came to.

    Example:
        result = tfd2l.Experiment.from_config(tfd2l.compose("+experiment=nli_bert", "debug=fast")).run()
        result.metrics["test/accuracy"]
        result.history[-1]["loss"]
        result.predict({"premise": ["A dog runs."], "hypothesis": ["An animal moves."]})["label"]
        result.model.summary()
        result.figures["schedule"]  # a file: IPython.display.Image(result.figures["schedule"])

    Args:
        run_id: the MLflow run; empty in a process of a cluster that is not the chief.
        tracking_uri: the store it is in.
        metrics: the last epoch's, and `test/...`, or `validation/...` where there is no test split; and what reports
            have measured (`test/map50`, say).
        model_uri: the exported model; None if it was not logged.
        failed_reports: label -> reason of each report that failed; `tfd2l report` makes them later.
        weights: which were tested and exported: those of the best epoch, an average, or the last.
        shortened: why its numbers are no results (it took few steps, say); None if they are.
        example: name -> value of each input of the exported model, as one would give it to `tfd2l predict`.
        trained: the model with its data, to go on with; None if the run trains nothing.
    """

    run_id: str
    tracking_uri: str
    metrics: Mapping[str, float]
    model_uri: str | None = None
    failed_reports: Mapping[str, str] = field(default_factory=dict)
    weights: str = ""
    shortened: str | None = None
    example: Mapping[str, Any] | None = None
    trained: Trained | None = field(default=None, repr=False)

    @property
    def model(self) -> keras.Model:
        """The trained Keras model, on one device.

        Raises:
            ComponentError: the run trains nothing.
        """
        return self._require_trained().model

    @property
    def history(self) -> Sequence[Mapping[str, float]]:
        """The logs of every epoch: `loss`, `val_loss`, and so on; empty if the run trains nothing."""
        return self.trained.history if self.trained else ()

    @property
    def figures(self) -> dict[str, Path]:
        """Name -> PNG file of each figure that the reports have logged, on this machine."""
        return fetch_figures(client_of(self.tracking_uri), self.run_id) if self.run_id else {}

    def predict(self, inputs: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Returns what the model predicts, through the same stages and decoder as the exported model.

        Args:
            inputs: name -> the values of each example, raw as in the dataset: texts, numbers, images as arrays.

        Returns:
            Name -> the predictions in the order of the examples.

        Raises:
            ComponentError: the run trains nothing.
            DataError: the names are not those of the model's inputs, or their values differ in number.
        """
        trained = self._require_trained()
        names = trained.prepared.raw.served_inputs
        if set(inputs) != set(names) or len({len(values) for values in inputs.values()}) != 1:
            received = ", ".join(f"{name} ({len(values)})" for name, values in inputs.items())
            raise DataError(
                f"The model takes {listing(names)}, each with the same number of values. Received: {received or 'none'}"
            )
        return trained.serving({key: inputs[name] for name, key in names.items()})

    def _require_trained(self) -> Trained:
        if self.trained is None:
            raise ComponentError(
                "This run trains no model: its reports are all of it. Choose an experiment with a dataset and a model "
                f"(`tfd2l list experiment`). Received: run {self.run_id}"
            )
        return self.trained
