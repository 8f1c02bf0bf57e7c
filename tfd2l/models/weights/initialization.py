"""Random initialization of encoders."""

from __future__ import annotations

import keras
import keras_hub

QUERY_KEY_SCALE = 0.6
TOKENS, POSITIONS = 3.0, 0.3


def initialize_mimetic(backbone: keras_hub.models.BertBackbone) -> None:
    """Initializes a BERT encoder so that each token first attends to tokens like itself.

    BERT's own initialization, a standard deviation of 0.02 in every weight, is made for a width of 768 and weeks of
    training: at a width of 256 all attention logits are near 0, and which words of a pair belong together must be found
    first, on a long plateau. Here, in the first layer, with R normal with standard deviation 0.6 / sqrt(hidden) and Q
    orthogonal:

        W_Q = W_K = R,           so that W_Q W_K^T ~ identity: tokens attend to tokens like themselves
        W_V = -Q, W_O = Q^T,     so that W_V W_O = -identity: what remains is the difference

    and elsewhere matrices have standard deviation 1 / sqrt(hidden), and the embeddings of tokens are scaled by 3, those
    of positions by 0.3, so that likeness is one of words, not of positions.

    Args:
        backbone: `keras_hub.models.BertBackbone` that is built, with the weights that KerasHub has drawn.

    References:
        - Trockman and Kolter, 2023, *Mimetic Initialization of Self-Attention Layers*, for the first layer.
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
