"""BERT, to be pretrained on text without labels (sections 14.8 to 14.10)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import keras
import keras_hub
import tensorflow as tf

from tfd2l.config.ranges import PositiveInt, ProperFraction
from tfd2l.data.facts.vocabulary import Vocabulary
from tfd2l.data.info import DataInfo
from tfd2l.layers.masked_lm_head import MaskedLMHead
from tfd2l.models.backbones.bert_backbone import OnBert, bert_backbone


@keras.saving.register_keras_serializable(package="tfd2l")
class BertPretraining(OnBert):
    """A BERT encoder that says what stood at the masks, and whether the second sentence follows the first.

    Args:
        backbone: a KerasHub `BertBackbone`.

    Input: dict of `token_ids`, `segment_ids`, `padding_mask`, each (batch, tokens) integers, and `masked_positions`,
        (batch, predictions) integers, where a 0 stands for none.
    Output: dict of `masked_ids`, logits (batch, predictions, vocabulary); `is_next`, logits (batch, 2); and
        `masked_positions` as given, for a decoder.
    """

    def __init__(self, backbone: keras_hub.models.BertBackbone, **kwargs: Any) -> None:
        super().__init__(backbone, **kwargs)
        self.masked_lm = MaskedLMHead(backbone.vocabulary_size, backbone.hidden_dim, name="masked_lm")
        self.next_sentence = keras.layers.Dense(2, name="next_sentence")

    def build(self, input_shape: Any = None) -> None:
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
    """A BERT to be pretrained: masked language modeling and next sentence prediction.

    What a run of it keeps is taken up by `bert_classifier` (and by itself) with `model.weights=run:RUN_ID`.

    Args:
        data: its vocabulary sizes the embedding.
        num_layers, hidden_dim, num_heads, intermediate_dim, max_sequence_length: the encoder's sizes; with
            `weights` they are the weights' own, and what is given must agree.
        dropout: rate after the embedding and inside each layer.
        initialization: of a random start: "bert" (standard deviation 0.02), or "mimetic", from which a small encoder
            learns sooner (see `tfd2l.models.weights.initialization`).
        weights: None starts at random; `preset:NAME_OR_FOLDER` loads a KerasHub preset, `run:RUN_ID` the encoder of
            an earlier run. The heads start at random.

    Raises:
        ConfigError: a size is missing, or differs from that of the weights; or the vocabulary does not fit them.

    Source: Devlin et al. 2019, *BERT*; sections 14.8 and 14.10. The book's demonstration of next sentence prediction
    flattens all tokens; here, as in its BERTModel, [CLS] alone is looked at.
    """
    sizes = {
        "num_layers": num_layers,
        "hidden_dim": hidden_dim,
        "num_heads": num_heads,
        "intermediate_dim": intermediate_dim,
        "max_sequence_length": max_sequence_length,
    }
    model = BertPretraining(bert_backbone(len(data.fact(Vocabulary)), sizes, dropout, initialization, weights))
    model.build()
    return model
