"""Where somebody is signed in, and which passwords they had."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from tenants.ids import new_id


class UserSession(models.Model):
    """A session as its owner may recognize it: which device, from where, when.

    Like Django's session it belongs to no tenant; only its owner lists it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="sessions", verbose_name=_("User")
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    began_at = models.DateTimeField(_("Since"), default=timezone.now)
    seen_at = models.DateTimeField(_("Last seen"), default=timezone.now)
    address = models.GenericIPAddressField(_("Network address"), null=True)
    agent = models.CharField(_("Browser"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        indexes: ClassVar = [
            models.Index(fields=["user", "-seen_at"], name="session_by_user"),
            models.Index(fields=["seen_at"], name="session_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.began_at:%Y-%m-%d %H:%M}"


class FormerPassword(models.Model):
    """The hash of a password that somebody had; as many as the rule looks back."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="former_passwords"
    )
    digest = models.CharField(max_length=128, editable=False)
    ended_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("former password")
        verbose_name_plural = _("former passwords")
        indexes: ClassVar = [
            models.Index(fields=["user", "-ended_at"], name="former_password_by_user")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.ended_at:%Y-%m-%d}"
