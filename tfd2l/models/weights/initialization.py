"""How the weights of an encoder start when none are loaded."""

from __future__ import annotations

from typing import Any

import keras

QUERY_KEY_SCALE = 0.6
TOKENS, POSITIONS = 3.0, 0.3


def mimetic(backbone: Any) -> None:
    """Let a fresh KerasHub `BertBackbone` start by comparing each token with the tokens like it.

    BERT's own start, a standard deviation of 0.02 in every weight, is made for a width of 768 and weeks of training: at
    a width of 256 all logits of the attention are near 0, and which words of a pair belong together must first be
    found, a long plateau. Instead, in the first layer:

        W_Q = W_K = R, R normal with standard deviation 0.6 / sqrt(hidden), so W_Q W_K^T ~ identity: attend to likeness
        W_V = -Q, W_O = Q^T, Q orthogonal, so W_V W_O = -identity: what is left is the difference

    and elsewhere:

        other matrices: standard deviation 1 / sqrt(hidden)
        embeddings: tokens 3 times, positions 0.3 times theirs, so that likeness is of words, not of places

    Args:
        backbone: built, its weights as KerasHub drew them.

    Source: Trockman and Kolter 2023, *Mimetic Initialization of Self-Attention Layers*, for the first layer.
    """
    width = backbone.hidden_dim
    for variable in backbone.trainable_variables:
        if "embedding" not in variable.path and len(variable.shape) > 1:
            variable.assign(variable * (width**-0.5 / 0.02))
    attention = backbone.transformer_layers[0]._self_attention_layer
    query, key = attention._query_dense.kernel, attention._key_dense.kernel  # (hidden, heads, hidden / heads)
    alike = keras.initializers.RandomNormal(stddev=QUERY_KEY_SCALE * width**-0.5)(query.shape)
    query.assign(alike)
    key.assign(alike)
    orthogonal = keras.initializers.Orthogonal()((width, width))
    value, output = attention._value_dense.kernel, attention._output_dense.kernel
    value.assign(-keras.ops.reshape(orthogonal, value.shape))
    output.assign(keras.ops.reshape(keras.ops.transpose(orthogonal), output.shape))
    tokens, positions = backbone.token_embedding.embeddings, backbone.position_embedding.position_embeddings
    tokens.assign(tokens * TOKENS)
    positions.assign(positions * POSITIONS)
