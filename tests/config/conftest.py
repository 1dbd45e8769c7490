"""A folder for servers of their own."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def folder() -> Iterator[Path]:
    """Not ``tmp_path``: pytest closes its parent to others, also while tests run.

    As root the embedded PostgreSQL runs as another user, who must reach its data.
    """
    with tempfile.TemporaryDirectory(
        prefix="anwang-", ignore_cleanup_errors=True
    ) as at:
        yield Path(at)
