"""An operator of the platform lost phone and recovery codes: begin anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services import second_factor
from journal.models import SecurityAction
from journal.services import record_security


class Command(BaseCommand):
    help = (
        "Remove the second factor of a platform operator who has lost it. They sign"
        " in with the password then and set up another. For people of a bureau its"
        " security administrator does this in the admin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        operators = User.objects.filter(tenant__isnull=True, is_superuser=True)
        user = operators.filter(username=options["username"]).first()
        if user is None:
            raise CommandError(_("There is no operator of this name."))
        if not second_factor.remove(user=user):
            raise CommandError(_("There is no second factor yet."))
        # Sessions that somebody holds with the lost phone end with it.
        User.objects.filter(pk=user.pk).update(session_epoch=user.session_epoch + 1)
        record_security(
            name=SecurityAction.SECOND_FACTOR_REMOVED,
            actor=None,
            note=str(user),
            user=str(user.pk),
        )
        self.stdout.write(
            _("%(username)s signs in with the password now and sets up another one.")
            % {"username": user.username}
        )
