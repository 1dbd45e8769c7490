"""``manage.py grant_app_role``: give the running platform its rights, as owner."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.postgres import grants


class Command(BaseCommand):
    help = "Grants rows (never tables) to the role of DATABASE_URL; run it as owner."

    def handle(self, **_: Any) -> None:
        role = settings.APP_DATABASE["USER"]
        if settings.DATABASE_ROLE != "owner" or role == settings.OWNER_DATABASE["USER"]:
            raise CommandError(
                "Run it as the owner: ANWANG_DB_ROLE=owner, with two different roles "
                "in DATABASE_URL and DATABASE_OWNER_URL."
            )
        with connection.cursor() as cursor:
            for grant in grants(role):
                cursor.execute(grant)
