"""Models that are sequences of layers, and how to divide such a sequence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import keras

from tfd2l.errors import ConfigError


def layer_sequence(model: keras.Model) -> list[keras.layers.Layer]:
    """The layers of a model of which each takes what the one before it gives, and nothing else.

    Args:
        model: built; a `keras.Sequential`, or a functional model of that form. A `Sequential` inside is taken apart.

    Raises:
        ConfigError: it is not such a model; the message names the layer.
    """
    if isinstance(model, keras.Sequential):
        return list(_unrolled(model))
    inputs = getattr(model, "inputs", None)
    if inputs is None:
        raise _not_a_sequence(model, f"{type(model).__name__} is written as a class, whose layers may run in any order")
    if len(inputs) != 1:
        raise _not_a_sequence(model, f"it has {len(inputs)} inputs")
    passed = inputs[0]
    layers: list[keras.layers.Layer] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue
        if layer.input is not passed:
            before = f"layer {layers[-1].name!r}" if layers else "the input"
            raise _not_a_sequence(model, f"layer {layer.name!r} does not take what {before} gives, and that alone")
        passed = layer.output
        layers.append(layer)
    if len(model.outputs) != 1 or model.outputs[0] is not passed:
        raise _not_a_sequence(model, f"its output is not that of its last layer, {layers[-1].name!r}")
    return [inner for layer in layers for inner in _unrolled(layer)]


def _unrolled(layer: keras.layers.Layer) -> Iterator[keras.layers.Layer]:
    if not isinstance(layer, keras.Sequential):
        yield layer
        return
    for inner in layer.layers:
        yield from _unrolled(inner)


def _not_a_sequence(model: keras.Model, reason: str) -> ConfigError:
    return ConfigError(
        "This strategy puts the first layers of a model on one device and the rest on others, so the model must be a "
        f"sequence of layers, such as lenet; {reason}. `strategy=data_parallel_scratch` takes any model. "
        f"Received: model {model.name!r}"
    )


def count_bytes(layer: keras.layers.Layer) -> int:
    """Bytes of a layer's variables."""
    return sum(variable.value.dtype.size * variable.shape.num_elements() for variable in layer.variables)


def balance(weights: Sequence[int], parts: int) -> list[int]:
    """Lengths of consecutive parts of which the heaviest is as light as can be.

    best(i, p), of the first i items in p parts, is the least over j of max(best(j, p - 1), sum(weights[j:i])).

    Args:
        weights: at least `parts` of them, none negative.
        parts: how many; each takes one item at least, and what weighs nothing goes with what is before it.

    Returns:
        `parts` lengths that add up to `len(weights)`.
    """
    count = len(weights)
    sums = [sum(weights[:end]) for end in range(count + 1)]
    best = {(end, 1): (sums[end], [end]) for end in range(1, count + 1)}
    for p in range(2, parts + 1):
        for end in range(p, count + 1):
            ways = []
            for cut in range(p - 1, end):
                heaviest, lengths = best[cut, p - 1]
                ways.append((max(heaviest, sums[end] - sums[cut]), -cut, [*lengths, end - cut]))
            heaviest, _, lengths = min(ways)
            best[end, p] = heaviest, lengths
    return best[count, parts][1]
