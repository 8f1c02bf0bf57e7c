"""Training steps of TinySSD beside the same net in PyTorch, eager, as the book runs it.

    python -m benchmarks.ssd_training [OVERRIDE ...]    # default: +experiment=ssd dataset.image_size=256, base of 13.7

A is this package's step (forward, assignment of anchors, loss, backward, update), B is PyTorch: the same convolutions,
normalizations and heads, and the book's loss and plain SGD; its targets are given to it, so that B is spared the loop
over images. Both take the same 32 images from memory, each in a process of its own. Needs torch
(`pip install -e '.[bench]'`).
"""

from __future__ import annotations

import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks.built import build_experiment
from benchmarks.paired import paired
from benchmarks.peer import Peer
from tfd2l.ops.vision.multibox_targets import compute_multibox_targets

BOOK = (
    "+experiment=ssd",
    "dataset.num_images=80",
    "dataset.image_size=256",
    "stages.batch.batch_size=32",
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
ROUNDS = 15
PEER = "benchmarks.peers.ssd_in_torch"


def main() -> None:
    """Print medians, images a second, and the ratio with its spread."""
    built = build_experiment([*BOOK, *sys.argv[1:]])
    (batch,) = built.prepared.batches.train(0).take(1)
    images, objects, _ = batch
    anchors = built.model(images, training=False)["anchors"]
    targets = compute_multibox_targets(anchors, objects)
    names = built.prepared.info.class_names
    given = {"classes": targets.classes, "offsets": targets.offsets, "mask": targets.mask, "images": images}
    with Peer(
        PEER, num_classes=np.array(len(names)), **{key: np.asarray(value) for key, value in given.items()}
    ) as peer:
        weights = sum(int(np.prod(value.shape)) for value in built.model.trainable_variables)
        assert weights == peer.facts["weights"], (weights, peer.facts)
        result = paired(lambda: built.step(batch), peer, ROUNDS)
        about = f"PyTorch {peer.facts['torch']} ({peer.facts['threads']} threads)"
    print(
        f"TinySSD, {weights:,} weights, {len(images)} images of {tuple(images.shape[1:])}, {anchors.shape[1]} anchors"
    )
    print(f"A tfd2l, B {about}: {result}")
    rates = [len(images) / np.median(seconds) for seconds in (result.a, result.b)]
    ratios = sorted(1 / ratio for ratio in result.ratios)
    print(
        f"images/s: A {rates[0]:.1f}, B {rates[1]:.1f}; A/B {np.median(ratios):.2f} [{ratios[0]:.2f}, {ratios[-1]:.2f}]"
    )


if __name__ == "__main__":
    main()
