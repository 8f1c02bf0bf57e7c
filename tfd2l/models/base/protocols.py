"""What reports and decoders may ask of a model beside its outputs; a model has it by having the methods."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeVar, runtime_checkable

import numpy as np
import tensorflow as tf

from tfd2l.data.info import DataInfo
from tfd2l.errors import ComponentError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.nadaraya_watson import NadarayaWatson
from tfd2l.ops.optimization.objectives import Objective
from tfd2l.ops.text.sequence_search import Step

P = TypeVar("P")


@runtime_checkable
class HasAttentionWeights(Protocol):
    """A model that computes attention weights."""

    def attention_weights(self, inputs: object, data: DataInfo) -> AttentionWeights:
        """Returns the weights of each layer, and the tokens of the queries and keys.

        Args:
            inputs: of the model, for a batch.
            data: its vocabulary names the tokens.
        """


@runtime_checkable
class HasPatches(HasAttentionWeights, Protocol):
    """A model that attends to the patches of an image.

    Attributes:
        grid: rows and columns of the patches.
    """

    grid: tuple[int, int]


@runtime_checkable
class HasAttentionPooling(HasAttentionWeights, Protocol):
    """A model that is a kernel regression: attention pooling over the training examples.

    Attributes:
        pooling: the layer.
    """

    pooling: NadarayaWatson


@runtime_checkable
class HasWordVectors(Protocol):
    """A model that keeps a vector for each word of the vocabulary."""

    def word_vectors(self, data: DataInfo) -> tf.Tensor:
        """Returns the vectors, (words, width) float32, in the order of the vocabulary.

        Args:
            data: with the vocabulary.
        """


@runtime_checkable
class HasContextualVectors(Protocol):
    """A model that gives each token a vector that depends on the other tokens."""

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Returns the vectors, (batch, tokens, width).

        Args:
            inputs: of the model: `token_ids` and `padding_mask`, each (batch, tokens).
        """


@runtime_checkable
class HasSequenceSearch(Protocol):
    """A model that writes a sequence token by token, from what it has read."""

    def first_state(self, memory: object, max_length: int) -> Any:
        """Returns the state of the search before the first token, a nest of tensors (batch, ...).

        Args:
            memory: the model's outputs without a target, a nest of tensors (batch, ...).
            max_length: tokens that may be written.
        """

    def make_search_step(self) -> Step:
        """Returns the function that scores the next token; its state is a pair of the memory and the state."""


@runtime_checkable
class HasNextTokenLogits(Protocol):
    """A model that predicts each next token from those before it.

    Attributes:
        sizes: holds `max_length`, the number of positions.
    """

    sizes: Mapping[str, Any]

    def hidden(self, token_ids: tf.Tensor, training: bool | None = None) -> tf.Tensor:
        """Returns the hidden states, (batch, tokens, hiddens).

        Args:
            token_ids: (batch, tokens) integers.
            training: whether dropout applies.
        """

    def logits(self, hidden: tf.Tensor) -> tf.Tensor:
        """Returns the logits of the next token, (..., vocabulary).

        Args:
            hidden: (..., hiddens).
        """


@runtime_checkable
class HasTrace(Protocol):
    """A model whose weight is a point, and that keeps where the point has been.

    Attributes:
        trace: the points, (steps + 1, dimensions).
        objective: the function that the point descends.
    """

    trace: np.ndarray
    objective: Objective


@runtime_checkable
class HasStyledImage(Protocol):
    """A model whose weight is an image, and that keeps how the image has changed.

    Attributes:
        steps: how many training steps there were, ().
        losses_of_steps: content, style and total variation loss of each step, (total steps, 3).
        kept_images: the image before every `keep_every`th step, (images, height, width, 3) uint8.
        keep_every: steps between two images.
    """

    steps: Any
    losses_of_steps: Any
    kept_images: Any
    keep_every: int

    def to_bytes(self) -> np.ndarray:
        """Returns the image, (height, width, 3) uint8."""


BUILT_IN: Mapping[type, tuple[str, ...]] = {
    HasAttentionWeights: (
        "bert_classifier", "bert_pretraining", "nadaraya_watson", "seq2seq_attention", "transformer_seq2seq", "vit",
    ),
    HasPatches: ("vit",),
    HasAttentionPooling: ("nadaraya_watson",),
    HasWordVectors: ("glove", "pretrained_vectors", "word2vec"),
    HasContextualVectors: ("bert_classifier", "bert_pretraining", "bilstm_lm", "causal_lm"),
    HasSequenceSearch: ("seq2seq_attention", "transformer_seq2seq"),
    HasNextTokenLogits: ("causal_lm",),
    HasTrace: ("point",),
    HasStyledImage: ("style_transfer",),
}  # fmt: skip
"""Protocol -> built-in models that have it, for errors; a model of a plugin may have it too."""


def require_model(model: object, protocol: type[P], component: str) -> P:
    """Returns a model if it has what a component needs.

    Args:
        model: any.
        protocol: one of this module.
        component: that needs it, as the error names it: `report.attention_heatmaps`.

    Raises:
        ComponentError: the model lacks a method or an attribute of the protocol.
    """
    if isinstance(model, protocol):
        return model
    needed = [f"`{name}`" for name in members_of(protocol)]
    raise ComponentError(
        f"{component} needs a model with {' and '.join(needed)} (protocol "
        f"{protocol.__name__}). Built-in models that have it: {', '.join(BUILT_IN[protocol])}. Choose one of them, or "
        f"leave it out. "
        f"Received: model {type(model).__name__}"
    )


def members_of(protocol: type) -> list[str]:
    """Returns the names of the methods and attributes of a protocol, those it inherits included.

    Args:
        protocol: one of this module.
    """
    parts = [part for part in protocol.__mro__ if part in BUILT_IN]
    names = [name for part in parts for name in {**part.__annotations__, **vars(part)}]
    return [name for name in dict.fromkeys(names) if not name.startswith("_")]
