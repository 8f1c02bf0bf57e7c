"""What PyTorch makes of given arrays: a process of its own, asked by the fixture `torch_peer`.

A line of input is a request in JSON; its arrays stand in `given.npz` of its folder, the answer in `made.npy`.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import torch


def optimize(start, gradients, name, **options):
    """The weights after an optimizer has taken given gradients."""
    weights = torch.nn.Parameter(torch.tensor(start))
    optimizer = getattr(torch.optim, name)([weights], **options)
    for gradient in gradients:
        weights.grad = torch.tensor(gradient)
        optimizer.step()
    return weights


def conv_transpose(x, kernel, stride, padding):
    """The transposed convolution, channels first."""
    return torch.nn.functional.conv_transpose2d(torch.tensor(x), torch.tensor(kernel), stride=stride, padding=padding)


def attend(projections, output, queries, keys, padding, heads):
    """The output of multi-head attention with given weights; keys are the values too."""
    layer = torch.nn.MultiheadAttention(len(output), heads, bias=False, batch_first=True)
    with torch.no_grad():
        layer.in_proj_weight.copy_(torch.tensor(projections))
        layer.out_proj.weight.copy_(torch.tensor(output))
        seen = torch.tensor(keys)
        made, _ = layer(torch.tensor(queries), seen, seen, key_padding_mask=torch.tensor(padding))
    return made


OPERATIONS = {"optimize": optimize, "conv_transpose": conv_transpose, "attend": attend}

if __name__ == "__main__":
    for line in sys.stdin:
        request = json.loads(line)
        folder = Path(request["folder"])
        with np.load(folder / "given.npz") as given:
            made = OPERATIONS[request["operation"]](**given, **request["options"])
        np.save(folder / "made.npy", made.detach().numpy())
        print("done", flush=True)
