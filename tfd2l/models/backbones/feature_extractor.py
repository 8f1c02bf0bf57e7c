"""Frozen network that outputs the features of some of its layers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import keras

from tfd2l.errors import ConfigError, did_you_mean, listing
from tfd2l.models.backbones.vgg19_backbone import build_vgg19_backbone
from tfd2l.models.style.pixels import Pixels
from tfd2l.models.weights.earlier_run import load_model_file, load_run_model
from tfd2l.models.weights.image_weights import IMAGENET, freeze, transfer_weights


def build_feature_extractor(weights: str | None, layers: Sequence[str]) -> keras.Model:
    """Builds a frozen network that maps images of any size to the outputs of some of its layers.

    Layers after the last of these are left out.

    Args:
        weights: `None`, `imagenet` or a file of weights (.h5, .weights.h5): VGG-19 with random weights or with these;
            `run:RUN_ID` or a .keras file: the convolutional network in it.
        layers: Names of the layers.

    Raises:
        ConfigError: The network has no such layer, or takes no images with three channels.
    """
    if weights is not None and weights.startswith("run:"):
        source = load_run_model(weights.removeprefix("run:"))
    elif weights is not None and weights.endswith(".keras") and Path(weights).expanduser().is_file():
        source = load_model_file(Path(weights).expanduser())
    else:
        source = build_vgg19_backbone()
        taps = keras.Model(source.input, _outputs(source, layers, weights))
        transfer_weights(taps.layers, weights, lambda: keras.applications.VGG19(include_top=False))
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


def choose_pixels(weights: str | None) -> Pixels:
    """Returns the pixels that a network takes by default; see `style_transfer`."""
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
