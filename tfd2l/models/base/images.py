"""Shape of the images that a model is built for."""

from __future__ import annotations

from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError, listing

SHAPE = "(height, width, channels)"


def get_image_shape(data: DataInfo, model: str) -> tuple[int, int, int]:
    """Returns the (height, width, channels) of the images in a batch.

    Args:
        data: Description of the data after all stages.
        model: Name of the model, for the error.

    Raises:
        ConfigError: The model's input is not a tensor of images of one size.
    """
    x = data.batch_spec[0]
    if isinstance(x, dict):
        raise ConfigError(f"model.{model} takes images alone: `stages.batch.inputs=[image]`. Received: {listing(x)}")
    height, width, channels = [*x.shape[1:], None, None, None][:3]
    if x.shape.rank != 4 or None in (height, width, channels):
        raise ConfigError(f"model.{model} takes images of one size, {SHAPE}. Received: {tuple(x.shape[1:])}")
    return height, width, channels
