"""Computes the fingerprint of a dataset in a process of its own: a pipeline's process loads no TensorFlow.

python -m tfd2l.pipelines.pipeline.fingerprint '{"name": "nli_embedded"}'
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tfd2l.errors import DataError, Tfd2lError


def compute_fingerprint(dataset: Mapping[str, Any]) -> str:
    """Returns the fingerprint of the data that a dataset's configuration loads now.

    Raises:
        DataError: it cannot be loaded.
    """
    command = [sys.executable, "-m", __name__, json.dumps(dataset)]
    # In a session of its own Ctrl-C does not reach it: a pipeline that is asked to stop waits for it.
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, start_new_session=True)
    if done.returncode:
        raise DataError(f"The data cannot be loaded (above). Received: dataset={json.dumps(dataset)}")
    return done.stdout.splitlines()[-1]


def main() -> int:
    """Prints the fingerprint."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from tfd2l.quiet import quiet

    with quiet():
        from tfd2l.config.build import build
    try:
        _, info = build("dataset", json.loads(sys.argv[1]))
    except Tfd2lError as error:
        print(f"error: {error}", file=sys.stderr)
        return error.exit_code
    print(info.fingerprint)
    return 0


if __name__ == "__main__":
    sys.exit(main())
