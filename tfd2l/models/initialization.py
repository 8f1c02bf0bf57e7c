"""How the weights of an encoder start when none are loaded."""

from __future__ import annotations

from typing import Any

import keras

ATTENTION_SCALE = 0.8
TOKENS, POSITIONS = 3.0, 0.3


def mimetic(backbone: Any) -> None:
    """Let a fresh KerasHub `BertBackbone` start with attention from each token to tokens like it.

    BERT's own start, a standard deviation of 0.02 in every weight, is made for a width of 768 and weeks of training: at
    a width of 256 all logits of the attention are near 0, and which words of a pair belong together must first be
    found, a long plateau. Instead:

        W_Q = W_K = R in the first layer, R normal with standard deviation 0.8 / sqrt(hidden), so W_Q W_K^T ~ identity
        other matrices: standard deviation 1 / sqrt(hidden)
        embeddings: tokens 3 times, positions 0.3 times theirs, so that likeness is of words, not of places

    Arguments:
        backbone: built, its weights as KerasHub drew them.

    Source: Trockman and Kolter 2023, *Mimetic Initialization of Self-Attention Layers*, for the first line.
    """
    width = backbone.hidden_dim
    for variable in backbone.trainable_variables:
        if "embedding" not in variable.path and len(variable.shape) > 1:
            variable.assign(variable * (width**-0.5 / 0.02))
    attention = backbone.transformer_layers[0]._self_attention_layer
    query, key = attention._query_dense.kernel, attention._key_dense.kernel
    shared = keras.initializers.RandomNormal(stddev=ATTENTION_SCALE * width**-0.5)(query.shape)
    query.assign(shared)
    key.assign(shared)
    tokens, positions = backbone.token_embedding.embeddings, backbone.position_embedding.position_embeddings
    tokens.assign(tokens * TOKENS)
    positions.assign(positions * POSITIONS)
