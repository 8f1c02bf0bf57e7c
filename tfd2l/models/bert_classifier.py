"""A classifier of texts and of pairs of texts on a BERT encoder (sections 14.8, 15.6, 15.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import keras_hub
import tensorflow as tf

from tfd2l.artifacts import run_artifact
from tfd2l.datasets.data import DataInfo
from tfd2l.errors import ConfigError
from tfd2l.layers.attention_weights import AttentionWeights
from tfd2l.models.initialization import mimetic
from tfd2l.models.presets import loading_preset

CHECKPOINT_ARTIFACT = "checkpoint/model.keras"


@keras.saving.register_keras_serializable(package="tfd2l")
class BertClassifier(keras.Model):
    """A linear layer on the pooled output of a BERT encoder.

    logits = W tanh(V h[CLS] + b) + c, h the encoder's output.

    Arguments:
        backbone: a KerasHub `BertBackbone`; its pooled output is the tanh of the first token.
        num_classes: width of the logits.

    Input: dict of `token_ids`, `segment_ids`, `padding_mask`, each (batch, tokens) integers.
    Output: logits, (batch, num_classes).
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, num_classes: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.backbone = backbone
        self.num_classes = num_classes
        self.classifier = keras.layers.Dense(num_classes, name="classifier")

    def build(self, input_shape: Any = None) -> None:
        self.classifier.build((None, self.backbone.hidden_dim))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> tf.Tensor:
        pooled = self.backbone(dict(inputs), training=training)["pooled_output"]  # (batch, hidden)
        return self.classifier(pooled)  # (batch, num_classes)

    def attention_weights(self, inputs: Mapping[str, tf.Tensor], data: DataInfo) -> AttentionWeights:
        """Where every token looks, in every layer of the encoder, without dropout."""
        layers = self.backbone.transformer_layers
        entering = [tf.nest.flatten(layer.input)[0] for layer in layers]  # what follows is the padding mask
        before = tf.nest.flatten(keras.Model(self.backbone.input, entering)(dict(inputs), training=False))
        weights = {}
        for layer, hidden in zip(layers, before, strict=True):  # hidden: (batch, tokens, hidden)
            _, scores = layer(hidden, padding_mask=inputs["padding_mask"], return_attention_scores=True, training=False)
            weights[layer.name] = scores
        lengths = tf.reduce_sum(inputs["padding_mask"], axis=1).numpy()
        ids = inputs["token_ids"].numpy()
        tokens = [[data.vocabulary[token] for token in row[:n]] for row, n in zip(ids, lengths, strict=True)]
        return AttentionWeights(weights, tokens, tokens)

    def get_config(self) -> dict[str, Any]:
        backbone = keras.saving.serialize_keras_object(self.backbone)
        return {**super().get_config(), "backbone": backbone, "num_classes": self.num_classes}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> BertClassifier:
        config = dict(config)
        return cls(backbone=keras.saving.deserialize_keras_object(config.pop("backbone")), **config)


def bert_classifier(
    data: DataInfo,
    num_layers: int | None = None,
    hidden_dim: int | None = None,
    num_heads: int | None = None,
    intermediate_dim: int | None = None,
    max_sequence_length: int | None = None,
    dropout: float = 0.1,
    initialization: Literal["bert", "mimetic"] = "bert",
    weights: str | None = None,
) -> BertClassifier:
    """A BERT classifier with a class for each of `data.class_names`.

    Arguments:
        data: its vocabulary sizes the embedding, its class names the head.
        num_layers, hidden_dim, num_heads, intermediate_dim, max_sequence_length: the encoder's sizes; with
            `weights` they are the weights' own, and what is given must agree.
        dropout: rate after the embedding and inside each layer.
        initialization: of a random start: "bert" (standard deviation 0.02), or "mimetic", from which a small encoder
            without pretraining learns much sooner (see `tfd2l.models.initialization`).
        weights: None starts at random; `preset:NAME_OR_FOLDER` loads a KerasHub preset, `run:RUN_ID` the encoder of
            an earlier run.

    Raises:
        ConfigError: a size is missing, or differs from that of the weights; or the vocabulary does not fit them.

    Source: Devlin et al. 2019, *BERT*; section 15.7 for `bert_small` (2 layers, 256) and `bert_base` (12, 768).
    """
    sizes = {
        "num_layers": num_layers,
        "hidden_dim": hidden_dim,
        "num_heads": num_heads,
        "intermediate_dim": intermediate_dim,
        "max_sequence_length": max_sequence_length,
    }
    if not 0 <= dropout < 1:
        raise ConfigError(f"A dropout rate is from 0 up to, not including, 1. Received: model.dropout={dropout}")
    if weights is None:
        missing = [name for name, size in sizes.items() if size is None]
        if missing:
            raise ConfigError(
                f"A BERT that starts at random needs every size; missing: {', '.join(missing)}. Take them from "
                f"`model=bert_small` or `model=bert_base`, or give `model.weights=`. Received: {sizes}"
            )
        _require_heads(sizes)
        backbone = keras_hub.models.BertBackbone(len(data.vocabulary), dropout=dropout, **sizes)
        if initialization == "mimetic":
            mimetic(backbone)
    else:
        backbone = _pretrained(weights, dropout)
        _require_agreement(backbone, {"vocabulary_size": len(data.vocabulary), **sizes}, weights)
    model = BertClassifier(backbone, len(data.class_names))
    model.build()
    return model


def _require_heads(sizes: Mapping[str, Any]) -> None:
    below = [name for name, size in sizes.items() if size < 1]
    if below:
        raise ConfigError(f"A size counts from 1 up. Received: model.{below[0]}={sizes[below[0]]}")
    if sizes["hidden_dim"] % sizes["num_heads"]:
        raise ConfigError(
            f"Every head takes an equal part of the width: model.hidden_dim must be a multiple of model.num_heads. "
            f"Received: model.hidden_dim={sizes['hidden_dim']}, model.num_heads={sizes['num_heads']}"
        )


def _pretrained(weights: str, dropout: float) -> keras_hub.models.BertBackbone:
    kind, _, name = weights.partition(":")
    if kind == "preset":
        with loading_preset(name):
            return keras_hub.models.BertBackbone.from_preset(name, dropout=dropout)
    if kind != "run":
        raise ConfigError(
            f"model.weights is `preset:NAME_OR_FOLDER`, `run:RUN_ID` or null. Received: model.weights={weights!r}"
        )
    earlier = keras.models.load_model(run_artifact(name, CHECKPOINT_ARTIFACT), compile=False).backbone
    backbone = keras_hub.models.BertBackbone.from_config({**earlier.get_config(), "dropout": dropout})
    backbone.set_weights(earlier.get_weights())
    return backbone


def _require_agreement(backbone: Any, wanted: Mapping[str, int | None], weights: str) -> None:
    differ = {
        name: (size, getattr(backbone, name))
        for name, size in wanted.items()
        if size is not None and size != getattr(backbone, name)
    }
    if differ:
        told = ", ".join(f"{name} is {theirs}, here {ours}" for name, (ours, theirs) in differ.items())
        raise ConfigError(
            f"The weights {weights} do not fit: {told}. `model=bert_pretrained` takes the sizes from the weights; the "
            f"tokenizing stage must take its vocabulary from them too. Received: model.weights={weights!r}"
        )
