"""What reports may ask of a model beside its outputs; a model has it by having the method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from tfd2l.data.info import DataInfo
from tfd2l.layers.attention_weights import AttentionWeights


@runtime_checkable
class HasAttentionWeights(Protocol):
    """A model that attends."""

    def attention_weights(self, inputs: Any, data: DataInfo) -> AttentionWeights:
        """Returns the weights of each layer, with the tokens that they are between."""


@runtime_checkable
class HasPatches(HasAttentionWeights, Protocol):
    """A model that attends to the patches of an image: `grid` holds their rows and columns."""

    grid: tuple[int, int]


@runtime_checkable
class HasWordVectors(Protocol):
    """A model that keeps a vector for each word of the vocabulary."""

    def word_vectors(self, data: DataInfo) -> Any:
        """Returns (words, width) float32, in the order of the vocabulary."""


@runtime_checkable
class HasContextualVectors(Protocol):
    """A model that gives each token a vector which depends on the other tokens."""

    def contextual_vectors(self, inputs: Mapping[str, Any]) -> Any:
        """Returns (batch, tokens, width)."""


@runtime_checkable
class HasTrace(Protocol):
    """A model of one weight that remembers where it has been: `trace`, and the function it descends, `objective`."""

    trace: Any
    objective: Any
