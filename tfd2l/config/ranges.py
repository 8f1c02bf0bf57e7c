"""Numbers within bounds, for signatures: `batch_size: PositiveInt` is checked before anything is imported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True)
class Interval:
    """Bounds of a number, in an annotation: `Annotated[float, Interval(gt=0, le=1)]`.

    Args:
        ge: the smallest number that is allowed.
        gt: every allowed number is above this.
        le: the largest number that is allowed.
        lt: every allowed number is below this.
    """

    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None

    def holds(self, value: float) -> bool:
        """Returns whether a number lies within; NaN never does."""
        return (
            value == value
            and (self.ge is None or value >= self.ge)
            and (self.gt is None or value > self.gt)
            and (self.le is None or value <= self.le)
            and (self.lt is None or value < self.lt)
        )

    def __str__(self) -> str:
        bounds = {"from": self.ge, "above": self.gt, "to": self.le, "below": self.lt}
        words = [f"{word} {bound}" for word, bound in bounds.items() if bound is not None]
        if words and words[0].startswith("from "):
            return " ".join([*words, "up"] if len(words) == 1 else words)
        return " and ".join(words)


@dataclass(frozen=True)
class Measured:
    """Marks an option that names a value of an epoch's logs, such as `val_loss`."""


PositiveInt = Annotated[int, Interval(ge=1)]
NonNegativeInt = Annotated[int, Interval(ge=0)]
Seed = Annotated[int, Interval(ge=0, le=4294967295)]
PositiveFloat = Annotated[float, Interval(gt=0)]
NonNegativeFloat = Annotated[float, Interval(ge=0)]
Fraction = Annotated[float, Interval(ge=0, le=1)]
PositiveFraction = Annotated[float, Interval(gt=0, le=1)]
ProperFraction = Annotated[float, Interval(ge=0, lt=1)]  # of dropout, momentum, moving averages
InnerFraction = Annotated[float, Interval(gt=0, lt=1)]
Measure = Annotated[str, Measured()]  # checked against the metrics of the run
