"""Vocabularies of text that has been turned into ids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Vocabulary:
    """The tokens that ids stand for.

    Args:
        tokens: In the order of their ids.
        frequencies: How often the train split holds each token, where a stage has counted them.
    """

    tokens: tuple[str, ...]
    frequencies: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class TargetVocabulary:
    """The tokens of the language that is translated into.

    Args:
        tokens: In the order of their ids.
    """

    tokens: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.tokens)
