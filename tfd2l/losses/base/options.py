"""Types of the keyword arguments that losses pass on to Keras."""

from __future__ import annotations

from typing import TypedDict

import keras


class LossOptions(TypedDict, total=False):
    """Keyword arguments of `keras.losses.Loss` that every loss passes on.

    Example:
        >>> from tfd2l.losses.base.options import LossOptions
        >>> from tfd2l.losses.sigmoid_bce import SigmoidBCE
        >>> options: LossOptions = {"dtype": "float32"}
        >>> SigmoidBCE(**options).dtype
        'float32'
    """

    dtype: str | keras.DTypePolicy


class ReducedLossOptions(LossOptions, total=False):
    """Keyword arguments of `keras.losses.Loss`, its reduction among them.

    Example:
        >>> from tfd2l.losses.base.options import ReducedLossOptions
        >>> from tfd2l.losses.output import Output
        >>> options: ReducedLossOptions = {"reduction": "sum"}
        >>> Output(**options).reduction
        'sum'
    """

    reduction: str | None
