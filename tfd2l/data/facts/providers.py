"""Which datasets and stages provide a fact."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from tfd2l import registry
from tfd2l.errors import ComponentError, listing

Dataset = TypeVar("Dataset", bound=Callable[..., object])


def provides(*facts: type) -> Callable[[Dataset], Dataset]:
    """Declares the facts that a dataset's `DataInfo` may hold; a stage has them as its attribute `provides`.

        @provides(StyleImages)
        def content_and_style(...) -> tuple[Splits, DataInfo]: ...

    Args:
        facts: Their classes.
    """

    def declare(dataset: Dataset) -> Dataset:
        dataset.provides = facts  # type: ignore[attr-defined]
        return dataset

    return declare


def find_providers(fact: type, kind: str) -> list[str]:
    """Finds the components that provide a fact. It imports all of the kind: it is meant for errors.

    Args:
        fact: Its class.
        kind: "stage" or "dataset".

    Returns:
        Their names, sorted; a plugin that cannot be imported is left out.
    """
    names = []
    for entry in registry.entries(kind):
        try:
            component = entry.load()
        except ComponentError:
            continue
        if fact in getattr(component, "provides", ()):
            names.append(entry.name)
    return names


def explain_missing(fact: type, source: str, stages: tuple[str, ...]) -> str:
    """Formats the error for a fact that the data do not have.

    Args:
        fact: Its class.
        source: See `DataInfo`.
        stages: See `DataInfo`.

    Returns:
        One paragraph that names the stages and datasets which provide it.
    """
    ways = []
    if names := find_providers(fact, "stage"):
        ways.append(f"put one of these among the stages, ahead of those that need it: {listing(names)}")
    if names := find_providers(fact, "dataset"):
        ways.append(f"choose one of these datasets: {listing(names)}")
    way_out = "; or ".join(ways) or "no installed stage or dataset provides it"
    meaning = (fact.__doc__ or "").partition("\n")[0].rstrip(".")
    return (
        f"The data have no {fact.__name__} ({meaning[:1].lower()}{meaning[1:]}), which the configuration needs: "
        f"{way_out}. Received: data {source} after the stages: {', '.join(stages) or 'none'}"
    )
