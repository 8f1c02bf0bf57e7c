"""Write a plugin, a component or an experiment to start from."""

from __future__ import annotations

from tfd2l.cli.new.command import configure, run

__all__ = ["configure", "run"]
