"""Errors of loading KerasHub presets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tfd2l.errors import ComponentError


@contextmanager
def loading_preset(name: str) -> Iterator[None]:
    """Turns any failure to fetch or read a KerasHub preset into one error.

    Args:
        name: The name or folder of the preset, for the error.

    Raises:
        ComponentError: The preset cannot be loaded.
    """
    try:
        yield
    except Exception as error:  # KerasHub passes on what kagglehub, requests, h5py or json raise
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ComponentError(
            f"The preset {name!r} could not be loaded ({type(error).__name__}: {reason}). It is fetched from a hub at "
            "first use, which needs a network; with a copy of its folder: `model.weights=preset:FOLDER`; with "
            "weights of an earlier run: `model.weights=run:RUN_ID`; without pretrained weights: "
            f"`model.weights=null`. Received: preset:{name}"
        ) from error
