"""A classifier of texts and of pairs of texts on a BERT encoder (sections 14.8, 15.6, 15.7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import keras_hub
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.models.backbones.bert_backbone import OnBert, bert_backbone


@keras.saving.register_keras_serializable(package="tfd2l")
class BertClassifier(OnBert):
    """A linear layer on the pooled output of a BERT encoder.

    logits = W tanh(V h[CLS] + b) + c, h the encoder's output.

    Args:
        backbone: a KerasHub `BertBackbone`; its pooled output is the tanh of the first token.
        num_classes: width of the logits.

    Input: dict of `token_ids`, `segment_ids`, `padding_mask`, each (batch, tokens) integers.
    Output: logits, (batch, num_classes).
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, num_classes: int, **kwargs: Any) -> None:
        super().__init__(backbone, **kwargs)
        self.num_classes = num_classes
        self.classifier = keras.layers.Dense(num_classes, name="classifier")

    def build(self, input_shape: Any = None) -> None:
        self.classifier.build((None, self.backbone.hidden_dim))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> tf.Tensor:
        pooled = self.encode(inputs, training=training)["pooled_output"]  # (batch, hidden)
        return self.classifier(pooled)  # (batch, num_classes)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes}


def bert_classifier(
    data: DataInfo,
    num_layers: PositiveInt | None = None,
    hidden_dim: PositiveInt | None = None,
    num_heads: PositiveInt | None = None,
    intermediate_dim: PositiveInt | None = None,
    max_sequence_length: PositiveInt | None = None,
    dropout: ProperFraction = 0.1,
    initialization: Literal["bert", "mimetic"] = "bert",
    weights: str | None = None,
) -> BertClassifier:
    """A BERT classifier with a class for each of `data.class_names`.

    Args:
        data: its vocabulary sizes the embedding, its class names the head.
        num_layers, hidden_dim, num_heads, intermediate_dim, max_sequence_length: the encoder's sizes; with
            `weights` they are the weights' own, and what is given must agree.
        dropout: rate after the embedding and inside each layer.
        initialization: of a random start: "bert" (standard deviation 0.02), or "mimetic", from which a small encoder
            without pretraining learns much sooner (see `tfd2l.models.weights.initialization`).
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
    backbone = bert_backbone(len(data.fact(Vocabulary)), sizes, dropout, initialization, weights)
    model = BertClassifier(backbone, len(data.class_names))
    model.build()
    return model
