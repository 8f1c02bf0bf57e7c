"""BERT with the heads of its pretraining."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Unpack

import keras
import keras_hub
import tensorflow as tf

from tfd2l.config.bounds import check_bounds
from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.masked_lm_head import MaskedLMHead
from tfd2l.layers.options import LayerOptions
from tfd2l.layers.shapes import Shape
from tfd2l.models.backbones.bert_backbone import BertModel, build_bert_backbone


@keras.saving.register_keras_serializable(package="tfd2l")
class BertPretraining(BertModel):
    """BERT encoder with heads for masked language modeling and next sentence prediction.

    Args:
        backbone: `keras_hub.models.BertBackbone`.
        **kwargs: Arguments of `keras.Model`.

    Call arguments:
        inputs: Dict of `token_ids`, `segment_ids` and `padding_mask`, integers of shape `(batch, tokens)`, and
            `masked_positions`, integers of shape `(batch, predictions)`, padded with 0.
        training: Whether dropout is applied.

    Returns:
        Dict of `masked_ids`, logits of shape `(batch, predictions, vocabulary)`; `is_next`, logits of shape `(batch,
        2)`; and the `masked_positions` of the inputs, for a decoder.
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, **kwargs: Unpack[LayerOptions]) -> None:
        super().__init__(backbone, **kwargs)
        self.masked_lm = MaskedLMHead(backbone.vocabulary_size, backbone.hidden_dim, name="masked_lm")
        self.next_sentence = keras.layers.Dense(2, name="next_sentence")

    def build(self, input_shape: Shape | None = None) -> None:
        self.masked_lm.build()
        self.next_sentence.build((None, self.backbone.hidden_dim))
        self.built = True

    def call(self, inputs: Mapping[str, tf.Tensor], training: bool | None = None) -> dict[str, tf.Tensor]:
        encoded = self.encode(inputs, training=training)
        positions = inputs["masked_positions"]
        embeddings = self.backbone.token_embedding.embeddings  # (vocabulary, hidden)
        return {
            "masked_ids": self.masked_lm(encoded["sequence_output"], positions, embeddings),
            "is_next": self.next_sentence(encoded["pooled_output"]),
            "masked_positions": positions,
        }


@check_bounds
def bert_pretraining(
    data: DataInfo,
    num_layers: PositiveInt | None = None,
    hidden_dim: PositiveInt | None = None,
    num_heads: PositiveInt | None = None,
    intermediate_dim: PositiveInt | None = None,
    max_sequence_length: PositiveInt | None = None,
    dropout: ProperFraction = 0.1,
    initialization: Literal["bert", "mimetic"] = "bert",
    weights: str | None = None,
) -> BertPretraining:
    """BERT encoder with heads for masked language modeling and next sentence prediction.

    `bert_classifier`, and this model, start with the encoder of such a run by `model.weights=run:RUN_ID`.

    Args:
        data: Description of the data: its vocabulary sizes the embedding.
        num_layers: Number of Transformer layers. `None`: that of `weights`, which it must agree with otherwise; so for
            all sizes.
        hidden_dim: Width of the encoder.
        num_heads: Number of heads of each attention, a divisor of `hidden_dim`.
        intermediate_dim: Width of the hidden layer of the position-wise networks.
        max_sequence_length: Number of positions.
        dropout: Rate of the dropout after the embedding and inside each layer. Defaults to 0.1.
        initialization: Random initialization, `"bert"`, the default (standard deviation 0.02), or `"mimetic"`, from
            which a small encoder learns sooner; see `tfd2l.models.weights.initialization`.
        weights: `None`: random weights; `preset:NAME_OR_FOLDER`: those of a KerasHub preset; `run:RUN_ID`: the encoder
            of an earlier run. The heads have random weights.

    Returns:
        A `BertPretraining`.

    Raises:
        ConfigError: A size is missing, or differs from that of the weights; or the vocabulary does not fit them.

    References:
        - Devlin et al., 2019, *BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding*.
        - *Dive into Deep Learning*, sections 14.8 to 14.10. (The book's demonstration of next sentence prediction
          flattens all tokens; here, as in its BERTModel, the head reads [CLS] alone.)
    """
    sizes = (num_layers, hidden_dim, num_heads, intermediate_dim, max_sequence_length)
    model = BertPretraining(build_bert_backbone(len(data.fact(Vocabulary)), *sizes, dropout, initialization, weights))
    model.build()
    return model
