"""Targets of a detector in PyTorch, an image and an object after the other, as section 13.4 has them."""

from __future__ import annotations

import torch

from benchmarks.detection_by_loops import IOU, Array
from benchmarks.peers.answering import Arrays, Work, answer


def torch_targets(anchors: Array, objects: Array) -> tuple[Array, Array]:
    """`looped_targets` in PyTorch, operation by operation, with the masks that `multibox_target` of 13.4 returns."""
    own, every = torch.from_numpy(anchors), torch.from_numpy(objects)
    classes, offsets, masks = [], [], []
    for image in every:
        real = image[image[:, 0] >= 0]
        overlap = torch_overlaps(own, real[:, 1:])  # (anchors, objects)
        most, which = overlap.max(dim=1)
        assigned = torch.full((len(own),), -1)
        enough = torch.nonzero(most >= IOU).flatten()
        assigned[enough] = which[enough]
        for _ in range(len(real)):
            anchor, label = divmod(int(overlap.argmax()), len(real))
            assigned[anchor] = label
            overlap[:, label] = -1
            overlap[anchor, :] = -1
        found = torch.nonzero(assigned >= 0).flatten()
        mask = (assigned >= 0).float()[:, None].repeat(1, 4)
        kinds, boxes = torch.zeros(len(own), dtype=torch.long), own.clone()
        kinds[found] = real[assigned[found], 0].long() + 1
        boxes[found] = real[assigned[found], 1:]
        size, other = own[:, 2:] - own[:, :2], boxes[:, 2:] - boxes[:, :2]
        centers = (boxes[:, 2:] + boxes[:, :2] - own[:, 2:] - own[:, :2]) / 2
        classes.append(kinds)
        offsets.append((torch.cat([10 * centers / size, 5 * torch.log(1e-6 + other / size)], dim=1) * mask).flatten())
        masks.append(mask.flatten())
    torch.stack(masks)
    return torch.stack(classes).numpy(), torch.stack(offsets).reshape(len(objects), -1, 4).numpy()


def torch_overlaps(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """(n, m) IoU."""
    low, high = torch.maximum(a[:, None, :2], b[:, :2]), torch.minimum(a[:, None, 2:], b[:, 2:])
    sides = (high - low).clamp(min=0)
    shared = sides[..., 0] * sides[..., 1]
    area = [(boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1]) for boxes in (a, b)]
    return shared / (area[0][:, None] + area[1] - shared)


def prepare(given: Arrays) -> Work:
    """Makes the targets of all images for some anchors."""

    def run() -> Arrays:
        classes, offsets = torch_targets(given["anchors"], given["objects"])
        return {"classes": classes, "offsets": offsets}

    return Work(run, {"torch": torch.__version__, "threads": torch.get_num_threads()})


if __name__ == "__main__":
    answer(prepare)
