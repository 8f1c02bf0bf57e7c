"""Transfer of weights into the layers of a model of images."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from pathlib import Path

import keras

from tfd2l.artifacts import run_artifact
from tfd2l.errors import ComponentError, ConfigError, did_you_mean
from tfd2l.models.weights.earlier_run import CHECKPOINT_ARTIFACT
from tfd2l.models.weights.layer_weights import SUFFIXES, Weights, get_layer_weights, read_layer_weights

log = logging.getLogger("tfd2l")

IMAGENET = "imagenet"
FORMS = f"null, `run:RUN_ID`, a file ({', '.join(SUFFIXES)}) or `{IMAGENET}`"
Application = Callable[[], keras.Model]


def transfer_weights(
    layers: Sequence[keras.layers.Layer], weights: str | None, imagenet: Application | None = None
) -> int:
    """Sets the weights of layers to those of layers of the same names elsewhere.

    Args:
        layers: Layers that are built; those without weights are passed over.
        weights: `None` leaves the layers as they are; `run:RUN_ID` is the model of an earlier run; `imagenet` the model
            in `keras.applications`; anything else a file: .keras, .weights.h5, or .h5 of Keras 2 (as in
            `keras.applications`).
        imagenet: Function that makes the model of `keras.applications` whose layers have the same names. `None`: there
            is no such model.

    Returns:
        The number of layers whose weights have been set.

    Raises:
        ConfigError: There is no such file, a layer is missing in it or has weights of other shapes, or `imagenet` has
            no such network.
        ComponentError: The weights in `keras.applications` could not be fetched.
        TrackingError: There is no such run, or it kept no model.
    """
    if weights is None:
        return 0
    found = _found(weights, imagenet)
    taking = [layer for layer in layers if layer.weights]
    absent = [layer.name for layer in taking if layer.name not in found]
    if absent:
        raise ConfigError(
            f"The weights have nothing for {len(absent)} of {len(taking)} layers, {absent[0]!r} first."
            f"{did_you_mean(absent[0], found)} They must come from a model with the same body; theirs are: "
            f"{', '.join(list(found)[:8])}, ... Received: model.weights={weights!r}"
        )
    for layer in taking:
        ours, theirs = ([tuple(w.shape) for w in some] for some in (layer.weights, found[layer.name]))
        if ours != theirs:
            raise ConfigError(
                f"The weights do not fit the layer {layer.name!r}: there {_shapes(theirs)}, here {_shapes(ours)}. "
                "Give the model the sizes of the weights (model.width, model.stem), and images with as many channels. "
                f"Received: model.weights={weights!r}"
            )
    for layer in taking:
        layer.set_weights(found[layer.name])
    log.info("model: %d layers start with weights of %s", len(taking), weights)
    return len(taking)


def freeze(layers: Sequence[keras.layers.Layer]) -> None:
    """Excludes layers from training; batch normalization among them uses its moving statistics in training too."""
    for layer in layers:
        layer.trainable = False


def _found(weights: str, imagenet: Application | None) -> Weights:
    kind, _, run_id = weights.partition(":")
    if kind == "run":
        return read_layer_weights(run_artifact(run_id, CHECKPOINT_ARTIFACT))
    if weights == IMAGENET:
        if imagenet is None:
            raise ConfigError(
                "keras.applications has no weights for this net: give those of a run that has trained it, "
                f"`run:RUN_ID`, or a file ({', '.join(SUFFIXES)}). Received: model.weights={weights!r}"
            )
        try:
            return get_layer_weights(imagenet())
        except Exception as error:  # what urllib, h5py or the file system raise
            raise ComponentError(
                f"keras.applications could not fetch the weights ({type(error).__name__}: {error}). They need a "
                "network at first use; with a copy of the file: `model.weights=FILE`; with weights trained here: "
                f"`model.weights=run:RUN_ID`. Received: model.weights={weights!r}"
            ) from error
    file = Path(weights).expanduser()
    if not file.is_file():
        beside = [path.name for path in file.parent.iterdir()] if file.parent.is_dir() else []
        raise ConfigError(
            f"model.weights is {FORMS}; there is no such file.{did_you_mean(file.name, beside)} "
            f"Received: model.weights={weights!r}"
        )
    return read_layer_weights(file)


def _shapes(shapes: Sequence[tuple[int, ...]]) -> str:
    return ", ".join("x".join(map(str, shape)) for shape in shapes) or "no weights"
