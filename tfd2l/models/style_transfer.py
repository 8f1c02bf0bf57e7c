"""Neural style transfer."""

from __future__ import annotations

from collections.abc import Sequence

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import NonNegativeFloat, PositiveInt
from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.info import DataInfo
from tfd2l.models.backbones.feature_extractor import build_feature_extractor, choose_pixels
from tfd2l.models.style.model import StyleTransfer
from tfd2l.models.style.pixels import Pixels

STYLE_LAYERS = ("block1_conv1", "block2_conv1", "block3_conv1", "block4_conv1", "block5_conv1")
CONTENT_LAYERS = ("block4_conv4",)


@check_bounds
def style_transfer(
    data: DataInfo,
    total_steps: int,
    style_layers: Sequence[str] = STYLE_LAYERS,
    content_layers: Sequence[str] = CONTENT_LAYERS,
    content_weight: NonNegativeFloat = 1.0,
    style_weight: NonNegativeFloat = 1e3,
    tv_weight: NonNegativeFloat = 10.0,
    weights: str | None = None,
    pixels: Pixels | None = None,
    scale_features: bool = False,
    keep_every: PositiveInt = 50,
) -> StyleTransfer:
    """Neural style transfer: an image that is optimized to show a content in a style.

    With F_l(x) the outputs of layer l of a frozen network, x the image, c the content and s the style, the model is
    trained with the loss `output` to minimize the sum of

        content = content_weight sum_l mean (F_l(x) - F_l(c))^2             over the content layers
        style   = style_weight   sum_l mean (G_l(x) - G_l(s))^2             over the style layers
        tv      = tv_weight      0.5 (mean |down| + mean |right|)

    where G_l = F_l F_l^T / (channels height width) is the Gram matrix, and down and right are the differences of
    neighbouring pixels of x. Initially, the image is the content.

    Where the layers are convolutions of VGG-19, F_l is their output before the ReLU, as in the book's MXNet code (in
    its PyTorch code the ReLU that follows works in place, and so changes all outputs but the last). For a network
    trained here, it is the layer's output.

    The book sums `sum(10 * styles_l + contents_l + [tv_l])`, in which the *list* of style losses is repeated ten times:
    so it trains with a style weight of 1e4, though it names 1e3. Here the weight is what it says.

    Args:
        data: Description of the data: its fact `StyleImages`.
        total_steps: Number of steps of the run; an experiment passes its own.
        style_layers: Names of the network's style layers.
        content_layers: Names of the network's content layers.
        content_weight: Weight of the content loss. Defaults to 1.
        style_weight: Weight of the style loss. Defaults to 1000.
        tv_weight: Weight of the total variation. Defaults to 10.
        weights: The network. `None`: VGG-19 with random weights (which transfers textures, if not well); `imagenet`:
            that of `keras.applications`, or a copy of its file (.h5, with or without top); `run:RUN_ID`: the
            convolutional network that an earlier run has trained, or a .keras file with one, whose layers are named.
        pixels: Pixels that the network takes, `"torch"`: from 0 to 1, less ImageNet's mean, over its standard
            deviation; `"caffe"`: from 0 to 255, blue first, less the mean; `"unit"`: from 0 to 1. `None`: `"caffe"` for
            the weights of `keras.applications`, `"unit"` for a network trained here (which scales pixels), `"torch"`
            for random weights. With `"caffe"`, features are larger by far than those that the book's weights of the
            losses are for: set these, or `scale_features`.
        scale_features: Whether to divide each layer's outputs by their root mean square over both images, so that the
            weights of the losses mean the same for any network; the style weight must then be larger (1e6). Defaults to
            `False`.
        keep_every: Number of steps between images that are kept. Defaults to 50.

    Returns:
        A `StyleTransfer`, which maps any batch to the sum of the losses, `(batch,)`.

    Raises:
        ConfigError: There are no such layers, the weights do not fit, an argument is outside its range, or the data
            have no such images.

    References:
        - Gatys et al., 2016, *Image Style Transfer Using Convolutional Neural Networks*.
        - *Dive into Deep Learning*, section 13.12.
    """
    images = data.fact(StyleImages)
    network = build_feature_extractor(weights, [*content_layers, *style_layers])
    model = StyleTransfer(
        network,
        len(content_layers),
        images.content.shape[:2],
        total_steps,
        (content_weight, style_weight, tv_weight),
        choose_pixels(weights) if pixels is None else pixels,
        scale_features,
        keep_every,
    )
    model.set_targets(images.content, images.style)
    return model
