"""Import of TensorFlow without the notices that its C++ code prints before any log level applies."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

from tfd2l.backend import require_backend

_NOTICE = re.compile(
    rb"WARNING: All log messages before absl|[IWE]\d{4} [\d:.]+ +\d+ (port|cudart_stub|cuda_\w+|util)\.cc"
)


@contextmanager
def quiet() -> Iterator[None]:
    """Imports TensorFlow and lists its devices, and removes known notices from what is printed inside.

    Raises:
        ConfigError: Keras was imported with another backend.
    """
    require_backend()
    sys.stderr.flush()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            import tensorflow as tf

            tf.config.list_physical_devices()
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            caught.seek(0)
            for line in caught:
                if not _NOTICE.match(line):
                    os.write(2, line)
