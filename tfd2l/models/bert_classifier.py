"""BERT classifier of texts and of pairs of texts."""

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
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape
from tfd2l.models.backbones.bert_backbone import BertModel, build_bert_backbone


@keras.saving.register_keras_serializable(package="tfd2l")
class BertClassifier(BertModel):
    """BERT encoder with a dense layer on its pooled output.

    With h the encoder's output:

        logits = W tanh(V h[CLS] + b) + c

    Args:
        backbone: `keras_hub.models.BertBackbone`, whose pooled output is the tanh of the first token's vector.
        num_classes: Number of classes.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids`, `segment_ids` and `padding_mask`, integers of shape `(batch, tokens)`.
        training: Whether dropout is applied.

    Returns:
        Logits of shape `(batch, num_classes)`.
    """

    def __init__(
        self, backbone: keras_hub.models.BertBackbone, num_classes: int, **kwargs: Unpack[LayerOptions]
    ) -> None:
        super().__init__(backbone, **kwargs)
        self.num_classes = num_classes
        self.classifier = keras.layers.Dense(num_classes, name="classifier")

    def build(self, input_shape: Shape | None = None) -> None:
        self.classifier.build((None, self.backbone.hidden_dim))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> tf.Tensor:
        pooled = self.encode(inputs, training=training)["pooled_output"]  # (batch, hidden)
        return self.classifier(pooled)  # (batch, num_classes)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "num_classes": self.num_classes}


@check_bounds
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
    """BERT encoder with a classification head, for texts and pairs of texts.

    `conf/model/` has the sizes `bert_small` (2 layers, width 256), `bert_base` (12, 768) and `bert_pretrained` (those
    of the weights).

    Args:
        data: Description of the data: its vocabulary sizes the embedding, its class names the head.
        num_layers: Number of Transformer layers. `None`: that of `weights`, which it must agree with otherwise; so for
            all sizes.
        hidden_dim: Width of the encoder.
        num_heads: Number of heads of each attention, a divisor of `hidden_dim`.
        intermediate_dim: Width of the hidden layer of the position-wise networks.
        max_sequence_length: Number of positions.
        dropout: Rate of the dropout after the embedding and inside each layer. Defaults to 0.1.
        initialization: Random initialization, `"bert"`, the default (standard deviation 0.02), or `"mimetic"`, from
            which a small encoder without pretraining learns much sooner; see `tfd2l.models.weights.initialization`.
        weights: `None`: random weights; `preset:NAME_OR_FOLDER`: those of a KerasHub preset; `run:RUN_ID`: the encoder
            of an earlier run.

    Returns:
        A `BertClassifier`.

    Raises:
        ConfigError: A size is missing, or differs from that of the weights; or the vocabulary does not fit them.

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
        - *Dive into Deep Learning*, sections 14.8, 15.6 and 15.7.
    """
    sizes = (num_layers, hidden_dim, num_heads, intermediate_dim, max_sequence_length)
    backbone = build_bert_backbone(len(data.fact(Vocabulary)), *sizes, dropout, initialization, weights)
    model = BertClassifier(backbone, len(data.class_names))
    model.build()
    return model
