"""Celery: wakes up work that stands in the database.

Everything about it is in the settings whose names begin with ``CELERY_``.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("anwang")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
