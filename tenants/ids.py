"""Identities that the application or a phone can make before it has a server."""

import uuid

from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """A UUIDv7 (RFC 9562): sortable by time, impossible to count through."""
    return uuid.UUID(bytes=uuid7().bytes)
