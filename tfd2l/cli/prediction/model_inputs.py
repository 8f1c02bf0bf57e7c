"""The inputs that an exported model takes, and how what a user gives becomes one of them."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from tfd2l.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from mlflow.types.schema import Schema

Kind = Literal["text", "number", "integer"]
IMAGE_RANK = 3  # height, width, channels
SURROGATES = ("\ud800", "\udfff")  # halves of characters, which are no text by themselves


@dataclass(frozen=True)
class ModelInput:
    """One input of a model, as its signature says.

    Args:
        name: of the input.
        kind: of its single values.
        rank: 0 for a single value, 1 for a vector, and so on.
    """

    name: str
    kind: Kind
    rank: int = 0

    @property
    def is_image(self) -> bool:
        """Whether its values are pixels, which are given as a file."""
        return self.rank == IMAGE_RANK and self.kind == "integer"

    @property
    def placeholder(self) -> str:
        """What stands for a value in a usage line."""
        if self.is_image:
            return "FILE"
        if self.rank == 0:
            return self.kind.upper()
        return "N,N,..." if self.rank == 1 and self.kind != "text" else "JSON"

    def parse(self, value: object) -> Any:
        """Returns a value of this input: text, a number, or (nested) lists of them; of an image the name of its file.

        Args:
            value: as a command line or a table has it (a string), or as JSON has it.

        Raises:
            ValueError: it is none; the message says what is expected.
        """
        if value is None:
            raise ValueError(f"{self.name} is null; {self._expected} is expected")
        if self.is_image and isinstance(value, str):
            if not value:
                raise ValueError(f"{self.name} is empty; {self._expected} is expected")
            return value
        if self.rank == 0:
            return self._parse_single(value)
        if isinstance(value, str):
            value = self._parse_list(value)
        return self._parse_nested(value, self.rank)

    @property
    def _expected(self) -> str:
        if self.is_image:
            return "the name of an image file"
        single = {"text": "text", "number": "a number", "integer": "a whole number"}[self.kind]
        if self.rank == 0:
            return single
        several = {"text": "texts", "number": "numbers", "integer": "whole numbers"}[self.kind]
        return f"a list of {several}" if self.rank == 1 else f"lists in {self.rank} levels, of {several}"

    def _parse_single(self, value: object) -> Any:
        which = f": {value!r}" if self.rank else ""
        wrong = ValueError(f"{self.name} is not {self._expected}{which}")
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise wrong
        if self.kind == "text":
            if isinstance(value, float):
                raise wrong
            text = str(value)
            if any(SURROGATES[0] <= character <= SURROGATES[1] for character in text):
                raise ValueError(f"{self.name} is not valid UTF-8")
            return text
        if value == "" and self.rank == 0:
            raise ValueError(f"{self.name} is empty; {self._expected} is expected")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise wrong from None
        if not math.isfinite(number):
            raise ValueError(f"{self.name} is not a finite number{which}")
        if self.kind == "number":
            return number
        if not number.is_integer():
            raise wrong
        return value if isinstance(value, int) else int(number)

    def _parse_list(self, text: str) -> Any:
        """Returns the list that a string means: JSON, or numbers with commas between them."""
        if not text.lstrip().startswith("["):
            return [part.strip() for part in text.split(",")] if self.rank == 1 else text
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(f"{self.name} is not valid JSON; {self._expected} is expected") from None

    def _parse_nested(self, value: object, rank: int) -> Any:
        if rank == 0:
            return self._parse_single(value)
        if not isinstance(value, list):
            raise ValueError(f"{self.name} is not {self._expected}")
        parsed = [self._parse_nested(item, rank - 1) for item in value]
        if rank > 1 and len({len(item) for item in parsed}) > 1:
            raise ValueError(f"{self.name} holds lists of several lengths")
        return parsed


def read_signature(inputs: Schema | None) -> dict[str, ModelInput]:
    """Returns the inputs by name, in the signature's order.

    Raises:
        ConfigError: the model has no signature, or one that tfd2l does not write.
    """
    from mlflow.types.schema import AnyType, Array, DataType

    kinds: dict[DataType, Kind] = {
        DataType.string: "text",
        DataType.double: "number",
        DataType.float: "number",
        DataType.long: "integer",
        DataType.integer: "integer",
    }
    found = {}
    for column in inputs.inputs if inputs is not None else ():
        rank, leaf = 0, column.type
        if isinstance(leaf, AnyType):  # an image: its pixels or its file
            rank, leaf = IMAGE_RANK, DataType.long
        while isinstance(leaf, Array):
            rank, leaf = rank + 1, leaf.dtype
        if leaf not in kinds or not column.name:
            raise ConfigError(f"Inputs are texts, numbers or lists of them. Received: an input {column}")
        found[column.name] = ModelInput(column.name, kinds[leaf], rank)
    if not found:
        raise ConfigError("The model does not say which inputs it takes. Received: no signature")
    return found


def to_array(name: str, value: object, shape: Sequence[int | None], dtype: type) -> np.ndarray:
    """Returns a parsed value as the graph takes it.

    Args:
        name: of the input.
        value: see `ModelInput.parse`; the pixels of an image.
        shape: of one value; None for any length.
        dtype: NumPy's.

    Raises:
        ValueError: it has another shape, or does not fit into the type.
    """
    import numpy as np

    try:
        array: np.ndarray = np.asarray(value, dtype)
    except OverflowError:
        limits = np.iinfo(dtype)
        raise ValueError(f"{name} lies outside {limits.min} to {limits.max}") from None
    fits = array.ndim == len(shape) and all(
        wanted in (None, size) for wanted, size in zip(shape, array.shape, strict=True)
    )
    if not fits:
        raise ValueError(f"{name} has {_sizes(array.shape)} values; the model takes {_sizes(shape)}")
    return array


def _sizes(shape: Sequence[int | None]) -> str:
    return " x ".join("any number of" if size is None else str(size) for size in shape) or "single"
