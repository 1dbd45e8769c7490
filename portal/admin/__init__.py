"""Django's admin: what administrators of a bureau and of the platform work with.

Every save goes through a service. What has no service is not changed here.
"""

from portal.admin import (
    bureaus,
    dossier,
    people,
    posts,
    records,
    register,
    rules,
    security,
    tree,
)

__all__ = [
    "bureaus",
    "dossier",
    "people",
    "posts",
    "records",
    "register",
    "rules",
    "security",
    "tree",
]
