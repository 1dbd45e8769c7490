"""Celery: wakes up work that stands in the database.

The database is the queue. How Celery behaves stands here; what depends on the
place is in the settings whose names begin with ``CELERY_``.
"""

import logging
import os
from typing import Any, Final

from celery import Celery
from celery.signals import worker_init
from kombu.exceptions import OperationalError
from kombu.utils.uuid import uuid

logger = logging.getLogger(__name__)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# A worker killed in mid-task: its message comes back after the visibility timeout,
# so a task must end before it; whatever is late, beat scans the database again.
BEHAVIOUR: Final[dict[str, Any]] = {
    "task_serializer": "json",
    "accept_content": ["json"],
    "task_ignore_result": True,
    "task_acks_late": True,
    "task_reject_on_worker_lost": True,
    "task_soft_time_limit": 35,
    "task_time_limit": 40,
    "task_default_queue": "default",
    "task_publish_retry": False,  # Redis is away: the request goes on at once
    "worker_prefetch_multiplier": 1,
    "worker_hijack_root_logger": False,
    "worker_cancel_long_running_tasks_on_connection_loss": True,
    "broker_connection_retry_on_startup": True,
    "broker_connection_max_retries": None,
    "broker_transport_options": {
        "visibility_timeout": 45,
        # Looks every ten seconds; by default only each tenth look is a real one,
        # and the message of a killed worker came back after 106 seconds.
        "unacked_restore_throttle": 1,
        "socket_timeout": 5,
        "socket_connect_timeout": 0.5,
        "retry_on_timeout": False,
        "max_retries": 0,
    },
}


class ForgivingCelery(Celery):
    """Sending a message never breaks the request that has just been saved.

    A broken connection is tried once more at once, for a Redis that came back;
    then the message is given up with one line in the log, and beat's next scan
    of the database finds the work.
    """

    def send_task(self, name: str, *args: Any, **kwargs: Any) -> Any:
        for attempt in (1, 2):
            try:
                return super().send_task(name, *args, **kwargs)
            except OperationalError as error:
                if attempt == 2:
                    logger.warning(
                        "message not sent",
                        extra={"task": name, "reason": str(error)},
                    )
        return self.AsyncResult(kwargs.get("task_id") or uuid())


app = ForgivingCelery("anwang")
app.add_defaults(lambda: BEHAVIOUR)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_init.connect
def refuse_unsafe_role(**_: Any) -> None:
    """A worker serves as much as the web does; only an exit stops it here."""
    from config import serving  # noqa: PLC0415 (Django is ready only now)
    from config.env import SettingsError  # noqa: PLC0415

    try:
        serving.refuse_unsafe_role()
    except SettingsError as refusal:
        raise SystemExit(str(refusal)) from refusal
