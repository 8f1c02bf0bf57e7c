"""TinySSD of section 13.7 in PyTorch, eager, as the book trains it."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from benchmarks.peers.answering import Arrays, Work, answer

WIDTHS = (16, 32, 64, 128, 128, 128)
BASE, ANCHORS = 3, 4


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


def prepare(given: Arrays) -> Work:
    """Makes one training step on a batch; its targets are given, so that it is spared the loop over images."""
    labels = torch.tensor(given["classes"]).long()
    wanted = torch.tensor(given["offsets"]).flatten(1)
    mask = torch.tensor(np.repeat(given["mask"], 4, axis=1))
    x = torch.tensor(np.ascontiguousarray(np.moveaxis(given["images"], 3, 1)))
    net = TinySSD(int(given["num_classes"]))
    optimizer = torch.optim.SGD(net.parameters(), lr=0.001)

    def step() -> Arrays:
        optimizer.zero_grad()
        scores, offsets = net(x)
        of_classes = nn.functional.cross_entropy(scores.flatten(0, 1), labels.flatten())
        loss = of_classes + nn.functional.l1_loss(offsets * mask, wanted * mask)
        loss.backward()
        optimizer.step()
        return {"loss": np.array(loss.item())}

    weights = sum(int(np.prod(value.shape)) for value in net.parameters())
    return Work(step, {"torch": torch.__version__, "threads": torch.get_num_threads(), "weights": weights})


if __name__ == "__main__":
    answer(prepare)
