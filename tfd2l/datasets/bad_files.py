"""What is done about a file or record that cannot be used; it stands with the other rules for files of users."""

from __future__ import annotations

from tfd2l.files.bad_files import BadFiles

__all__ = ["BadFiles"]
