"""A griffe extension: sections named `Example:`, as Keras writes them, are sections of examples."""

from __future__ import annotations

import re
from typing import Any

import griffe

SECTION = re.compile(r"^Example:$", re.MULTILINE)


class Examples(griffe.Extension):
    """Renames the section `Example:` to griffe's `Examples:`."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called for every object that griffe has read."""
        if obj.docstring:
            obj.docstring.value = SECTION.sub("Examples:", obj.docstring.value)
