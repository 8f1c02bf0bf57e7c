"""The exact figures of section 13.9's batches and of 13.10 to 13.12, computed by the public components."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf

from tfd2l.data.facts.style_images import StyleImages
from tfd2l.data.info import NO_DATA, DataInfo
from tfd2l.layers.bilinear import Bilinear
from tfd2l.models.fcn import fcn
from tfd2l.models.style_transfer import CONTENT_LAYERS, STYLE_LAYERS, style_transfer
from tfd2l.ops.vision.bilinear_kernel import make_bilinear_kernel
from tfd2l.ops.vision.convolution_matrix import make_convolution_matrix
from tfd2l.ops.vision.gram_matrix import compute_gram_matrix
from tfd2l.ops.vision.total_variation import compute_total_variation
from tfd2l.ops.vision.transposed_convolution import conv2d_transpose
from tfd2l.schedules.multi_factor import MultiFactor
from tfd2l.stages.batch import Batch
from tfd2l.stages.random_crop import RandomCrop

SQUARE = np.array([[0.0, 1.0], [2.0, 3.0]])
VOC_CLASSES = 21


def test_13_9_batches_of_random_crops(figure):
    images = np.random.default_rng(0).integers(0, 256, (2, 375, 500, 3)).astype(np.uint8)
    ds = tf.data.Dataset.from_tensor_slices({"image": images, "mask": images[..., 0]}).repeat(32)
    for stage in (RandomCrop(320, 480), Batch(["image"], 64, "mask")):
        ds = stage(ds, split="train", seed=0)
    x, y, _ = next(iter(ds))
    figure("13.9", "a batch of images", [64, 320, 480, 3], x.shape)
    figure("13.9", "of their masks", [64, 320, 480], y.shape)
    figure("13.9", "cut at the same place", True, bool(tf.reduce_all(x[..., 0] == y)))


def transposed(x, kernel, **options):
    """Of one channel: (h, w), (k, k) -> rows and columns."""
    y = conv2d_transpose(tf.constant(x[None, :, :, None]), tf.constant(kernel[:, :, None, None]), **options)
    return y[0, :, :, 0]


def test_13_10_transposed_convolution(figure):
    figure("13.10", "of [[0, 1], [2, 3]] with itself", [[0, 0, 1], [0, 4, 6], [4, 12, 9]], transposed(SQUARE, SQUARE))
    figure("13.10", "padding 1", [[4]], transposed(SQUARE, SQUARE, padding=1))
    strided = [[0, 0, 0, 1], [0, 0, 2, 3], [0, 2, 0, 3], [4, 6, 6, 9]]
    figure("13.10", "stride 2", strided, transposed(SQUARE, SQUARE, stride=2))


def test_13_10_gives_back_the_shape_of_what_was_convolved(figure):
    x = tf.random.stateless_uniform([1, 16, 16, 10], [0, 0])
    there = tf.pad(x, [[0, 0], [2, 2], [2, 2], [0, 0]])
    kernel = tf.random.stateless_normal([5, 5, 10, 20], [0, 1])
    y = tf.nn.conv2d(there, kernel, 3, "VALID")
    figure("13.10", "10 to 20 channels, kernel 5, padding 2, stride 3", [1, 6, 6, 20], y.shape)
    back = conv2d_transpose(y, kernel, stride=3, padding=2)
    figure("13.10", "transposed back", [1, 16, 16, 10], back.shape)
    figure("13.10", "which is not the image", False, bool(tf.reduce_all(tf.abs(back - x) < 0.1)))


def test_13_10_matrices(figure):
    x, kernel = np.arange(9.0).reshape(3, 3), np.array([[1.0, 2.0], [3.0, 4.0]])
    w = make_convolution_matrix(tf.constant(kernel), (3, 3))
    figure("13.10", "shape of W", [4, 9], w.shape)
    figure("13.10", "first row of W", [1, 2, 0, 3, 4, 0, 0, 0, 0], w[0])
    y = tf.reshape(tf.linalg.matvec(w, x.ravel()), [2, 2])
    figure("13.10", "W x", [[27, 37], [57, 67]], y)
    convolved = tf.nn.conv2d(x[None, :, :, None], kernel[:, :, None, None], 1, "VALID")[0, :, :, 0]
    figure("13.10", "the convolution", [[27, 37], [57, 67]], convolved)
    back = [[27, 91, 74], [138, 400, 282], [171, 429, 268]]
    figure("13.10", "transposed convolution of it", back, transposed(y.numpy(), kernel))
    product = tf.linalg.matvec(w, tf.reshape(y, [4]), transpose_a=True)
    figure("13.10", "W^T y", back, tf.reshape(product, [3, 3]))


def fcn_on(image_data_shape, classes=VOC_CLASSES):
    spec = (tf.TensorSpec([1, *image_data_shape]), tf.TensorSpec([1, *image_data_shape[:2]], tf.uint8))
    return fcn(
        DataInfo(("image",), {}, {}, "a test", "0", batch_spec=spec, class_names=tuple(map(str, range(classes))))
    )


def test_13_11_shapes_of_the_network(figure):
    model = fcn_on((320, 480, 3))
    body = keras.Model(model.input, model.get_layer("group4_block2_relu2").output)
    figure("13.11", "the body of 320 x 480", [1, 10, 15, 512], body.compute_output_shape((1, 320, 480, 3)))
    figure("13.11", "the output", [1, 320, 480, 21], model.compute_output_shape((1, 320, 480, 3)))
    layer = model.get_layer("enlarge")
    figure("13.11", "kernel and stride", [64, 64, 32, 32], [*layer.kernel_size, *layer.strides])
    figure("13.11", "(10 - 1) 32 - 2 16 + 64", 320, (10 - 1) * 32 - 2 * 16 + 64)


def test_13_11_the_last_layer_is_cut_by_16_on_each_side(figure):
    scores = np.random.default_rng(0).normal(size=(1, 3, 4, 2)).astype(np.float32)
    kernel = np.random.default_rng(1).normal(size=(64, 64, 2, 2)).astype(np.float32)
    layer = keras.layers.Conv2DTranspose(2, 64, 32, "same", use_bias=False)
    layer.build(scores.shape)
    layer.kernel.assign(kernel)
    cut = conv2d_transpose(tf.constant(scores), tf.constant(kernel), 32)[:, 16:-16, 16:-16]
    figure("13.11", "Keras' own is the book's padding of 16", np.zeros([1, 96, 128, 2]), layer(scores) - cut, 1e-3)


def test_13_11_bilinear_interpolation(figure):
    kernel = make_bilinear_kernel(4)
    figure("13.11", "kernel of 4", [0.25, 0.75, 0.75, 0.25], kernel.sum(axis=0) / 2)
    figure("13.11", "its corner, centre and sum", [0.0625, 0.5625, 4], [kernel[0, 0], kernel[1, 1], kernel.sum()])
    figure("13.11", "kernel of 3", [0.5, 1, 0.5], make_bilinear_kernel(3)[1])


def test_13_11_cat_and_dog_are_enlarged(figure, shared_data):
    image = tf.io.decode_jpeg((shared_data / "d2l_images" / "catdog.jpg").read_bytes())
    figure("13.11", "cat and dog", [561, 728, 3], image.shape)
    kernel = Bilinear()((4, 4, 3, 3))
    enlarged = conv2d_transpose(tf.cast(image, tf.float32)[None] / 255, kernel, stride=2, padding=1)[0]
    figure("13.11", "enlarged", [1122, 1456, 3], enlarged.shape)
    resized = tf.image.resize(image, [1122, 1456], "bilinear") / 255
    figure(
        "13.11", "away from the border it is bilinear", 0.0, tf.reduce_max(tf.abs(enlarged - resized)[2:-2, 2:-2]), 1e-5
    )


def test_13_12_gram_and_total_variation(figure):
    x = np.arange(24.0).reshape(1, 2, 4, 3)  # (batch, height, width, channels)
    rows = x[0].reshape(8, 3).T  # the book's X, (c, h w)
    figure("13.12", "Gram matrix of arange(24)", rows @ rows.T / 24, compute_gram_matrix(tf.constant(x))[0], 1e-9)
    figure(
        "13.12", "its corner: (0^2 + 3^2 + ... + 21^2) / 24", 1260 / 24, compute_gram_matrix(tf.constant(x))[0, 0, 0]
    )
    figure("13.12", "total variation: 0.5 (12 + 3)", 7.5, compute_total_variation(tf.constant(x)))


def test_13_12_taps_and_weights_of_the_losses(figure):
    pictures = {name: np.zeros((32, 32, 3), np.uint8) for name in ("content", "style")}
    model = style_transfer(NO_DATA.with_fact(StyleImages(**pictures)), total_steps=1)
    figure("13.12", "weights of content, style, variation", [1, 1e3, 10], model.loss_weights)
    # Places in torchvision's `features`: convolution, ReLU, ..., max pooling; named as keras.applications name them.
    places, place = {}, 0
    for block, count in enumerate((2, 2, 4, 4, 4), start=1):
        for number in range(1, count + 1):
            places[f"block{block}_conv{number}"] = place
            place += 2
        place += 1
    figure("13.12", "style layers", [0, 5, 10, 19, 28], [places[name] for name in STYLE_LAYERS])
    figure("13.12", "content layer", [25], [places[name] for name in CONTENT_LAYERS])


def test_13_12_the_rate_falls_by_a_fifth_every_fifty_steps(figure):
    schedule = MultiFactor(0.3, milestones=list(range(50, 500, 50)), factor=0.8)
    steps = [0, 49, 50, 100, 499]
    expected = [0.3, 0.3, 0.3 * 0.8, 0.3 * 0.8**2, 0.3 * 0.8**9]
    figure("13.12", f"rate of the steps {steps}", expected, [float(schedule(step)) for step in steps], 1e-7)
