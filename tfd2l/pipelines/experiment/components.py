"""The components of a configuration that come by label: stages, metrics, callbacks, reports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfd2l.config.build import build
from tfd2l.config.schema import MANY


def components_by_label(config: Mapping[str, Any], group: str) -> dict[str, Mapping[str, Any]]:
    """Returns label -> configuration of the components of a group, without those that are switched off (`null`).

    Args:
        config: of the experiment.
        group: `stages`, `metrics`, `callbacks` or `reports`.
    """
    assert group in MANY
    return {label: component for label, component in (config.get(group) or {}).items() if component is not None}


def build_components(config: Mapping[str, Any], group: str, **supplied: object) -> list[Any]:
    """Builds the components of a group, in their order.

    Args:
        config: of the experiment.
        group: `metrics` or `callbacks`.
        **supplied: what the experiment supplies to those whose constructor has a parameter of that name.
    """
    return [
        build(group.removesuffix("s"), component, **supplied)
        for component in components_by_label(config, group).values()
    ]
