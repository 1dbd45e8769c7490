"""Make a platform operator: the first account of a new installation."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.services import create_user
from journal.models import SecurityAction
from journal.services import record_security
from tenants.errors import DomainError


class Command(BaseCommand):
    help = (
        "Make a platform operator, who works in the admin. The password is asked"
        " for, or read from the standard input with --password-stdin."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", required=True)
        parser.add_argument("--full-name", required=True)
        parser.add_argument("--phone", default="")
        parser.add_argument("--email", default="")
        parser.add_argument(
            "--password-stdin",
            action="store_true",
            help="read the password from one line of the standard input",
        )

    @transaction.atomic
    def handle(self, *_args: Any, **options: Any) -> None:
        try:
            user = create_user(
                tenant=None,
                username=options["username"],
                full_name=options["full_name"],
                phone=options["phone"],
                email=options["email"],
                password=_password(from_stdin=options["password_stdin"]),
                is_staff=True,
            )
        except DomainError as refusal:
            raise CommandError(f"{refusal.field}: {refusal}") from refusal
        record_security(
            name=SecurityAction.USER_CREATED,
            actor=None,
            note=str(user),
            user=str(user.pk),
            username=user.username,
        )
        self.stdout.write(
            _("The operator %(username)s can sign in now.")
            % {"username": user.username}
        )


def _password(*, from_stdin: bool) -> str:
    """Never an argument: those stand in the list of processes."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise CommandError(_("Give the password with --password-stdin."))
    password = getpass.getpass(_("Password: "))
    if getpass.getpass(_("Once more: ")) != password:
        raise CommandError(_("The two passwords differ."))
    return password
