"""Training steps of TinySSD beside the same net in PyTorch, eager, as the book runs it.

    python -m tfd2l.bench.ssd_training [OVERRIDE ...]    # default: +experiment=ssd dataset.image_size=256, base of 13.7

A is this package's step (forward, assignment of anchors, loss, backward, update), B is PyTorch: the same convolutions,
normalizations and heads, and the book's loss and plain SGD; its targets are given to it, so that B is spared the loop
over images. Both take the same 32 images from memory. Needs torch (`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
import torch
from torch import nn

from tfd2l.bench.built import built
from tfd2l.bench.paired import paired
from tfd2l.ops.multibox_targets import multibox_targets

BOOK = (
    "+experiment=ssd",
    "dataset.num_images=80",
    "dataset.image_size=256",
    "optimizer=sgd",
    "schedule=constant",
    "optimizer.learning_rate=0.001",
    "model.base_channels=[16,32,64]",
    "model.scale_channels=[128,128,128]",
    "model.sizes=[[0.2,0.272],[0.37,0.447],[0.54,0.619],[0.71,0.79],[0.88,0.961]]",
    "loss={name: multibox}",
    "metrics={}",
    "callbacks={}",
)
WIDTHS = (16, 32, 64, 128, 128, 128)
BASE, ANCHORS = 3, 4
ROUNDS = 15


class TinySSD(nn.Module):
    """Section 13.7.1 in PyTorch."""

    def __init__(self, classes: int) -> None:
        super().__init__()
        self.classes = classes
        self.blocks = nn.ModuleList(down_sample(a, b) for a, b in zip((3, *WIDTHS[:-1]), WIDTHS, strict=True))
        scales = [*WIDTHS[BASE - 1 :], WIDTHS[-1]]
        self.of_classes = nn.ModuleList(nn.Conv2d(c, ANCHORS * (classes + 1), 3, padding=1) for c in scales)
        self.of_offsets = nn.ModuleList(nn.Conv2d(c, ANCHORS * 4, 3, padding=1) for c in scales)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        maps = []
        for number, block in enumerate(self.blocks, start=1):
            x = block(x)
            if number >= BASE:
                maps.append(x)
        maps.append(nn.functional.adaptive_max_pool2d(x, 1))
        rows = [
            torch.cat([head(x).permute(0, 2, 3, 1).flatten(1) for head, x in zip(heads, maps, strict=True)], dim=1)
            for heads in (self.of_classes, self.of_offsets)
        ]
        return rows[0].reshape(len(x), -1, self.classes + 1), rows[1]


def down_sample(inputs: int, outputs: int) -> nn.Sequential:
    """Twice convolution, normalization, ReLU; then max pooling."""
    layers: list[nn.Module] = []
    for channels in (inputs, outputs):
        layers += [nn.Conv2d(channels, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.MaxPool2d(2))


def torch_step(batch: Any, anchors: tf.Tensor, classes: int) -> tuple[nn.Module, Callable[[], float]]:
    """The net, and one step on this batch."""
    images, objects, _ = batch
    targets = multibox_targets(anchors, objects)
    labels = torch.tensor(targets.classes.numpy()).long()
    wanted = torch.tensor(targets.offsets.numpy()).flatten(1)
    mask = torch.tensor(np.repeat(targets.mask.numpy(), 4, axis=1))
    x = torch.tensor(np.ascontiguousarray(np.moveaxis(images.numpy(), 3, 1)))
    net = TinySSD(classes)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)

    def step() -> float:
        optimizer.zero_grad()
        scores, offsets = net(x)
        of_classes = nn.functional.cross_entropy(scores.flatten(0, 1), labels.flatten())
        loss = of_classes + nn.functional.l1_loss(offsets * mask, wanted * mask)
        loss.backward()
        optimizer.step()
        return float(loss)

    return net, step


def main() -> None:
    """Print medians, images a second, and the ratio with its spread."""
    pipeline = built([*BOOK, *sys.argv[1:]])
    (batch,) = pipeline.batches.train(0).take(1)
    outputs = pipeline.model(batch[0], training=False)
    net, other = torch_step(batch, outputs["anchors"], len(pipeline.batches.info.class_names))
    sizes = [
        sum(int(np.prod(v.shape)) for v in variables)
        for variables in (pipeline.model.trainable_variables, net.parameters())
    ]
    assert sizes[0] == sizes[1], sizes
    result = paired(lambda: pipeline.step(batch), other, ROUNDS)
    images, anchors = len(batch[0]), outputs["anchors"].shape[1]
    print(f"TinySSD, {sizes[0]:,} weights, {images} images of {tuple(batch[0].shape[1:])}, {anchors} anchors")
    print(f"A tfd2l, B PyTorch {torch.__version__} ({torch.get_num_threads()} threads): {result}")
    rates = [images / np.median(seconds) for seconds in (result.a, result.b)]
    ratios = sorted(1 / ratio for ratio in result.ratios)
    print(
        f"images/s: A {rates[0]:.1f}, B {rates[1]:.1f}; A/B {np.median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
    )


if __name__ == "__main__":
    main()
