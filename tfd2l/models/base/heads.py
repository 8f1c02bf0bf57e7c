"""Checks the number of heads of an attention."""

from __future__ import annotations

from tfd2l.errors import ConfigError


def check_heads(width: int, num_heads: int, option: str = "num_hiddens") -> None:
    """Checks that the heads of an attention divide its width evenly.

    Args:
        width: Width of all heads together.
        num_heads: Number of heads.
        option: Name of the model's option for the width, for the error.

    Raises:
        ConfigError: The width is not a multiple of the number of heads.
    """
    if width % num_heads:
        raise ConfigError(
            f"The heads divide the width evenly: model.{option} must be a multiple of model.num_heads. "
            f"Received: model.{option}={width}, model.num_heads={num_heads}"
        )
