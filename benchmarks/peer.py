"""A peer framework in a process of its own, timed there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np


class Peer:
    """A module of `benchmarks.peers` that runs in a child process, since frameworks in one process may collide.

    `import tensorflow, torch; torch.optim.SGD(...)` ends in a segmentation fault with torch 2.14. The child measures
    its own seconds: what goes between the processes does not count. It waits without spinning while it is not asked.

    Args:
        module: its full name.
        arrays: what it works on.

    Raises:
        RuntimeError: the child ended before it answered (the peer is not installed, for example).
    """

    def __init__(self, module: str, **arrays: np.ndarray) -> None:
        self.module = module
        self._folder = tempfile.TemporaryDirectory(prefix="tfd2l-")
        given = Path(self._folder.name, "given.npz")
        np.savez(given, allow_pickle=False, **arrays)
        self._process = subprocess.Popen(
            [sys.executable, "-m", module, str(given)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "OMP_WAIT_POLICY": "PASSIVE"},
        )
        self.facts: dict[str, Any] = self._answer()

    def __enter__(self) -> Peer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()  # closes its input, which ends it
        self._folder.cleanup()

    def seconds(self) -> float:
        """Lets the peer do its work once, and returns how long that took."""
        return float(self._ask("time"))

    def results(self) -> dict[str, np.ndarray]:
        """Lets the peer do its work once, and returns what it made."""
        with np.load(self._ask(f"save {Path(self._folder.name, 'made.npz')}")) as made:
            return dict(made)

    def _ask(self, request: str) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{request}\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            code = self._process.wait()
            raise RuntimeError(
                f"{self.module} ended with code {code}; is the extra `bench` installed? Received: no answer"
            )
        return json.loads(line)
