"""BERT encoder, and the base class of models with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Unpack

import keras
import keras_hub
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.layers.options import LayerOptions
from tfd2l.models.base.heads import check_heads
from tfd2l.models.weights.earlier_run import load_run_model
from tfd2l.models.weights.initialization import initialize_mimetic
from tfd2l.presets import loading_preset

INPUTS = ("token_ids", "segment_ids", "padding_mask")


class BertModel(keras.Model):
    """Base class of models with a BERT encoder.

    Args:
        backbone: `keras_hub.models.BertBackbone`, whose pooled output is the tanh of the first token's vector.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids`, `segment_ids` and `padding_mask`, integers of shape `(batch, tokens)`.
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(**kwargs)
        self.backbone = backbone

    def encode(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> dict[str, tf.Tensor]:
        """Returns a dict of `sequence_output`, (batch, tokens, hidden), and `pooled_output`, (batch, hidden)."""
        return self.backbone(_read(inputs), training=training)

    def contextual_vectors(self, inputs: Mapping[str, tf.Tensor]) -> tf.Tensor:
        """Returns the last layer's vector of every token, `(batch, tokens, hidden)`, without dropout."""
        return self.encode(inputs, training=False)["sequence_output"]

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Returns the attention weights of every layer of the encoder, without dropout."""
        layers = self.backbone.transformer_layers
        entering = [tf.nest.flatten(layer.input)[0] for layer in layers]  # what follows is the padding mask
        before = tf.nest.flatten(keras.Model(self.backbone.input, entering)(_read(inputs), training=False))
        weights = {}
        for layer, hidden in zip(layers, before, strict=True):  # hidden: (batch, tokens, hidden)
            _, scores = layer(hidden, padding_mask=inputs["padding_mask"], return_attention_scores=True, training=False)
            weights[layer.name] = scores
        lengths = tf.reduce_sum(inputs["padding_mask"], axis=1).numpy()
        ids = inputs["token_ids"].numpy()
        words = data.fact(Vocabulary).tokens
        tokens = [[words[token] for token in row[:n]] for row, n in zip(ids, lengths, strict=True)]
        return AttentionWeights(weights, tokens, tokens, "attending token", "attended token")

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "backbone": keras.saving.serialize_keras_object(self.backbone)}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Mapping[str, type] | None = None) -> BertModel:
        config = dict(config)
        return cls(backbone=keras.saving.deserialize_keras_object(config.pop("backbone")), **config)


def _read(inputs: Mapping[str, tf.Tensor]) -> dict[str, tf.Tensor]:
    """Returns the encoder's inputs from those of a batch."""
    return {key: inputs[key] for key in INPUTS}


@check_bounds
def build_bert_backbone(
    vocabulary_size: int,
    num_layers: PositiveInt | None,
    hidden_dim: PositiveInt | None,
    num_heads: PositiveInt | None,
    intermediate_dim: PositiveInt | None,
    max_sequence_length: PositiveInt | None,
    dropout: ProperFraction,
    initialization: Literal["bert", "mimetic"],
    weights: str | None,
) -> keras_hub.models.BertBackbone:
    """Builds a BERT encoder with random weights, or with those of a preset or of an earlier run.

    Args:
        vocabulary_size: Number of tokens.
        num_layers: Number of Transformer layers. `None`, for this and the other sizes: that of `weights`.
        hidden_dim: Width of the encoder.
        num_heads: Number of heads of each attention.
        intermediate_dim: Width of the hidden layer of the position-wise networks.
        max_sequence_length: Number of positions.
        dropout: Rate of the dropout after the embedding and inside each layer.
        initialization: Random initialization, as `bert_classifier` takes it.
        weights: Source of the weights, as `bert_classifier` takes it.

    Raises:
        ConfigError: A size is missing, or differs from that of the weights; or the vocabulary does not fit them.
    """
    sizes = {
        "num_layers": num_layers,
        "hidden_dim": hidden_dim,
        "num_heads": num_heads,
        "intermediate_dim": intermediate_dim,
        "max_sequence_length": max_sequence_length,
    }
    if weights is None:
        missing = [name for name, size in sizes.items() if size is None]
        if missing:
            raise ConfigError(
                f"A BERT that starts at random needs every size; missing: {', '.join(missing)}. Take them from "
                f"`model=bert_small` or `model=bert_base`, or give `model.weights=`. Received: {sizes}"
            )
        assert hidden_dim is not None
        assert num_heads is not None
        check_heads(hidden_dim, num_heads, "hidden_dim")
        backbone = keras_hub.models.BertBackbone(vocabulary_size, dropout=dropout, **sizes)
        if initialization == "mimetic":
            initialize_mimetic(backbone)
    else:
        backbone = _pretrained(weights, dropout)
        _check_agreement(backbone, {"vocabulary_size": vocabulary_size, **sizes}, weights)
    return backbone


def _pretrained(weights: str, dropout: float) -> keras_hub.models.BertBackbone:
    kind, _, name = weights.partition(":")
    if kind == "preset":
        with loading_preset(name):
            return keras_hub.models.BertBackbone.from_preset(name, dropout=dropout)
    if kind != "run":
        raise ConfigError(
            f"model.weights is `preset:NAME_OR_FOLDER`, `run:RUN_ID` or null. Received: model.weights={weights!r}"
        )
    model = load_run_model(name)
    if not isinstance(model, BertModel):
        raise ConfigError(
            f"The earlier run has a {type(model).__name__}, which holds no BERT encoder; give a run of "
            f"`bert_pretraining` or `bert_classifier`. Received: model.weights={weights!r}"
        )
    earlier = model.backbone
    backbone = keras_hub.models.BertBackbone.from_config({**earlier.get_config(), "dropout": dropout})
    backbone.set_weights(earlier.get_weights())
    return backbone


def _check_agreement(
    backbone: keras_hub.models.BertBackbone, requested: Mapping[str, int | None], weights: str
) -> None:
    differ = {
        name: (size, getattr(backbone, name))
        for name, size in requested.items()
        if size is not None and size != getattr(backbone, name)
    }
    if differ:
        differences = ", ".join(f"{name} is {theirs}, here {ours}" for name, (ours, theirs) in differ.items())
        raise ConfigError(
            f"The weights {weights} do not fit: {differences}. `model=bert_pretrained` takes the sizes from the "
            f"weights; the tokenizing stage must take its vocabulary from them too. Received: model.weights={weights!r}"
        )
