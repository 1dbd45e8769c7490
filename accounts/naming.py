"""One form for the names that people type, for looking up and for counting alike.

Were an account looked up by another form than attempts are counted under, a second
spelling would be locked for unknown names only, and so tell which are known.
"""

import unicodedata


def plain_name(typed: str) -> str:
    """The name without case, full-width characters and outer spaces."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()
