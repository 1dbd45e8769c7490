"""What beat starts and when. Each entry only fans out, one task per tenant."""

from typing import Any, Final

from celery.schedules import crontab

BEAT_SCHEDULE: Final[dict[str, dict[str, Any]]] = {
    "seal events": {
        "task": "journal.tasks.seal_events",
        "schedule": 60.0,
    },
    "alert deadlines": {
        "task": "hazards.tasks.alert_deadlines",
        "schedule": crontab(minute="*/10"),
    },
    "alert deadlines of a new day": {
        "task": "hazards.tasks.alert_deadlines",
        "schedule": crontab(hour=0, minute=5),
    },
    "remind of certificates": {
        "task": "enterprises.tasks.remind_of_endings",
        "schedule": crontab(hour=7, minute="30,50"),
    },
    "compact tallies": {
        "task": "hazards.tasks.compact_tallies",
        "schedule": crontab(minute="5-59/10"),
    },
    "send digests": {
        "task": "notices.tasks.send_digests",
        "schedule": crontab(hour=8, minute="0,10,20"),
    },
    "send waiting digests": {
        "task": "notices.tasks.send_waiting_digests",
        "schedule": crontab(minute="2-59/10"),
    },
    "begin the day of posts": {
        "task": "grids.tasks.begin_day",
        "schedule": crontab(hour=0, minute="3,33"),
    },
    "begin the day of posts, later": {
        "task": "grids.tasks.begin_day",
        "schedule": crontab(hour="1-23", minute=3),
    },
    "check trees": {
        "task": "grids.tasks.check_trees",
        "schedule": crontab(hour=2, minute=30),
    },
    "sweep evidence": {
        "task": "evidence.tasks.sweep",
        "schedule": crontab(hour=3, minute=30),
    },
    "look after accounts": {
        "task": "portal.tasks.look_after_accounts",
        "schedule": crontab(hour=4, minute=0),
    },
    "resume jobs": {
        "task": "evidence.tasks.resume_jobs",
        "schedule": 30.0,
    },
    # Every five minutes: some files may be kept for less than an hour.
    "sweep jobs": {
        "task": "evidence.tasks.sweep_jobs",
        "schedule": crontab(minute="*/5"),
    },
    "forget old submissions": {
        "task": "tenants.tasks.forget_old_submissions",
        "schedule": crontab(hour=3, minute=0),
    },
}
