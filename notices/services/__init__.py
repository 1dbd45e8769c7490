"""What is done with notices: tell people, mark as read, write the daily letter."""

from notices.services.digests import prepare_digests, send_next_digest
from notices.services.inbox import (
    NoticeRow,
    mark_all_read,
    mark_read,
    notify,
    notify_many,
    unread_count,
)

__all__ = [
    "NoticeRow",
    "mark_all_read",
    "mark_read",
    "notify",
    "notify_many",
    "prepare_digests",
    "send_next_digest",
    "unread_count",
]
