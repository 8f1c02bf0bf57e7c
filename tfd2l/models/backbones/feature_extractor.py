"""A frozen network that puts out what some of its layers do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import keras

from tfd2l.errors import ConfigError, did_you_mean, listing
from tfd2l.models.backbones.vgg19_body import vgg19_body
from tfd2l.models.weights.earlier_run import earlier_model, model_in
from tfd2l.models.weights.image_weights import IMAGENET, freeze, give_weights

Pixels = Literal["torch", "caffe", "unit"]


def tapped(weights: str | None, layers: Sequence[str]) -> keras.Model:
    """Images of any size -> the outputs of some layers; what comes after the last of them is left out.

    Args:
        weights: null, `imagenet` or a file of weights (.h5, .weights.h5): VGG-19 with those, or with random ones;
            `run:RUN_ID` or a .keras file: the convolutional network that is in there.
        layers: their names.

    Raises:
        ConfigError: a layer that the network does not have, or a network that takes no images in three colours.
    """
    if weights is not None and weights.startswith("run:"):
        source = earlier_model(weights.removeprefix("run:"))
    elif weights is not None and weights.endswith(".keras") and Path(weights).expanduser().is_file():
        source = model_in(Path(weights).expanduser())
    else:
        source = vgg19_body()
        taps = keras.Model(source.input, _outputs(source, layers, weights))
        give_weights(taps.layers, weights, lambda: keras.applications.VGG19(include_top=False))
        freeze(taps.layers)
        return taps
    inputs = getattr(source, "inputs", None) or []  # of a functional model
    if [tuple(value.shape[3:]) for value in inputs] != [(3,)]:
        raise ConfigError(
            f"Features are taken from a convolutional network for images in three colours (`model=resnet18`, say). "
            f"Received: model.weights={weights!r}, a {source.name}"
        )
    taps = keras.Model(source.input, _outputs(source, layers, weights))
    free = keras.models.clone_model(taps, input_tensors=keras.Input((None, None, 3), name="image"))  # of any size
    free.set_weights(taps.get_weights())
    freeze(free.layers)
    return free


def default_pixels(weights: str | None) -> Pixels:
    """How the network wants its pixels, if nobody says: see `style_transfer`."""
    if weights is None:
        return "torch"
    return "caffe" if weights == IMAGENET or weights.endswith(".h5") else "unit"


def _outputs(model: keras.Model, layers: Sequence[str], weights: str | None) -> list[keras.KerasTensor]:
    known = [layer.name for layer in model.layers]
    for name in layers:
        if name not in known:
            raise ConfigError(
                f"The network ({weights or 'VGG-19'}) has no layer {name!r}.{did_you_mean(name, known)} It has: "
                f"{listing(known)}. Received: model.style_layers or model.content_layers with {name!r}"
            )
    return [model.get_layer(name).output for name in layers]
